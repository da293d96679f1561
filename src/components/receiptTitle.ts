import type { StopRecord } from '../core/index.js';
import type { ReceiptLabels } from './receiptLabels.js';

/** What a stop's receipt is called, by what is known of the stop. */
export function receiptTitle({ confirmation }: StopRecord, labels: ReceiptLabels): string {
  switch (confirmation) {
    case 'pending':
      return labels.stopping;
    case 'accepted':
      return labels.receiptSent;
    case 'refused':
      return labels.receiptRefused;
    case 'unconfirmed':
      return labels.receiptNotConfirmed;
    case 'already-finished':
      return labels.receiptFinished;
    case 'confirmed':
    case 'not-asked':
      return labels.receiptTitle;
  }
}
