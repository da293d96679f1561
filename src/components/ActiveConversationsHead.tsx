import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useRef,
  useState,
} from 'react';
import { usePressGuard } from '../react/usePressGuard.js';
import type { ActiveConversationsLabels } from './activeConversationsLabels.js';
import { announce } from './announce.js';
import { Button } from './Button.js';
import { stopIcon } from './icons.js';

/** Props of `ActiveConversationsHead`. */
export interface ActiveConversationsHeadProps {
  headingId: string;
  heading: RefObject<HTMLHeadingElement | null>;
  words: ActiveConversationsLabels;
  /** Nothing is listed: only screen readers hear the title. */
  isEmpty: boolean;
  /** How many can be stopped. */
  count: number;
  selected: number;
  onClear: () => void;
  onStopSelected: () => void;
  onStopAll: () => void;
}

/** The list's title; asks in its own place before it stops everything. */
export function ActiveConversationsHead(props: ActiveConversationsHeadProps): ReactElement {
  const { headingId, heading, words, isEmpty, count, selected } = props;
  const { onClear, onStopSelected, onStopAll } = props;
  const [asked, setAsked] = useState(false);
  const primary = useRef<HTMLButtonElement>(null);
  // What runs later was not asked about.
  if (asked && count === 0) setAsked(false);
  const asks = asked && count > 0;
  const mode = asks ? 'asks' : selected > 0 ? 'selected' : 'all';
  const guard = usePressGuard(mode);

  const back = (): void => {
    setAsked(false);
    primary.current?.focus();
  };
  const press = (event: MouseEvent): void => {
    if (guard.isTooEarly(event)) return;
    if (mode === 'all') {
      guard.restart();
      setAsked(true);
      announce(`${words.stopAllQuestion(count)} ${words.stopAllKeeps}`);
      primary.current?.focus();
      return;
    }
    setAsked(false);
    // The button may go, and must not take the focus with it.
    if (document.activeElement === primary.current) heading.current?.focus();
    if (mode === 'asks') onStopAll();
    else onStopSelected();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // A held Enter would click again and again.
    if (event.repeat && event.key === 'Enter') event.preventDefault();
    if (event.key !== 'Escape' || !asks) return;
    event.preventDefault();
    back();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    // A window that loses the focus leaves the element focused.
    if (currentTarget.matches(':focus-within')) return;
    if (!currentTarget.contains(relatedTarget)) setAsked(false);
  };
  const [title, stop] = {
    asks: [words.stopAllQuestion(count), words.stopAllNow(count)] as const,
    selected: [words.selected(selected), words.stopSelected(selected)] as const,
    all: [words.heading, words.stopAll] as const,
  }[mode];

  return (
    // The keys and the blur of its own buttons arrive here.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      data-part="head"
      data-mode={mode}
      data-empty={isEmpty || undefined}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    >
      <div>
        <h2 ref={heading} id={headingId} tabIndex={-1}>
          {title}
          {mode === 'all' && count > 0 && <bdi data-part="count">{count}</bdi>}
        </h2>
        {asks && <p>{words.stopAllKeeps}</p>}
      </div>
      {mode === 'asks' && (
        <Button keepsFocus onClick={back}>
          {words.keepGoing}
        </Button>
      )}
      {mode === 'selected' && (
        <Button
          keepsFocus
          onClick={() => {
            onClear();
            heading.current?.focus();
          }}
        >
          {words.clear}
        </Button>
      )}
      {count > 0 && (
        <Button
          ref={primary}
          icon={stopIcon}
          variant={mode === 'all' ? 'outline' : 'solid'}
          keepsFocus
          onClick={press}
        >
          {stop}
        </Button>
      )}
    </div>
  );
}
