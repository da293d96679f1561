import type { ReactNode } from 'react';
import type { StopRecord } from '../core/index.js';
import { doneIcon, stopIcon, unknownIcon, warningIcon } from './icons.js';
import type { ProofLabels } from './proofLabels.js';
import { type ReceiptStep, receiptSteps } from './receiptSteps.js';

interface ReceiptCardProps {
  record: StopRecord;
  title: string;
  /** What became of the question to the server. */
  answer: ReceiptStep;
  labels: ProofLabels;
  headingId: string;
  /** What can be done. */
  children?: ReactNode;
}

/** The steps of a stop, what it cost, and what can be done. */
export function ReceiptCard(props: ReceiptCardProps) {
  const { record, title, answer, labels, headingId, children } = props;
  const { confirmation, answeredMs } = record;
  const waits = confirmation === 'pending';
  const tokens = record.receipt?.tokensAfterStop;
  return (
    <div data-part="receipt">
      <div data-part="head">
        <h3 id={headingId}>{title}</h3>
        {answeredMs !== null && !waits && <span data-part="time">{labels.time(answeredMs)}</span>}
      </div>
      <ol>
        {receiptSteps(record, answer, labels).map((step, index) => (
          <Step key={index} step={step} labels={labels} />
        ))}
      </ol>
      <p>
        <span>{labels.tokensMade}</span>
        <b data-known={tokens !== undefined || undefined}>
          {waits ? '–' : (tokens ?? labels.unknown)}
        </b>
      </p>
      {children}
    </div>
  );
}

/** The shape of each, and what is heard in its place. */
const LOOK = {
  pressed: [stopIcon, 'stepDone'],
  done: [doneIcon, 'stepDone'],
  told: [unknownIcon, 'stepNotConfirmed'],
  waiting: [unknownIcon, 'stepWaiting'],
  unknown: [unknownIcon, 'stepUnknown'],
  'not-confirmed': [warningIcon, 'stepNotConfirmed'],
} as const;

function Step({ step, labels }: { step: ReceiptStep; labels: ProofLabels }) {
  const [icon, heard] = LOOK[step.state];
  return (
    <li data-state={step.state}>
      {icon}
      <span>
        <span data-part="hidden">{labels[heard]}: </span>
        {step.words}
        {step.detail !== undefined && <small>{step.detail}</small>}
      </span>
      {step.time !== undefined && <span data-part="time">{step.time}</span>}
    </li>
  );
}
