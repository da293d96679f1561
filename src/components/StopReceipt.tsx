'use client';
import { type ComponentPropsWithoutRef, forwardRef, useId } from 'react';
import type { Snapshot, Stoppable } from '../core/index.js';
import { answerStep } from './answerStep.js';
import { chain } from './chain.js';
import { chevronIcon } from './icons.js';
import { ReceiptActions } from './ReceiptActions.js';
import { ReceiptCard } from './ReceiptCard.js';
import { receiptLine } from './receiptLine.js';
import { receiptTitle } from './receiptTitle.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { type StopReceiptLabels, stopReceiptLabels } from './stopReceiptLabels.js';
import { useKeptFocus } from './useKeptFocus.js';
import { useMergedRef } from './useMergedRef.js';
import { useSnapshot } from './useSnapshot.js';

/** How a stop stands. */
type Stop = Pick<Snapshot, 'status' | 'stopRecord'>;

/** Props of `StopReceipt`. */
export interface StopReceiptProps extends Omit<ComponentPropsWithoutRef<'section'>, 'children'> {
  /** A generation of whose stop it tells, or a snapshot of one that is over. */
  generation: Stoppable | Stop;
  /** The whole card, or one line that opens it. @default 'card' */
  variant?: 'card' | 'line' | undefined;
  /** Asks the server again. @default the generation's own `retryStop` */
  onRetryStop?: (() => void) | undefined;
  /** Reads the rest of an answer that had already finished; without it nothing is offered. */
  onShowRest?: (() => void) | undefined;
  labels?: Partial<StopReceiptLabels> | undefined;
  render?: RenderProp<'section'> | undefined;
}

/** The proof under the promise: what is known of a stop, in the order in which it happened. */
export const StopReceipt = forwardRef<HTMLElement, StopReceiptProps>(function StopReceipt(
  { generation, variant = 'card', onRetryStop, onShowRest, labels, render, ...rest },
  ref,
) {
  const { status, stopRecord } = useSnapshot<Stop>(generation);
  const headingId = useId();
  const focus = useKeptFocus<HTMLElement>();
  const root = useMergedRef(focus.ref, ref);
  if (stopRecord === null) return null;

  const words = { ...stopReceiptLabels, ...labels };
  const card = (
    <ReceiptCard
      record={stopRecord}
      title={receiptTitle(stopRecord, words)}
      answer={answerStep(stopRecord, status, words)}
      labels={words}
      headingId={headingId}
    >
      <ReceiptActions
        record={stopRecord}
        status={status}
        labels={words}
        onRetryStop={
          onRetryStop ?? ('retryStop' in generation ? () => void generation.retryStop() : undefined)
        }
        onShowRest={onShowRest}
      />
    </ReceiptCard>
  );
  const line = receiptLine(stopRecord, status, words);
  return renderElement(
    'section',
    'stop-receipt',
    {
      // A group: pages with many answers would be full of landmarks of one name.
      role: 'group',
      'aria-labelledby': headingId,
      tabIndex: -1,
      ...rest,
      ref: root,
      onFocus: chain(rest.onFocus, focus.onFocus),
      onBlur: chain(rest.onBlur, focus.onBlur),
      'data-status': status,
      'data-confirmation': stopRecord.confirmation,
      children:
        variant === 'card' ? (
          card
        ) : (
          <details>
            <summary>
              {line.icon}
              <b>{line.lead}</b> <span>{line.rest}</span>
              {chevronIcon}
            </summary>
            {card}
          </details>
        ),
    },
    render,
  );
});
