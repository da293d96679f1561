import type { Backend, ConversationInput } from './Backend.js';
import type { Said } from './createEventFeed.js';
import { toGenerationError } from './GenerationError.js';
import type { RunRequest } from './Source.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const ATTEMPTS = 10;

/** The way back to a run that goes on elsewhere. */
export interface Rejoin {
  /** Attaches to the run: at once the first time, then less and less often. */
  attach(request: RunRequest<ConversationInput>): AsyncGenerator<Said>;
  /** Words came: the next cut begins to count anew. */
  onFlow(): void;
}

/** `onLost` is told when the run cannot be attached to, so that only the history can say how it ended. */
export function createRejoin(
  backend: Pick<Backend, 'send' | 'attaches'>,
  onLost: () => void,
): Rejoin {
  let attempt = 0;
  return {
    onFlow() {
      attempt = 0;
    },
    async *attach(request) {
      const { send, attaches } = backend;
      const { signal } = request;
      const pauseMs =
        attempt === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
      attempt += 1;
      if (attaches !== true || send === undefined || attempt > ATTEMPTS) {
        onLost();
        await pause(null, signal);
        return;
      }
      await pause(pauseMs, signal);
      if (signal.aborted) return;
      try {
        yield* send({ ...request, mode: 'attach' });
      } catch (thrown) {
        if (toGenerationError(thrown).status !== 404) throw thrown;
        onLost();
        await pause(null, signal);
      }
    },
  };
}

/** Waits, at most until the signal; `null` waits for nothing else. */
function pause(ms: number | null, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = ms === null ? undefined : setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
