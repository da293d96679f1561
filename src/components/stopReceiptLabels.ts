import { type ReceiptLabels, receiptLabels } from './receiptLabels.js';

/** The words of `StopReceipt`: of its card, and of the one line that opens it. */
export interface StopReceiptLabels extends ReceiptLabels {
  lineStopped: (time: string | null) => string;
  lineTokensUnknown: string;
  lineAsked: string;
  lineTold: string;
  lineNotConfirmed: string;
  lineMayWrite: string;
  lineFinished: string;
  lineNothingCut: string;
  lineNotShown: string;
  lineNobody: string;
}

/** The English words. */
export const stopReceiptLabels: StopReceiptLabels = {
  ...receiptLabels,
  lineStopped: (time) => (time === null ? 'Stopped' : `Stopped in ${time}`),
  lineTokensUnknown: 'tokens after unknown',
  lineAsked: 'asked the server',
  lineTold: 'the server was told',
  lineNotConfirmed: 'Not confirmed',
  lineMayWrite: 'may still be writing',
  lineFinished: 'Already finished',
  lineNothingCut: 'nothing was cut',
  lineNotShown: 'the rest is not shown',
  lineNobody: 'no server to ask',
};
