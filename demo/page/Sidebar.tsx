import { StopButton } from 'stopkit';
import type { ConversationInfo } from 'stopkit/core';
import { useActiveConversations } from 'stopkit/conversations';
import type { StoredConversation } from '../server/openStore.js';
import {
  bookIcon,
  chartIcon,
  chatIcon,
  compareIcon,
  logo,
  plugIcon,
  plusIcon,
  runningIcon,
  sidebarIcon,
  squareIcon,
} from './icons.js';
import { RunClock } from './RunClock.js';
import { useKeptFocus } from './useKeptFocus.js';

interface SidebarProps {
  current: string;
  stored: readonly StoredConversation[];
  onOpen: (id: string | null) => void;
  onToggle: () => void;
}

const lastMidnight = (): number => new Date().setHours(0, 0, 0, 0);

/** What runs, with Stop on each row, and what was said before, by day. */
export function Sidebar({ current, stored, onOpen, onToggle }: SidebarProps) {
  const { conversations, stoppable, stopAll } = useActiveConversations();
  const kept = useKeptFocus<HTMLElement>();
  const running = new Set(conversations.map(({ id }) => id));
  const past = stored.filter(({ id }) => !running.has(id));
  const midnight = lastMidnight();
  const days = [
    { name: 'Today', rows: past.filter(({ at }) => at >= midnight) },
    { name: 'Earlier', rows: past.filter(({ at }) => at < midnight) },
  ];
  const titleOf = ({ id, title }: ConversationInfo): string =>
    stored.find((row) => row.id === id)?.title ?? title ?? 'New chat';

  return (
    <nav className="sidebar" aria-label="Conversations" {...kept}>
      <div className="sidebar-head">
        {logo}
        <b>stopkit</b>
        <button type="button" className="icon-button" aria-label="Sidebar" onClick={onToggle}>
          {sidebarIcon}
        </button>
      </div>
      <button type="button" className="button new-chat" onClick={() => onOpen(null)}>
        {plusIcon} New chat
      </button>
      <div className="sidebar-rows">
        {conversations.length > 0 && (
          <section aria-label="Running now">
            <h2>
              Running now
              {conversations.length > 1 && (
                <button type="button" className="quiet" onClick={() => void stopAll()}>
                  Stop all
                </button>
              )}
              <span>{conversations.length}</span>
            </h2>
            <ul>
              {conversations.map((row) => (
                <li key={row.id} data-current={row.id === current || undefined}>
                  <button type="button" className="row" onClick={() => onOpen(row.id)}>
                    <span data-tint="accent">{runningIcon}</span>
                    <bdi>{titleOf(row)}</bdi>
                    <RunClock startedAt={row.startedAt} />
                  </button>
                  <StopButton
                    generation={stoppable(row.id)}
                    size="sm"
                    variant="ghost"
                    iconOnly
                    labels={{
                      stopName: `Stop ${titleOf(row)}`,
                      stoppingName: `Stopping ${titleOf(row)}`,
                      retryName: `Retry stop ${titleOf(row)}`,
                    }}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
        {days.map(
          ({ name, rows }) =>
            rows.length > 0 && (
              <section key={name} aria-label={name}>
                <h2>{name}</h2>
                <ul>
                  {rows.map((row) => (
                    <li key={row.id} data-current={row.id === current || undefined}>
                      <button type="button" className="row" onClick={() => onOpen(row.id)}>
                        {markOf(row)}
                        <bdi>{row.title}</bdi>
                        <small>{wordOf(row)}</small>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            ),
        )}
      </div>
      <ul className="sidebar-foot">
        <li>
          <a className="row" href="/compare">
            {compareIcon} Compare
          </a>
        </li>
        <li>
          <a className="row" href="/stops">
            {chartIcon} Stops
          </a>
        </li>
        <li>
          <a className="row" href="/storybook/">
            {bookIcon} Storybook
          </a>
        </li>
      </ul>
    </nav>
  );
}

const isLost = ({ outcome }: StoredConversation): boolean =>
  outcome === 'interrupted' || outcome === 'disconnected';

function markOf(row: StoredConversation) {
  if (row.outcome === 'stopped') return <span data-tint="muted">{squareIcon}</span>;
  if (isLost(row)) return <span data-tint="warning">{plugIcon}</span>;
  return <span data-tint="muted">{chatIcon}</span>;
}

function wordOf(row: StoredConversation): string {
  if (row.outcome === 'stopped') return 'Stopped';
  if (row.outcome === 'error') return 'Failed';
  return isLost(row) ? 'Lost' : '';
}
