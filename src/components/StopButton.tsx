'use client';
import {
  type ComponentPropsWithoutRef,
  type FocusEvent,
  forwardRef,
  type KeyboardEvent,
  memo,
  type MouseEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { Stoppable, StopRecord, StopScope } from '../core/index.js';
import { useConfirmation } from '../react/useConfirmation.js';
import { useGenerationStatus } from '../react/useGenerationStatus.js';
import { usePressGuard } from '../react/usePressGuard.js';
import { useRunId } from '../react/useRunId.js';
import { Button, keepFocus } from './Button.js';
import { chain } from './chain.js';
import { holdDuringPress } from './holdDuringPress.js';
import { stopIcon } from './icons.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { sameProps } from './sameProps.js';
import { type StopButtonLabels, stopButtonLabels } from './stopButtonLabels.js';
import { ButtonFace } from './ButtonFace.js';
import { stopLooks } from './stopLooks.js';
import { needsStop, stopPhase } from './stopPhase.js';
import { useMergedRef } from './useMergedRef.js';

/** Props of `StopButton`. */
export interface StopButtonProps extends Omit<
  ComponentPropsWithoutRef<'button'>,
  'type' | 'disabled' | 'children'
> {
  generation: Stoppable;
  /** @default 'md' */
  size?: 'sm' | 'md' | 'lg' | undefined;
  /** @default 'solid' */
  variant?: 'solid' | 'outline' | 'ghost' | undefined;
  /** Shows only the icon; the words become its name. @default false */
  iconOnly?: boolean | undefined;
  /** What a press stops. @default 'generation' */
  scope?: StopScope | undefined;
  /** Asks once more, in the button's place, before it stops; `useStopOnEscape` does not ask. @default false */
  confirm?: boolean | undefined;
  /** Shows the key that stops as well; `useStopOnEscape` makes it work. */
  shortcut?: 'Escape' | undefined;
  /** Keeps its place while nothing runs. @default false */
  keepMounted?: boolean | undefined;
  labels?: Partial<StopButtonLabels> | undefined;
  /** Called when a stop, or the retry of one, has its outcome. */
  onStop?: ((record: StopRecord) => void) | undefined;
  render?: RenderProp<'button'> | undefined;
}

const Visible = forwardRef<HTMLButtonElement, StopButtonProps>(function StopButton(
  {
    generation,
    size = 'md',
    variant = 'solid',
    iconOnly = false,
    scope,
    confirm = false,
    shortcut,
    keepMounted = false,
    labels,
    onStop,
    render,
    ...rest
  },
  ref,
) {
  const status = useGenerationStatus(generation);
  const confirmation = useConfirmation(generation);
  const phase = stopPhase(status, confirmation);
  // A run that already streams when the button appears took nobody's place.
  const guard = usePressGuard(phase, status === 'connecting' ? 'idle' : phase);
  const [focused, setFocused] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const keepGoing = useRef<HTMLButtonElement>(null);
  const root = useMergedRef(button, ref);
  const hintId = useId();
  const runs = phase === 'run';
  const run = useRunId(generation);
  // The run that is asked about; `null` when it went under the question.
  const [asked, setAsked] = useState<string | null>();
  const asks = runs && asked === run;
  if (!asks && typeof asked === 'string') setAsked(null);
  useEffect(() => {
    if (asked !== null) return;
    // "Keep going" went with the focus; where somebody else has it, nothing is left to do.
    if (document.activeElement === document.body) button.current?.focus();
    queueMicrotask(() => setAsked(undefined));
  }, [asked]);

  if (!needsStop(phase) && !keepMounted && !focused && asked === undefined) return null;

  const words = { ...stopButtonLabels, ...labels };
  const looks = stopLooks(labels, scope);
  const look = asks ? { icon: stopIcon, word: words.stopNow } : looks[phase];
  const isOver = !runs && phase !== 'retry';
  // While it asks, Escape goes back.
  const stops = runs && !asks;
  const hint = phase === 'retry' && !iconOnly && rest['aria-describedby'] === undefined;

  const settle = (stopping: Promise<StopRecord | null>): void => {
    void stopping.then((record) => record && onStop?.(record));
  };
  const press = (event: MouseEvent): void => {
    if (isOver || guard.isTooEarly(event)) return;
    if (!runs) {
      settle(generation.retryStop());
    } else if (confirm && !asks) {
      guard.restart();
      setAsked(run);
      button.current?.focus();
    } else {
      // First: a state that is set would be rendered before the stop is sent.
      settle(generation.stop(scope === undefined ? {} : { scope }));
      setAsked(undefined);
    }
  };
  const back = (): void => {
    setAsked(undefined);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // A held Enter would click again and again.
    if (event.repeat && event.key === 'Enter') event.preventDefault();
    if (event.key !== 'Escape' || !asks) return;
    event.preventDefault();
    back();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    // An element that is still the focused one was only left with its window.
    if (currentTarget.matches(':focus')) return;
    setFocused(false);
    if (relatedTarget !== keepGoing.current && relatedTarget !== button.current)
      setAsked(undefined);
  };

  return (
    <>
      {renderElement(
        'button',
        'stop-button',
        {
          ...rest,
          ref: root,
          type: 'button',
          'data-status': status,
          'data-confirmation': confirmation,
          'data-size': size,
          'data-variant': variant,
          'data-icon-only': (iconOnly && !asks) || undefined,
          'aria-label': rest['aria-label'] ?? look.name ?? look.word,
          'aria-disabled': isOver || undefined,
          'aria-keyshortcuts': stops ? shortcut : undefined,
          'aria-describedby': hint ? hintId : rest['aria-describedby'],
          onClick: chain(rest.onClick, press),
          onMouseDown: chain(rest.onMouseDown, keepFocus),
          onPointerDown: chain(rest.onPointerDown, ({ button: which, pointerId }) => {
            if (which === 0 && runs && (asks || !confirm)) holdDuringPress(generation, pointerId);
          }),
          onKeyDown: chain(rest.onKeyDown, onKeyDown),
          onFocus: chain(rest.onFocus, () => setFocused(true)),
          onBlur: chain(rest.onBlur, onBlur),
          children: (
            <ButtonFace look={look} looks={looks} iconOnly={iconOnly && !asks}>
              {shortcut !== undefined && stops && <kbd data-key={words.escapeKey} />}
            </ButtonFace>
          ),
        },
        render,
      )}
      {asks && (
        <Button
          ref={keepGoing}
          variant="outline"
          size={size}
          keepsFocus
          // Where the row is right-aligned, it stands where Stop stood.
          onClick={(event) => guard.isTooEarly(event) || back()}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        >
          {words.keepGoing}
        </Button>
      )}
      {confirm && (
        // Who hears the page is not told when a button changes its name.
        <span data-stopkit="stop-question" aria-live="polite">
          {asks && words.askedHeard}
        </span>
      )}
      {hint && (
        <span id={hintId} data-stopkit="stop-hint">
          {words.notConfirmed}
        </span>
      )}
    </>
  );
});

/** The button that stops an answer: it is there exactly while there is something to stop. */
export const StopButton = memo(Visible, sameProps);
