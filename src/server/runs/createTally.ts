import { isWord } from '../../core/applyEvents.js';
import type { StreamEvent } from '../../core/index.js';

/** Whether a run speaks, as its budgets ask. */
export interface Tally {
  hear(events: readonly StreamEvent[]): void;
  onUnreadable(error: unknown): void;
  /** Whether a word came since it was asked last. */
  speaks(): boolean;
}

/** Tells words from pings, ids and figures. */
export function createTally(onUnreadable: (error: unknown) => void): Tally {
  let hasSpoken = false;
  let isReadable = true;
  return {
    hear(events) {
      hasSpoken ||= events.some(isWord);
    },
    onUnreadable(error) {
      isReadable = false;
      onUnreadable(error);
    },
    speaks() {
      // Of bytes that nobody can read, each may be a word.
      const spoke = hasSpoken || !isReadable;
      hasSpoken = false;
      return spoke;
    },
  };
}
