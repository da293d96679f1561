import { type ReactNode, useState } from 'react';
import type { Snapshot, StopRecord } from '../core/index.js';
import { canRetryStop } from '../core/transition.js';
import { Button } from './Button.js';
import { doneIcon, retryIcon, stopIcon, unknownIcon, warningIcon } from './icons.js';
import type { ReceiptLabels } from './receiptLabels.js';
import { type ReceiptStep, receiptSteps } from './receiptSteps.js';

interface ReceiptCardProps {
  record: StopRecord;
  status: Snapshot['status'];
  labels: ReceiptLabels;
  headingId: string;
  onRetryStop?: (() => void) | undefined;
  onShowRest?: (() => void) | undefined;
}

/** The steps of a stop, what it cost, and what can be done. */
export function ReceiptCard(props: ReceiptCardProps) {
  const { record, status, labels, headingId, onRetryStop, onShowRest } = props;
  // The button that asked again stays the same one while the answer is awaited.
  const [isRetry, setIsRetry] = useState(false);
  const { confirmation, answeredMs } = record;
  const waits = confirmation === 'pending';
  const tokens = record.receipt?.tokensAfterStop;
  return (
    <div data-part="receipt">
      <div data-part="head">
        <h3 id={headingId}>{titleOf(record, labels)}</h3>
        {answeredMs !== null && !waits && <span data-part="time">{labels.time(answeredMs)}</span>}
      </div>
      <ol>
        {receiptSteps(record, status, labels).map((step, index) => (
          <Step key={index} step={step} labels={labels} />
        ))}
      </ol>
      <p>
        <span>{labels.tokensMade}</span>
        <b data-known={tokens !== undefined || undefined}>
          {waits ? '–' : (tokens ?? labels.unknown)}
        </b>
      </p>
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
    </div>
  );
}

const ICON: Record<ReceiptStep['state'], ReactNode> = {
  pressed: stopIcon,
  done: doneIcon,
  told: unknownIcon,
  waiting: unknownIcon,
  unknown: unknownIcon,
  'not-confirmed': warningIcon,
};

function Step({ step, labels }: { step: ReceiptStep; labels: ReceiptLabels }) {
  return (
    <li data-state={step.state}>
      {ICON[step.state]}
      <span>
        <span data-part="hidden">{heard(step, labels)}: </span>
        {step.words}
        {step.detail !== undefined && <small>{step.detail}</small>}
      </span>
      {step.time !== undefined && <span data-part="time">{step.time}</span>}
    </li>
  );
}

function heard({ state }: ReceiptStep, labels: ReceiptLabels): string {
  switch (state) {
    case 'pressed':
    case 'done':
      return labels.stepDone;
    case 'waiting':
      return labels.stepWaiting;
    case 'unknown':
      return labels.stepUnknown;
    case 'told':
    case 'not-confirmed':
      return labels.stepNotConfirmed;
  }
}

function titleOf({ confirmation }: StopRecord, labels: ReceiptLabels): string {
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
