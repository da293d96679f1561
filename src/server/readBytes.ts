import { type ByteSource, openSource } from './openSource.js';
import { toBytes } from './toBytes.js';

/** Reads what an upstream says, and lets go of it at the abort. */
export interface ByteReader {
  /** The next bytes; `null` at the end, and at once from the moment of an abort. */
  read(): Promise<Uint8Array | null>;
  /**
   * Gives all bytes to `take`, which answers with a promise where it has no room; cheaper than
   * reading by oneself. Resolves at the end, and at once from the moment of an abort.
   */
  pump(take: (bytes: Uint8Array) => Promise<void> | null): Promise<void>;
  /** Lets go of the source; true when it has let go in time. Never rejects, never hangs. */
  cancel(): Promise<boolean>;
}

// What ignores its cancellation for this long is left behind.
const CANCEL_LIMIT_MS = 1_000;

/** Opens a source for reading; nothing the source does can hold a read up after the abort. */
export function readBytes(source: ByteSource | null, signal: AbortSignal): ByteReader {
  const { next, push, letGo } = openSource(source);
  let over = false;
  let wake: ((nothing: null) => void) | null = null;
  let cancelled: Promise<boolean> | null = null;

  const finish = (): void => {
    over = true;
    signal.removeEventListener('abort', leave);
  };
  const cancel = (): Promise<boolean> => {
    if (cancelled !== null) return cancelled;
    // What was read to its end has nothing left to let go of.
    cancelled = over ? Promise.resolve(true) : withinLimit(letGo);
    finish();
    wake?.(null);
    return cancelled;
  };
  const leave = (): void => void cancel();

  const pull = async (): Promise<Uint8Array | null> => {
    try {
      const result = await next();
      if (over) return null;
      if (result.done !== true) return toBytes(result.value);
      finish();
      return null;
    } catch (thrown) {
      // A failure after the abort is the abort's own echo.
      if (over) return null;
      wake = null;
      leave();
      throw thrown;
    }
  };

  signal.addEventListener('abort', leave);
  if (signal.aborted) leave();

  return {
    read() {
      if (over) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        wake = resolve;
        pull().then(resolve, reject);
      });
    },
    pump(take) {
      if (over) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const end = (): void => {
          if (!over) finish();
          resolve();
        };
        const fail = (thrown: unknown): void => {
          if (over) return;
          wake = null;
          leave();
          reject(thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown }));
        };
        const give = (value: unknown): Promise<void> | null => {
          if (over) return null;
          try {
            return take(toBytes(value));
          } catch (thrown) {
            fail(thrown);
            return null;
          }
        };
        wake = end;
        if (push !== undefined) {
          push({ give, end, fail });
          return;
        }
        const hear = (result: { done?: boolean | undefined; value?: unknown }): void => {
          try {
            if (result.done === true) {
              end();
              return;
            }
            const room = give(result.value);
            if (room === null) step();
            else void room.then(step);
          } catch (thrown) {
            fail(thrown);
          }
        };
        const step = (): void => {
          if (over) return;
          try {
            // An iterator written by hand may give its results as they are; a promise stays the same one.
            Promise.resolve(next()).then(hear, fail);
          } catch (thrown) {
            fail(thrown);
          }
        };
        step();
      });
    },
    cancel,
  };
}

function withinLimit(letGo: () => unknown): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), CANCEL_LIMIT_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    // A cancel that throws has let go as well: the source is broken, not open.
    Promise.resolve().then(letGo).then(done, done);
  });
}
