'use client';
import { useState } from 'react';
import type { Status, StopRecord } from '../core/index.js';
import { canRetryStop } from '../core/transition.js';
import { Button } from './Button.js';
import { retryIcon } from './icons.js';
import type { ReceiptLabels } from './receiptLabels.js';

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
  // The button that asked again stays the same one while the answer is awaited.
  const [isRetry, setIsRetry] = useState(false);
  const { confirmation } = record;
  const waits = confirmation === 'pending';
  return (
    <>
      {onRetryStop !== undefined && (canRetryStop(record) || (waits && isRetry)) && (
        <Button
          variant="outline"
          icon={retryIcon}
          aria-disabled={waits || undefined}
          onClick={() => {
            setIsRetry(true);
            if (!waits) onRetryStop();
          }}
        >
          {waits ? labels.stopping : labels.retryStop}
        </Button>
      )}
      {onShowRest !== undefined && confirmation === 'already-finished' && status === 'stopped' && (
        <Button variant="outline" onClick={onShowRest}>
          {labels.showRest}
        </Button>
      )}
    </>
  );
}
