import type { ConnectionState, Status } from 'stopkit/core';
import { panelIcon, plugIcon, runningIcon, sidebarIcon, squareIcon } from './icons.js';
import { RunClock } from './RunClock.js';
import { useDemo } from './useDemo.js';

interface ChatHeadProps {
  title: string;
  status: Status;
  connection: ConnectionState;
  onSidebar: () => void;
  onPanel: () => void;
}

/** Title, state and model of the conversation on the screen. */
export function ChatHead({ title, status, connection, onSidebar, onPanel }: ChatHeadProps) {
  const { model } = useDemo();
  return (
    <header className="chat-head">
      <button
        type="button"
        className="icon-button show-sidebar"
        aria-label="Conversations"
        onClick={onSidebar}
      >
        {sidebarIcon}
      </button>
      <h1>
        <bdi>{title}</bdi>
      </h1>
      <State status={status} connection={connection} />
      <span className="model">{model}</span>
      <button
        type="button"
        className="icon-button"
        aria-label="Faults and settings"
        onClick={onPanel}
      >
        {panelIcon}
      </button>
    </header>
  );
}

function State({ status, connection }: Pick<ChatHeadProps, 'status' | 'connection'>) {
  if (connection === 'reconnecting') {
    return (
      <span className="state" data-tint="warning">
        {plugIcon} Reconnecting
      </span>
    );
  }
  switch (status) {
    case 'connecting':
    case 'streaming':
      return (
        <span className="state">
          <span data-tint="accent">{runningIcon}</span> <span>Writing</span> <RunClock />
        </span>
      );
    case 'stopping':
      return <span className="state">Stopping…</span>;
    case 'stopped':
      return <span className="state">{squareIcon} Stopped</span>;
    case 'idle':
    case 'complete':
    case 'error':
      return null;
  }
}
