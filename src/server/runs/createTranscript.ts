import { CHARACTERS_PER_TOKEN } from '../../core/autoStop.js';
import { applyEvents, type ContentEvent, writtenIn } from '../../core/applyEvents.js';
import {
  idleSnapshot,
  type Snapshot,
  type StopRecord,
  type StreamEvent,
  type Usage,
} from '../../core/index.js';
import type { Format } from '../../formats/Format.js';
import { createHandoff } from './createHandoff.js';

/** How the model itself said that its answer ended. */
export type Ending =
  | { type: 'done'; reason: string | null }
  | { type: 'stopped'; reason: string | null; by: StopRecord['by']; limit: number | undefined }
  | { type: 'error'; message: string; interrupted: boolean };

/** What a run has said so far, read from the bytes that pass. */
export interface Transcript {
  /** Takes bytes in; resolves once everything in them was understood. */
  feed(bytes: Uint8Array): Promise<void>;
  /** The body is over; resolves once the format has said its last word. */
  end(): Promise<void>;
  /** Nothing more is taken in, also not what the format still holds. */
  close(): void;
  content(): Pick<Snapshot, 'text' | 'parts' | 'messageId'>;
  /** Set once the model said that it is done, or failed. */
  ending(): Ending | null;
  /** What the model reported, else an estimate that says so; never a nought for what nobody counted. */
  usage(): Usage | null;
  /** UTF-16 units of all that the model wrote: also what it thought, and the arguments of its tools. */
  written(): number;
  /** Output tokens as the model reported them. */
  reportedTokens(): number | undefined;
}

const CUT_OFF = 'The model was cut off.';

function endingOf(done: Extract<StreamEvent, { type: 'done' }>): Ending {
  const { reason = null, by = 'remote', limit } = done;
  if (done.outcome === 'interrupted') return { type: 'error', message: CUT_OFF, interrupted: true };
  return done.outcome === 'stopped'
    ? { type: 'stopped', reason, by, limit }
    : { type: 'done', reason };
}

/** Reads a run's bytes in its format and keeps what they say. */
export function createTranscript(
  format: Format,
  onEvents: (events: readonly StreamEvent[]) => void,
  onUnreadable: (error: unknown) => void,
): Transcript {
  const bytesToRead = createHandoff<Uint8Array>();
  let snapshot: Snapshot = idleSnapshot;
  let reported: Usage | null = null;
  let written = 0;
  let ending: Ending | null = null;
  const reading = { closed: false };
  let stopWaiting: () => void;
  const closed = new Promise<void>((resolve) => {
    stopWaiting = resolve;
  });

  function accept(events: readonly StreamEvent[]): void {
    let content: ContentEvent[] = [];
    for (const event of events) {
      written += writtenIn(event);
      switch (event.type) {
        case 'done':
          ending ??= endingOf(event);
          break;
        case 'error':
          ending ??= {
            type: 'error',
            message: event.error.message,
            interrupted: event.error.code === 'interrupted',
          };
          break;
        case 'replay':
          content = [];
          written = 0;
          snapshot = { ...idleSnapshot, messageId: snapshot.messageId };
          break;
        case 'usage':
          reported = { ...reported, ...event.usage };
          break;
        default:
          content.push(event);
      }
    }
    snapshot = applyEvents(snapshot, content, Date.now());
  }

  const whole = (async () => {
    try {
      for await (const events of format.decode(bytesToRead)) {
        if (reading.closed) return;
        accept(events);
        onEvents(events);
      }
    } catch (error) {
      // The bytes go on to the client; only the reading of them is over.
      if (!reading.closed) onUnreadable(error);
    } finally {
      // Also a format that reads by hand has left now.
      bytesToRead.leave();
    }
  })();

  return {
    feed: (bytes) => bytesToRead.put(bytes),
    async end() {
      bytesToRead.end();
      // A format may hang in its last word.
      await Promise.race([whole, closed]);
    },
    close() {
      reading.closed = true;
      bytesToRead.end();
      stopWaiting();
    },
    content: () => snapshot,
    ending: () => ending,
    written: () => written,
    reportedTokens: () => reported?.outputTokens,
    usage() {
      if (reported?.outputTokens !== undefined) return reported;
      if (written === 0) return reported;
      return {
        ...reported,
        outputTokens: Math.ceil(written / CHARACTERS_PER_TOKEN),
        estimated: true,
      };
    },
  };
}
