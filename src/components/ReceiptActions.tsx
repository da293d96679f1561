'use client';
import type { Status, StopRecord } from '../core/index.js';
import { canRetryStop } from '../core/transition.js';
import { Button } from './Button.js';
import { retryIcon } from './icons.js';
import type { ReceiptLabels } from './receiptLabels.js';
import { useRetried } from './useRetried.js';

interface ReceiptActionsProps {
  record: StopRecord;
  status: Status;
  labels: ReceiptLabels;
  onRetryStop: (() => void) | undefined;
  onShowRest: (() => void) | undefined;
}

/** What can be done about a stop that is not confirmed, or that came too late. */
export function ReceiptActions(props: ReceiptActionsProps) {
  const { record, status, labels, onRetryStop, onShowRest } = props;
  const retried = useRetried(record);
  const isAsking = retried !== null;
  return (
    <>
      {onRetryStop !== undefined && canRetryStop(retried ?? record) && (
        <Button
          variant="outline"
          icon={retryIcon}
          aria-disabled={isAsking || undefined}
          onClick={() => isAsking || onRetryStop()}
        >
          {isAsking ? labels.stopping : labels.retryStop}
        </Button>
      )}
      {onShowRest !== undefined &&
        record.confirmation === 'already-finished' &&
        status === 'stopped' && (
          <Button variant="outline" onClick={() => onShowRest()}>
            {labels.showRest}
          </Button>
        )}
    </>
  );
}
