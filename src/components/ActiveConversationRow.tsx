import { type MouseEvent, type ReactElement, type ReactNode, useId } from 'react';
import type { ConversationInfo } from '../core/index.js';
import { usePressGuard } from '../react/usePressGuard.js';
import type { ActiveConversationsLabels } from './activeConversationsLabels.js';
import { keepFocus } from './Button.js';
import { clockTime } from './clockTime.js';
import { conversationPhase } from './conversationPhase.js';
import {
  doneIcon,
  queuedIcon,
  retryIcon,
  runningIcon,
  stopIcon,
  stoppingIcon,
  warningIcon,
} from './icons.js';
import { ButtonFace } from './ButtonFace.js';
import type { StopLook } from './stopLooks.js';
import type { StopPhase } from './stopPhase.js';

/** Props of `ActiveConversationRow`. */
export interface ActiveConversationRowProps {
  info: ConversationInfo;
  words: ActiveConversationsLabels;
  /** The wall clock. */
  now: number;
  isSelected: boolean;
  onSelect: (isSelected: boolean, isRange: boolean) => void;
  onStop: () => void;
}

type RowPhase = Exclude<StopPhase, 'idle' | 'error'>;

/** One conversation: what it does, for how long, and its Stop. */
export function ActiveConversationRow(props: ActiveConversationRowProps): ReactElement {
  const { info, words, now, isSelected, onSelect, onStop } = props;
  const title = info.title ?? words.untitled;
  // A conversation has no phase of its own for "idle" and "error": without a stop it finished.
  const phase = conversationPhase(info) as RowPhase;
  const guard = usePressGuard(phase);
  const stateId = useId();
  const looks: Record<RowPhase, StopLook> = {
    run: { icon: stopIcon, word: words.stop, name: words.stopName(title) },
    stopping: { icon: stoppingIcon, word: words.stopping, name: words.stoppingName(title) },
    retry: { icon: retryIcon, word: words.retry, name: words.retryName(title) },
    stopped: { icon: stopIcon, word: words.stopped, name: words.stoppedName(title) },
    complete: { icon: doneIcon, word: words.finished, name: words.finishedName(title) },
  };
  const look = looks[phase];
  const isOver = phase !== 'run' && phase !== 'retry';
  const hasEnded = phase === 'stopped' || phase === 'complete';
  const state = describe(info, phase, words);

  const press = (event: MouseEvent): void => {
    if (!isOver && !guard.isTooEarly(event)) onStop();
  };
  return (
    <li
      data-part="row"
      data-phase={phase}
      data-queued={info.status === 'queued' || undefined}
      data-selected={isSelected || undefined}
    >
      <label data-part="check">
        <input
          type="checkbox"
          aria-label={words.select(title)}
          checked={isSelected}
          // Not disabled: it may have the focus.
          aria-disabled={hasEnded || undefined}
          onChange={({ target, nativeEvent }) =>
            // A change of a checkbox is a click, of a key as well.
            onSelect(
              target.checked,
              nativeEvent instanceof window.MouseEvent && nativeEvent.shiftKey,
            )
          }
        />
      </label>
      <span data-part="shape">{state.icon}</span>
      <div data-part="what">
        <div data-part="title">
          <bdi>{title}</bdi>
        </div>
        <p id={stateId}>
          {info.agentName !== undefined && (
            <span data-part="agent">
              <bdi>{info.agentName}</bdi> ·{' '}
            </span>
          )}
          <span>{state.words}</span>
        </p>
        {info.startedAt !== undefined && !hasEnded && (
          <time data-part="clock">
            {clockTime(info.status === 'queued' ? 0 : now - info.startedAt.getTime())}
          </time>
        )}
      </div>
      <button
        type="button"
        data-stopkit="stop-button"
        data-status={phase === 'run' ? 'streaming' : phase === 'retry' ? 'stopped' : phase}
        data-confirmation={phase === 'retry' ? 'unconfirmed' : undefined}
        data-size="sm"
        data-variant="outline"
        aria-label={look.name ?? look.word}
        aria-disabled={isOver || undefined}
        aria-describedby={phase === 'retry' ? stateId : undefined}
        onMouseDown={keepFocus}
        onClick={press}
      >
        <ButtonFace look={look} looks={looks} />
      </button>
    </li>
  );
}

function describe(
  { status, activity, queuedBehind }: ConversationInfo,
  phase: RowPhase,
  words: ActiveConversationsLabels,
): { icon: ReactNode; words: ReactNode } {
  switch (phase) {
    case 'stopping':
      return { icon: stoppingIcon, words: words.stopping };
    case 'retry':
      return { icon: warningIcon, words: words.notConfirmed };
    case 'stopped':
      return { icon: stopIcon, words: words.stopped };
    case 'complete':
      return { icon: doneIcon, words: words.finished };
    case 'run':
      if (status === 'queued') {
        const behind = queuedBehind === undefined ? words.queued : words.queuedBehind(queuedBehind);
        return { icon: queuedIcon, words: behind };
      }
      return { icon: runningIcon, words: withCode(activity ?? words.writing) };
  }
}

/** Words between backticks are names of tools. */
const withCode = (words: string): ReactNode[] =>
  words
    .split('`')
    .map((piece, index) => (index % 2 === 0 ? piece : <code key={index}>{piece}</code>));
