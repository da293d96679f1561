'use client';
import { type ReactNode, useId, useState } from 'react';
import type { Snapshot } from '../core/index.js';
import type { AnswerLabels } from './answerLabels.js';
import { Button } from './Button.js';
import { ButtonFace } from './ButtonFace.js';
import { CopyButton } from './CopyButton.js';
import { EndLine } from './EndLine.js';
import { type AnswerAction, endingOf } from './endingOf.js';
import { bentIcon, regenerateIcon, retryIcon } from './icons.js';
import { ReceiptCard } from './ReceiptCard.js';
import { confirmedStep } from './receiptSteps.js';
import { useRetried } from './useRetried.js';

/** What to call for each action; one that is absent is not offered. */
export type AnswerHandlers = Record<Exclude<AnswerAction, 'copy'>, (() => void) | undefined>;

interface AnswerEndProps {
  snapshot: Snapshot;
  labels: AnswerLabels;
  handlers: AnswerHandlers;
}

const LOOK = {
  'retry-stop': [retryIcon, 'retryStop'],
  'show-rest': [undefined, 'showRest'],
  continue: [bentIcon, 'continueAnswer'],
  regenerate: [regenerateIcon, 'regenerate'],
  'try-again': [regenerateIcon, 'tryAgain'],
} as const;

/** What stands below an answer that is over: how it ended, and what can be done. */
export function AnswerEnd({ snapshot, labels, handlers }: AnswerEndProps) {
  const { stopRecord, text, parts } = snapshot;
  const [isOpen, setIsOpen] = useState(false);
  const receiptId = useId();
  const retried = useRetried(stopRecord);
  const ending = endingOf({ ...snapshot, stopRecord: retried ?? stopRecord }, labels);
  if (ending === null) return null;

  const show = (action: AnswerAction, variant: 'ghost' | 'outline' = 'ghost'): ReactNode => {
    if (action === 'copy') {
      // What stands around a tool call stands apart in what is copied, too.
      const whole = parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n\n');
      return <CopyButton key={action} text={whole} labels={labels} />;
    }
    const [icon, word] = LOOK[action];
    const look = { icon, word: labels[word] };
    const stopping = { icon, word: labels.stopping };
    const isAsking = retried !== null && action === 'retry-stop';
    return (
      <Button
        key={action}
        variant={variant}
        aria-disabled={isAsking || undefined}
        onClick={() => isAsking || handlers[action]?.()}
      >
        <ButtonFace
          look={isAsking ? stopping : look}
          looks={action === 'retry-stop' ? { look, stopping } : {}}
        />
      </Button>
    );
  };
  const actions = ending.actions.filter((action) => {
    if (text === '' && (action === 'copy' || action === 'continue')) return false;
    return action === 'copy' || handlers[action] !== undefined;
  });
  const isNote = ending.look === 'warning' || ending.look === 'danger';
  const [first, ...others] = actions;
  const inRow = isNote ? others : actions;
  const receipt = ending.hasReceipt === true ? stopRecord : null;
  return (
    <>
      {ending.look === 'mark' && (
        <EndLine
          ending={ending}
          record={receipt}
          receiptId={receiptId}
          isOpen={isOpen}
          onToggle={() => setIsOpen(!isOpen)}
          labels={labels}
        />
      )}
      {receipt !== null && isOpen && (
        <section
          id={receiptId}
          role="group"
          data-stopkit="stop-receipt"
          data-confirmation={receipt.confirmation}
          aria-labelledby={`${receiptId}-title`}
        >
          <ReceiptCard
            record={receipt}
            title={labels.receiptTitle}
            answer={confirmedStep(receipt, labels)}
            labels={labels}
            headingId={`${receiptId}-title`}
          />
        </section>
      )}
      {isNote && (
        <div data-part="note" data-tone={ending.look}>
          <span data-part="note-icon">{ending.icon}</span>
          <span data-part="words">
            <b>{ending.words}</b> {ending.detail}
          </span>
          {first !== undefined && show(first, 'outline')}
        </div>
      )}
      {inRow.length > 0 && (
        <div role="group" aria-label={labels.actions} data-part="actions">
          {inRow.map((action) => show(action))}
        </div>
      )}
    </>
  );
}
