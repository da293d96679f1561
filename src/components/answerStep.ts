import type { Status, StopRecord } from '../core/index.js';
import type { ReceiptLabels } from './receiptLabels.js';
import { confirmedStep, type ReceiptStep } from './receiptSteps.js';
import { whyRefused } from './whyRefused.js';

/** What became of the question to the server, whatever it was. */
export function answerStep(record: StopRecord, status: Status, labels: ReceiptLabels): ReceiptStep {
  const { confirmation, answeredMs, waitedMs } = record;
  const known = (ms: number | null | undefined): string =>
    ms == null ? labels.unknown : labels.time(ms);
  const time = known(answeredMs);
  switch (confirmation) {
    case 'pending':
      return { state: 'waiting', words: labels.answered };
    case 'confirmed':
    case 'not-asked':
      return confirmedStep(record, labels);
    case 'accepted':
      return { state: 'told', words: labels.told, time };
    case 'refused':
      return {
        state: 'not-confirmed',
        words: labels.serverRefused,
        detail: whyRefused(record, labels),
        time,
      };
    case 'unconfirmed':
      return {
        state: 'not-confirmed',
        words: labels.didNotAnswer,
        detail: labels.mayStillWrite,
        time: known(waitedMs),
      };
    case 'already-finished':
      return {
        state: 'done',
        words: labels.alreadyFinished,
        detail: status === 'complete' ? labels.nothingCut : labels.restNotShown,
        time,
      };
  }
}
