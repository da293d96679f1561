/** The words of a stop's receipt. */
export interface ReceiptLabels {
  stopping: string;
  receiptTitle: string;
  receiptSent: string;
  receiptRefused: string;
  receiptNotConfirmed: string;
  receiptFinished: string;
  pressed: string;
  frozen: string;
  answered: string;
  told: string;
  serverRefused: string;
  didNotAnswer: string;
  mayStillWrite: string;
  nobodyToAsk: string;
  connectionOnly: string;
  alreadyFinished: string;
  nothingCut: string;
  restNotShown: string;
  closed: string;
  saved: string;
  characters: (count: number) => string;
  tokensAfter: (count: number) => string;
  tokensMade: string;
  unknown: string;
  /** What each step is, for who does not see its shape. */
  stepDone: string;
  stepWaiting: string;
  stepUnknown: string;
  stepNotConfirmed: string;
  time: (ms: number) => string;
  afterHeard: (time: string) => string;
  retryStop: string;
  showRest: string;
}

/** The English words. */
export const receiptLabels: ReceiptLabels = {
  stopping: 'Stopping…',
  receiptTitle: 'Stop receipt',
  receiptSent: 'Stop sent',
  receiptRefused: 'Stop refused',
  receiptNotConfirmed: 'Stop not confirmed',
  receiptFinished: 'Nothing was running any more',
  pressed: 'Pressed',
  frozen: 'Text frozen',
  answered: 'Server answered',
  told: 'Server was told',
  serverRefused: 'Server refused',
  didNotAnswer: 'Server did not answer',
  mayStillWrite: 'The model may still be writing.',
  nobodyToAsk: 'No server to ask.',
  connectionOnly:
    'Only the connection could be closed. Some models finish, and bill, the answer anyway.',
  alreadyFinished: 'The answer had already finished.',
  nothingCut: 'Shown in full; nothing was cut.',
  restNotShown: 'The rest is not shown.',
  closed: 'Model’s connection closed',
  saved: 'Partial answer saved',
  characters: (count) => `${count.toLocaleString('en')} characters`,
  tokensAfter: (count) => `${count} ${count === 1 ? 'token' : 'tokens'} after`,
  tokensMade: 'Tokens made after the server heard',
  unknown: 'unknown',
  stepDone: 'Done',
  stepWaiting: 'Waiting',
  stepUnknown: 'Unknown',
  stepNotConfirmed: 'Not confirmed',
  time: (ms) => (ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`),
  afterHeard: (time) => `+${time} after it heard`,
  retryStop: 'Retry stop',
  showRest: 'Show the rest',
};
