'use client';
import {
  type ComponentPropsWithoutRef,
  forwardRef,
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { ConversationInfo } from '../core/index.js';
import { useClock } from '../react/useClock.js';
import { useStay } from '../react/useStay.js';
import { ActiveConversationRow } from './ActiveConversationRow.js';
import { ActiveConversationsHead } from './ActiveConversationsHead.js';
import {
  type ActiveConversationsLabels,
  activeConversationsLabels,
} from './activeConversationsLabels.js';
import { announce, liveRegion } from './announce.js';
import { Button } from './Button.js';
import { chain } from './chain.js';
import { isLive } from './conversationPhase.js';
import { failedIcon, plugIcon, regenerateIcon } from './icons.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { settleRows } from './settleRows.js';
import { useKeptFocus } from './useKeptFocus.js';
import { useStoppedTogether } from './useStoppedTogether.js';

/** Props of `ActiveConversations`. */
export interface ActiveConversationsProps extends Omit<
  ComponentPropsWithoutRef<'section'>,
  'children'
> {
  conversations: readonly ConversationInfo[];
  /** Stops one, or asks again when its stop was not confirmed. */
  onStop: (id: string) => void;
  /** Stops those that were selected. */
  onStopMany: (ids: readonly string[]) => void;
  /** @default `onStopMany` with all of them */
  onStopAll?: (() => void) | undefined;
  /** Loads the list again after an error. */
  onReload?: (() => void) | undefined;
  /** What is known of the list itself. @default 'ready' */
  state?: 'loading' | 'ready' | 'error' | 'disconnected' | undefined;
  labels?: Partial<ActiveConversationsLabels> | undefined;
  render?: RenderProp<'section'> | undefined;
}

const none: readonly never[] = [];

/** Everything that runs, and one press to end any of it. */
export const ActiveConversations = forwardRef<HTMLElement, ActiveConversationsProps>(
  function ActiveConversations(
    {
      conversations,
      onStop,
      onStopMany,
      onStopAll,
      onReload,
      state = 'ready',
      labels,
      render,
      ...rest
    },
    ref,
  ) {
    const words = { ...activeConversationsLabels, ...labels };
    const { isInside, handlers } = useStay();
    // The heading takes the focus of a button that goes.
    const { ref: heading, ...kept } = useKeptFocus<HTMLHeadingElement>();
    const [shown, setShown] = useState<readonly ConversationInfo[]>(none);
    const rows = settleRows(shown, conversations, isInside);
    if (rows !== shown) setShown(rows);

    const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
    const selected = rows.filter((row) => picked.has(row.id) && isLive(row));
    // What has ended is not picked any more, also when it runs again.
    if (selected.length < picked.size) setPicked(new Set(selected.map(({ id }) => id)));
    const anchor = useRef<string | null>(null);
    const headingId = useId();
    const live = rows.filter(isLive);
    const now = useClock(live.length > 0);
    useEffect(() => {
      liveRegion('status');
    }, []);
    const follow = useStoppedTogether(conversations, (stopped, all) =>
      announce(stopped === all ? words.stoppedHeard(all) : words.stoppedSomeHeard(stopped, all)),
    );

    const clear = (): void => setPicked(new Set());
    const pick = (id: string, isPicked: boolean, isRange: boolean): void => {
      const ids = rows.map((row) => row.id);
      const [from, to] = [ids.indexOf(anchor.current ?? id), ids.indexOf(id)];
      const range =
        isRange && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      anchor.current = id;
      const next = new Set(picked);
      for (const each of range) {
        if (isPicked) next.add(each);
        else next.delete(each);
      }
      setPicked(next);
    };
    const stopAll = (): void => {
      const ids = live.map(({ id }) => id);
      follow(ids);
      clear();
      if (onStopAll === undefined) onStopMany(ids);
      else onStopAll();
    };
    const stopSelected = (): void => {
      const ids = selected.map(({ id }) => id);
      follow(ids);
      clear();
      onStopMany(ids);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || selected.length === 0) return;
      event.preventDefault();
      clear();
    };
    const note =
      state === 'error'
        ? { icon: failedIcon, tone: 'danger', lead: words.error, rest: words.errorHint }
        : {
            icon: plugIcon,
            tone: 'warning',
            lead: words.disconnected,
            rest: words.disconnectedHint,
          };

    return renderElement(
      'section',
      'active-conversations',
      {
        'aria-labelledby': headingId,
        ...rest,
        ref,
        'data-status': state,
        'aria-busy': state === 'loading' || undefined,
        onPointerEnter: chain(rest.onPointerEnter, handlers.onPointerEnter),
        onPointerLeave: chain(rest.onPointerLeave, handlers.onPointerLeave),
        onFocus: chain(rest.onFocus, (event) => {
          kept.onFocus(event);
          handlers.onFocus();
        }),
        onBlur: chain(rest.onBlur, (event) => {
          kept.onBlur(event);
          handlers.onBlur(event);
        }),
        onKeyDown: chain(rest.onKeyDown, onKeyDown),
        children: (
          <>
            <ActiveConversationsHead
              headingId={headingId}
              heading={heading}
              words={words}
              isEmpty={rows.length === 0}
              count={live.length}
              selected={selected.length}
              onClear={clear}
              onStopSelected={stopSelected}
              onStopAll={stopAll}
            />
            {(state === 'error' || state === 'disconnected') && (
              <div data-part="note" data-tone={note.tone}>
                <span data-part="note-icon">{note.icon}</span>
                <p>
                  <b>{note.lead}</b> {note.rest}
                </p>
                {state === 'error' && onReload !== undefined && (
                  <Button variant="outline" icon={regenerateIcon} onClick={() => onReload()}>
                    {words.tryAgain}
                  </Button>
                )}
              </div>
            )}
            {rows.length > 0 && (
              <ul>
                {rows.map((info) => (
                  <ActiveConversationRow
                    key={info.id}
                    info={info}
                    words={words}
                    now={now}
                    isSelected={selected.includes(info)}
                    onSelect={(isPicked, isRange) => pick(info.id, isPicked, isRange)}
                    onStop={() => {
                      follow([info.id]);
                      onStop(info.id);
                    }}
                  />
                ))}
              </ul>
            )}
            {rows.length === 0 && state === 'loading' && (
              <div data-part="empty">
                <p>{words.loading}</p>
              </div>
            )}
            {rows.length === 0 && state === 'ready' && (
              <div data-part="empty">
                <p>{words.empty}</p>
                <p>{words.emptyHint}</p>
              </div>
            )}
          </>
        ),
      },
      render,
    );
  },
);
