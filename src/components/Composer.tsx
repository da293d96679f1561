'use client';
import {
  type ComponentPropsWithoutRef,
  type ComponentPropsWithRef,
  forwardRef,
  type ReactNode,
  useEffect,
  useId,
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
import { tellHeld } from './heldWords.js';
import { bentIcon, editIcon, sendIcon } from './icons.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { StopButton, type StopButtonProps } from './StopButton.js';
import { needsStop, stopPhase } from './stopPhase.js';
import { useKeptFocus } from './useKeptFocus.js';
import { useMergedRef } from './useMergedRef.js';

/** Props of `Composer`. */
export interface ComposerProps extends Omit<ComponentPropsWithoutRef<'form'>, 'children'> {
  generation: Stoppable;
  /** Sends a message. */
  onSend: (text: string) => void;
  /** Messages sent while an answer runs wait for its end; after a stop nothing is sent by itself. @default true */
  queue?: boolean | undefined;
  /** The text in the box, when the app keeps it. */
  draft?: string | undefined;
  onDraftChange?: ((draft: string) => void) | undefined;
  /** Stands at the start of the bar. */
  add?: ReactNode;
  /** Props of its text box, a `ref` among them. */
  textBox?:
    | Omit<ComponentPropsWithRef<'textarea'>, 'value' | 'defaultValue' | 'children'>
    | undefined;
  /** Props of its Stop button. */
  stopButton?: Partial<Omit<StopButtonProps, 'generation'>> | undefined;
  labels?: Partial<ComposerLabels> | undefined;
  render?: RenderProp<'form'> | undefined;
}

/** A button that goes must not take the focus with it; where the focus is elsewhere, it stays. */
function keepFocusIn(box: HTMLElement | null): void {
  const root = box?.closest('[data-stopkit="composer"]');
  if (root?.contains(document.activeElement) === true) box?.focus();
}

/** Where a person writes: Send, Stop and Retry stop share one place, and only the person touches the draft. */
export const Composer = forwardRef<HTMLFormElement, ComposerProps>(function Composer(
  {
    generation,
    onSend,
    queue = true,
    draft: theirDraft,
    onDraftChange,
    add,
    textBox: { ref: theirBox, ...boxProps } = {},
    stopButton,
    labels,
    render,
    ...rest
  },
  ref,
) {
  const words = { ...composerLabels, ...labels };
  const status = useGenerationStatus(generation);
  const phase = stopPhase(status, useConfirmation(generation));
  const hasStop = needsStop(phase);
  const guard = usePressGuard(hasStop);
  const outbox = useOutbox(generation, { onSend, queues: queue, draft: theirDraft, onDraftChange });
  const { draft, messages, unanswered } = outbox;
  const isEmpty = draft.trim() === '';
  const { ref: textBox, ...kept } = useKeptFocus<HTMLTextAreaElement>();
  const hintId = useId();
  const box = useMergedRef(textBox, theirBox);

  useBrowserLayoutEffect(() => {
    // A page that came from the server could be typed into before React had it.
    const typed = textBox.current?.value ?? '';
    if (draft === '' && typed !== '') outbox.write(typed);
  }, []);

  // Not a layout effect: Stop may take the focus of "Keep going" first.
  useEffect(() => {
    // Stop stays while it has the focus; here its place is Send's, and the text box comes next.
    if (!hasStop && document.activeElement?.matches('[data-stopkit="stop-button"]') === true) {
      keepFocusIn(textBox.current);
    }
  }, [hasStop, textBox]);

  const { subscribe } = generation;
  const { heldHeard } = words;
  useEffect(
    () => tellHeld(subscribe, () => (messages.length === 0 ? null : heldHeard(messages.length))),
    [subscribe, messages, heldHeard],
  );

  const send = (): void => {
    if (isEmpty) textBox.current?.focus();
    else keepFocusIn(textBox.current);
    if (outbox.submit()) announce(words.queuedHeard(messages.length + 1));
  };
  const submit = (): void => {
    const form = textBox.current?.form;
    // A form around the composer is the app's, and not to be submitted.
    if (form?.closest('[data-stopkit="composer"]')) form.requestSubmit();
    else send();
  };
  const thenFocus =
    <Arguments extends unknown[]>(act: (...args: Arguments) => void) =>
    (...args: Arguments): void => {
      act(...args);
      textBox.current?.focus();
    };

  const { stopRecord } = generation.getSnapshot();
  const isHeld = phase !== 'run';
  // Behind a complete answer that nobody stopped, which ended while another was shown, or behind somebody else's.
  const held = isHeld && phase !== 'complete' ? words.held : heldHeard;
  const waits = isHeld || outbox.isHeld;
  const title = waits ? (stopRecord?.by === 'user' ? words.heldByStop : held) : words.queued;

  // What stands in one another's place has one height.
  const size = stopButton?.size ?? 'md';
  return renderElement(
    'form',
    'composer',
    {
      ...rest,
      ref,
      'data-status': status,
      onFocus: chain(rest.onFocus, kept.onFocus),
      onBlur: chain(rest.onBlur, kept.onBlur),
      onSubmit: chain(rest.onSubmit, (event) => {
        event.preventDefault();
        send();
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
            {...boxProps}
            ref={box}
            label={words.placeholder}
            draft={draft}
            onWrite={outbox.write}
            onEnter={submit}
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
                  size={size}
                  keepsFocus
                  onClick={thenFocus(outbox.editUnanswered)}
                >
                  {words.editMessage}
                </Button>
              )}
              {phase === 'run' && queue && !isEmpty && (
                <Button icon={bentIcon} variant="outline" size={size} keepsFocus onClick={submit}>
                  {words.queue}
                </Button>
              )}
              {(!hasStop || status === 'stopped') && (
                <Button
                  data-part="send"
                  size={size}
                  icon={sendIcon}
                  aria-label={words.send}
                  aria-disabled={isEmpty || undefined}
                  keepsFocus
                  onClick={(event) => guard.isTooEarly(event) || submit()}
                />
              )}
              <StopButton
                iconOnly
                aria-describedby={phase === 'retry' ? hintId : undefined}
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
