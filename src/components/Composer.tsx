'use client';
import { clsx } from 'clsx/lite';
import {
  type ComponentPropsWithoutRef,
  forwardRef,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
} from 'react';
import type { Stoppable } from '../core/index.js';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';
import { useConfirmation } from '../react/useConfirmation.js';
import { useGenerationStatus } from '../react/useGenerationStatus.js';
import { useOutbox } from '../react/useOutbox.js';
import { usePressGuard } from '../react/usePressGuard.js';
import { announce } from './announce.js';
import { Button } from './Button.js';
import { chain } from './chain.js';
import { type ComposerLabels, composerLabels } from './composerLabels.js';
import { ComposerField } from './ComposerField.js';
import { ComposerQueue } from './ComposerQueue.js';
import { tellHeld } from './heldMessages.js';
import { bentIcon, editIcon, sendIcon } from './icons.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { StopButton, type StopButtonProps } from './StopButton.js';
import { needsStop, stopPhase } from './stopPhase.js';

/** Props of `Composer`. */
export interface ComposerProps extends Omit<ComponentPropsWithoutRef<'form'>, 'children'> {
  generation: Stoppable;
  /** Sends a message. */
  onSend: (text: string) => void;
  /** Messages sent while an answer runs wait for its end; after a stop nothing is sent by itself. @default true */
  queue?: boolean;
  /** The text in the box, when the app keeps it. */
  draft?: string;
  onDraftChange?: (draft: string) => void;
  /** Stands at the start of the bar. */
  add?: ReactNode;
  /** Props of its Stop button. */
  stopButton?: Partial<StopButtonProps>;
  labels?: Partial<ComposerLabels>;
  render?: RenderProp<'form'>;
}

// A press leaves the focus, and a phone's keyboard, where they are.
const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** Where a person writes: Send, Stop and Retry stop share one place, and only the person touches the draft. */
export const Composer = forwardRef<HTMLFormElement, ComposerProps>(function Composer(
  {
    generation,
    onSend,
    queue = true,
    draft: theirDraft,
    onDraftChange,
    add,
    stopButton,
    labels,
    render,
    className,
    ...rest
  },
  ref,
) {
  const words = { ...composerLabels, ...labels };
  const status = useGenerationStatus(generation);
  const phase = stopPhase(status, useConfirmation(generation));
  const hasStop = needsStop(phase);
  const place = hasStop ? 'stop' : 'send';
  const guard = usePressGuard(place, place);
  const outbox = useOutbox(generation, { onSend, queues: queue, draft: theirDraft, onDraftChange });
  const { draft, messages, unanswered } = outbox;
  const isEmpty = draft.trim() === '';
  const form = useRef<HTMLFormElement>(null);
  const textBox = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  // Null while nothing is rendered, as any ref is.
  useImperativeHandle(ref, () => form.current as HTMLFormElement);

  /** A button that goes must not take the focus with it; where the focus is elsewhere, it stays. */
  const focusTextBox = (): void => {
    if (form.current?.contains(document.activeElement) === true) textBox.current?.focus();
  };
  useBrowserLayoutEffect(() => {
    // Stop stays while it has the focus; here its place is Send's, and the text box comes next.
    if (!hasStop && document.activeElement?.matches('[data-stopkit="stop-button"]') === true) {
      focusTextBox();
    }
  }, [hasStop]);

  const { subscribe } = generation;
  const { getMessages } = outbox;
  const { heldHeard } = words;
  useEffect(
    () =>
      tellHeld(subscribe, () => {
        const { length } = getMessages();
        return length === 0 ? null : heldHeard(length);
      }),
    [subscribe, getMessages, heldHeard],
  );

  const submit = (): void => {
    if (isEmpty) textBox.current?.focus();
    else focusTextBox();
    if (outbox.submit() === 'queued') announce(words.queuedHeard(getMessages().length));
  };
  const thenFocus =
    <Arguments extends unknown[]>(act: (...args: Arguments) => void) =>
    (...args: Arguments): void => {
      act(...args);
      textBox.current?.focus();
    };

  const { stopRecord } = generation.getSnapshot();
  const isHeld = phase !== 'run';
  // Behind a complete answer that nobody stopped: it ended while another was shown.
  const held = phase === 'complete' ? heldHeard : words.held;
  const title = isHeld ? (stopRecord?.by === 'user' ? words.heldByStop : held) : words.queued;

  return renderElement(
    'form',
    {
      ...rest,
      ref: form,
      className: clsx('stopkit-composer', className),
      'data-stopkit': 'composer',
      'data-status': status,
      onSubmit: chain(rest.onSubmit, (event) => {
        event.preventDefault();
        submit();
      }),
      children: (
        <div data-part="box">
          {messages.length > 0 && (
            <ComposerQueue
              messages={messages}
              title={title(messages.length)}
              isHeld={isHeld}
              words={words}
              onSendNext={thenFocus(outbox.sendNext)}
              onEdit={thenFocus(outbox.edit)}
              onRemove={thenFocus(outbox.remove)}
            />
          )}
          <ComposerField
            ref={textBox}
            label={words.placeholder}
            draft={draft}
            onWrite={outbox.write}
            onSubmit={submit}
          />
          <div data-part="bar">
            {add}
            <div data-part="end">
              {phase === 'stopping' && <span data-part="hint">{words.stopping}</span>}
              {phase === 'retry' && (
                <span data-part="hint" data-tone="warning">
                  <span data-part="long" id={hintId}>
                    {words.notConfirmed}
                  </span>
                  <span data-part="short">{words.notConfirmedShort}</span>
                </span>
              )}
              {unanswered !== null && isEmpty && (
                <Button
                  icon={editIcon}
                  size="md"
                  onMouseDown={keepFocus}
                  onClick={thenFocus(outbox.editUnanswered)}
                >
                  {words.editMessage}
                </Button>
              )}
              {phase === 'run' && queue && !isEmpty && (
                <Button
                  type="submit"
                  icon={bentIcon}
                  variant="outline"
                  size="md"
                  onMouseDown={keepFocus}
                >
                  {words.queue}
                </Button>
              )}
              {(!hasStop || status === 'stopped') && (
                <Button
                  type="submit"
                  data-part="send"
                  size="md"
                  icon={sendIcon}
                  aria-label={words.send}
                  aria-disabled={isEmpty || undefined}
                  onMouseDown={keepFocus}
                  onClick={(event) => guard.isTooEarly(event) && event.preventDefault()}
                />
              )}
              <StopButton
                iconOnly
                {...(phase === 'retry' ? { 'aria-describedby': hintId } : {})}
                {...stopButton}
                generation={generation}
              />
            </div>
          </div>
        </div>
      ),
    },
    render,
  );
});
