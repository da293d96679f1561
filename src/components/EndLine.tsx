import type { StopRecord } from '../core/index.js';
import type { AnswerLabels } from './answerLabels.js';
import { Button } from './Button.js';
import type { Ending } from './endingOf.js';
import { chevronIcon } from './icons.js';

interface EndLineProps {
  ending: Ending;
  /** The stop whose receipt can be opened. */
  record: StopRecord | null;
  receiptId: string;
  isOpen: boolean;
  onToggle: () => void;
  labels: AnswerLabels;
}

/** The one quiet line that says how an answer ended, and opens the receipt of its stop. */
export function EndLine({ ending, record, receiptId, isOpen, onToggle, labels }: EndLineProps) {
  const proof = record && proofOf(record, labels);
  return (
    <div data-part="end-mark">
      <span data-part="mark-icon">{ending.icon}</span>
      <span data-part="words">{ending.words}</span>
      {proof !== null && (
        <Button
          aria-expanded={isOpen}
          aria-controls={isOpen ? receiptId : undefined}
          onClick={onToggle}
        >
          {proof !== labels.receipt && <span data-part="hidden">{labels.receipt}: </span>}
          <bdi>{proof}</bdi>
          {chevronIcon}
        </Button>
      )}
    </div>
  );
}

function proofOf({ answeredMs, receipt }: StopRecord, labels: AnswerLabels): string {
  const tokens = receipt?.tokensAfterStop;
  return answeredMs === null || tokens === undefined
    ? labels.receipt
    : `${labels.time(answeredMs)} · ${labels.tokensAfter(tokens)}`;
}
