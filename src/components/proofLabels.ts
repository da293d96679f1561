import type { GenerationError } from '../core/index.js';

/** The words of the receipt of a confirmed stop. */
export interface ProofLabels {
  stopping: string;
  receiptTitle: string;
  pressed: string;
  frozen: string;
  answered: string;
  mayStillWrite: string;
  nobodyToAsk: string;
  connectionOnly: string;
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
  /** What went wrong, or why a stop was refused, in a sentence. @default the error's own message, in English */
  reason: (error: GenerationError) => string;
  retryStop: string;
  showRest: string;
}

/** The English words. */
export const proofLabels: ProofLabels = {
  stopping: 'Stopping…',
  receiptTitle: 'Stop receipt',
  pressed: 'Pressed',
  frozen: 'Text frozen',
  answered: 'Server answered',
  mayStillWrite: 'The model may still be writing.',
  nobodyToAsk: 'No server to ask.',
  connectionOnly:
    'Only the connection could be closed. Some models finish, and bill, the answer anyway.',
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
  reason: ({ message }) => message,
  retryStop: 'Retry stop',
  showRest: 'Show the rest',
};
