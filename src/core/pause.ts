const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** Waits; over at once when the signal aborts. `null` waits for nothing else. */
export function pause(ms: number | null, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = ms === null ? undefined : setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** A connection that lasts for less, again and again, counts as failed: many a server lets in and puts out again. */
export const STEADY_MS = 1_000;

/** How long to wait after so many failures in a row. */
export const backOffMs = (failures: number): number =>
  Math.min(FIRST_MS * 2 ** failures, LONGEST_MS);

/** Whether nobody waits any more; a call, because the compiler takes a property that was read once to keep its value. */
export const isOver = (signal: AbortSignal): boolean => signal.aborted;
