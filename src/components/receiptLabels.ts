import { type ProofLabels, proofLabels } from './proofLabels.js';

/** The words of a stop's receipt. */
export interface ReceiptLabels extends ProofLabels {
  receiptSent: string;
  receiptRefused: string;
  receiptNotConfirmed: string;
  receiptFinished: string;
  told: string;
  serverRefused: string;
  didNotAnswer: string;
  alreadyFinished: string;
  nothingCut: string;
  restNotShown: string;
}

/** The English words. */
export const receiptLabels: ReceiptLabels = {
  ...proofLabels,
  receiptSent: 'Stop sent',
  receiptRefused: 'Stop refused',
  receiptNotConfirmed: 'Stop not confirmed',
  receiptFinished: 'Nothing was running any more',
  told: 'Server was told',
  serverRefused: 'Server refused',
  didNotAnswer: 'Server did not answer',
  alreadyFinished: 'The answer had already finished.',
  nothingCut: 'Shown in full; nothing was cut.',
  restNotShown: 'The rest is not shown.',
};
