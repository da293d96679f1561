import { isWord, writtenIn } from './applyEvents.js';
import type { Backend, ConversationInput } from './Backend.js';
import type { Said } from './createEventFeed.js';
import { toGenerationError } from './GenerationError.js';
import { backOffMs, isOver, pause } from './pause.js';
import type { RunRequest } from './Source.js';
import type { StreamEvent } from './StreamEvent.js';

const ATTEMPTS = 10;

/** The way back to a run that goes on elsewhere. */
export interface Rejoin {
  /** Attaches to the run: at once the first time, then less and less often. */
  attach(request: RunRequest<ConversationInput>): AsyncGenerator<Said>;
  /** What the run said: with new words the next cut begins to count anew. */
  hear(event: StreamEvent): void;
}

/** `onLost` is told when the run cannot be attached to, so that only the history can say how it ended. */
export function createRejoin(
  backend: Pick<Backend, 'send' | 'attaches'>,
  onLost: () => void,
): Rejoin {
  let attempt = 0;
  let written = 0;
  let mostWritten = 0;
  return {
    hear(event) {
      if (event.type === 'replay') written = 0;
      if (!isWord(event)) return;
      written += writtenIn(event);
      // What is said once more is no sign that it goes on.
      if (written <= mostWritten) return;
      mostWritten = written;
      attempt = 0;
    },
    async *attach(request) {
      const { send, attaches } = backend;
      const { signal } = request;
      for (;;) {
        attempt += 1;
        if (attaches !== true || send === undefined || attempt > ATTEMPTS) break;
        if (attempt > 1) await pause(backOffMs(attempt - 2), signal);
        if (isOver(signal)) return;
        try {
          yield* send({ ...request, mode: 'attach' });
          return;
        } catch (thrown) {
          const { status, retryable } = toGenerationError(thrown);
          if (status === 404) break;
          // A server that cannot answer now may be able to later; a connection that was lost is counted by who reads.
          if (status === undefined || !retryable) throw thrown;
        }
      }
      onLost();
      await pause(null, signal);
    },
  };
}
