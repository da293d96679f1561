import type { StopRecord } from '../core/index.js';

/** The words that say how an answer ended. */
export interface EndMarkLabels {
  /** By something that has no words of its own. */
  stopped: string;
  stoppedByYou: string;
  stoppedBeforeFirstWord: string;
  stoppedInAnotherTab: string;
  stoppedByOperator: string;
  stoppedByServer: string;
  stoppedForNext: string;
  stoppedAtTime: (seconds: number) => string;
  /** Where nobody said how long that was. */
  stoppedAtTimeLimit: string;
  stoppedAtLength: string;
  stoppedNoFirstWord: (seconds: number) => string;
  stoppedSilence: (seconds: number) => string;
  stoppedWhenYouLeft: string;
}

/** The English words. */
export const endMarkLabels: EndMarkLabels = {
  stopped: 'Stopped',
  stoppedByYou: 'You stopped this answer',
  stoppedBeforeFirstWord: 'Stopped before the first word',
  stoppedInAnotherTab: 'Stopped in another tab',
  stoppedByOperator: 'Stopped by an operator',
  stoppedByServer: 'Stopped by the server',
  stoppedForNext: 'Stopped for your next message',
  stoppedAtTime: (seconds) => `Stopped at the ${seconds} s limit`,
  stoppedAtTimeLimit: 'Stopped at the time limit',
  stoppedAtLength: 'Stopped at the length limit',
  stoppedNoFirstWord: (seconds) => `Stopped: no first word in ${seconds} s`,
  stoppedSilence: (seconds) => `Stopped: no new word in ${seconds} s`,
  stoppedWhenYouLeft: 'Stopped when you left',
};

/** Who or what stopped an answer, in words; the mark below it and the announcer say the same. */
export function endMark(
  { by, reason, limit, seenChars }: StopRecord,
  text: string | undefined,
  labels: EndMarkLabels,
): string {
  const within = (words: (seconds: number) => string): string =>
    limit === undefined ? labels.stoppedAtTimeLimit : words(Math.round(limit / 1_000));
  switch (reason) {
    case 'replaced':
      return labels.stoppedForNext;
    case 'unmount':
      return labels.stoppedWhenYouLeft;
    case 'first-token':
      return within(labels.stoppedNoFirstWord);
    case 'idle':
      return within(labels.stoppedSilence);
    case 'total-time':
      return within(labels.stoppedAtTime);
    case 'characters':
    case 'tokens':
      return labels.stoppedAtLength;
    case 'other-tab':
      return labels.stoppedInAnotherTab;
    case 'operator':
      return labels.stoppedByOperator;
    // An app's own reason, 'user', 'server': who stopped it says more.
    default:
      if (by === 'remote') return labels.stoppedByServer;
      // A thought is no word of the answer; of a conversation only how much was seen is known.
      if ((text?.length ?? seenChars) === 0) return labels.stoppedBeforeFirstWord;
      return by === 'user' ? labels.stoppedByYou : labels.stopped;
  }
}
