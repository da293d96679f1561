import { isWord, writtenIn } from '../../core/applyEvents.js';
import type { StreamEvent } from '../../core/index.js';

/** What a run's budgets look at. */
export interface Tally {
  hear(events: readonly StreamEvent[]): void;
  onUnreadable(error: unknown): void;
  /** UTF-16 units of all that the model wrote, and whether a word came since it was asked last. */
  take(): { written: number; speaks: boolean };
}

/** Counts what a run says; pings, ids and figures are no words. */
export function createTally(onUnreadable: (error: unknown) => void): Tally {
  let written = 0;
  let speaks = false;
  let isReadable = true;
  return {
    hear(events) {
      for (const event of events) {
        // What is said again is counted anew.
        written = event.type === 'replay' ? 0 : written + writtenIn(event);
        speaks ||= isWord(event);
      }
    },
    onUnreadable(error) {
      isReadable = false;
      onUnreadable(error);
    },
    take() {
      // Of bytes that nobody can read, each may be a word.
      const taken = { written, speaks: speaks || !isReadable };
      speaks = false;
      return taken;
    },
  };
}
