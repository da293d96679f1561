import type { ReactElement } from 'react';
import type { Status, StopRecord } from '../core/index.js';
import { doneIcon, stopIcon, stoppingIcon, warningIcon } from './icons.js';
import type { StopReceiptLabels } from './stopReceiptLabels.js';

/** A stop in one line: its outcome, and what is known of the rest. */
export interface ReceiptLine {
  icon: ReactElement;
  lead: string;
  rest: string;
}

/** The line that opens a receipt. */
export function receiptLine(
  { confirmation, answeredMs, receipt }: StopRecord,
  status: Status,
  labels: StopReceiptLabels,
): ReceiptLine {
  switch (confirmation) {
    case 'pending':
      return { icon: stoppingIcon, lead: labels.stopping, rest: labels.lineAsked };
    case 'confirmed': {
      const tokens = receipt?.tokensAfterStop;
      return {
        icon: stopIcon,
        lead: labels.lineStopped(answeredMs === null ? null : labels.time(answeredMs)),
        rest: tokens === undefined ? labels.lineTokensUnknown : labels.tokensAfter(tokens),
      };
    }
    case 'not-asked':
      return { icon: stopIcon, lead: labels.lineStopped(null), rest: labels.lineNobody };
    case 'accepted':
      return { icon: stopIcon, lead: labels.receiptSent, rest: labels.lineTold };
    case 'refused':
      return { icon: warningIcon, lead: labels.receiptRefused, rest: labels.lineMayWrite };
    case 'unconfirmed':
      return { icon: warningIcon, lead: labels.lineNotConfirmed, rest: labels.lineMayWrite };
    case 'already-finished':
      return {
        icon: doneIcon,
        lead: labels.lineFinished,
        rest: status === 'complete' ? labels.lineNothingCut : labels.lineNotShown,
      };
  }
}
