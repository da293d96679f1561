import type { Answer } from './createAnswer.js';

/** Waits for the sentences that answers miss. */
export interface Gaps {
  /** What came of this answer came before its turn. */
  waitFor(answer: Answer): void;
  /** Nothing is waited for while nothing can come. */
  connected(isOpen: boolean): void;
}

// Sentences that came too early wait this long for those before them.
const GAP_MS = 5_000;

/** One timer for each answer with a gap; `giveUp` is called when nothing of it came for long. */
export function createGaps(giveUp: (answer: Answer) => void): Gaps {
  const timers = new Map<Answer, ReturnType<typeof setTimeout>>();

  function wait(answer: Answer): void {
    const look = (): void => {
      timers.delete(answer);
      if (!answer.hasGap() || answer.end !== null) return;
      if (performance.now() - answer.heardAt < GAP_MS) wait(answer);
      else giveUp(answer);
    };
    timers.set(answer, setTimeout(look, GAP_MS));
  }

  return {
    waitFor(answer) {
      if (!timers.has(answer)) wait(answer);
    },
    connected(isOpen) {
      for (const [answer, timer] of timers) {
        clearTimeout(timer);
        // The whole time again: what was missed is only asked for now.
        if (isOpen) wait(answer);
      }
    },
  };
}
