import type { StopRecord } from '../core/index.js';

/** The words that say how an answer ended. */
export interface EndMarkLabels {
  stoppedByYou: string;
  stoppedBeforeFirstWord: string;
  stoppedInAnotherTab: string;
  stoppedByOperator: string;
  stoppedByServer: string;
  stoppedForNext: string;
  stoppedAtTime: (seconds: number) => string;
  stoppedAtLength: string;
  stoppedNoFirstWord: (seconds: number) => string;
  stoppedSilence: (seconds: number) => string;
  stoppedWhenYouLeft: string;
}

/** The English words. */
export const endMarkLabels: EndMarkLabels = {
  stoppedByYou: 'You stopped this answer',
  stoppedBeforeFirstWord: 'Stopped before the first word',
  stoppedInAnotherTab: 'Stopped in another tab',
  stoppedByOperator: 'Stopped by an operator',
  stoppedByServer: 'Stopped by the server',
  stoppedForNext: 'Stopped for your next message',
  stoppedAtTime: (seconds) => `Stopped at the ${seconds} s limit`,
  stoppedAtLength: 'Stopped at the length limit',
  stoppedNoFirstWord: (seconds) => `Stopped: no first word in ${seconds} s`,
  stoppedSilence: (seconds) => `Stopped: no new word in ${seconds} s`,
  stoppedWhenYouLeft: 'Stopped when you left',
};

/** Who or what stopped an answer, in words; the mark below it and the announcer say the same. */
export function endMark(
  { by, reason, limit = 0 }: StopRecord,
  hasText: boolean,
  labels: EndMarkLabels = endMarkLabels,
): string {
  const seconds = Math.round(limit / 1_000);
  switch (reason) {
    case 'replaced':
      return labels.stoppedForNext;
    case 'unmount':
      return labels.stoppedWhenYouLeft;
    case 'first-token':
      return labels.stoppedNoFirstWord(seconds);
    case 'idle':
      return labels.stoppedSilence(seconds);
    case 'total-time':
      return labels.stoppedAtTime(seconds);
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
      return hasText ? labels.stoppedByYou : labels.stoppedBeforeFirstWord;
  }
}
