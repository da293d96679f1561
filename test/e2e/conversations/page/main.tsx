import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { AssistantMessage, type Snapshot, StopButton } from 'stopkit';
import {
  ActiveConversations,
  ConversationStatusProvider,
  useActiveConversations,
  useConversation,
  useConversationStatus,
} from 'stopkit/conversations';
import { openDriver } from '../../../unit/conversations/openDriver.js';
import 'stopkit/styles.css';
import { openBackend } from './openBackend.js';

const search = new URLSearchParams(location.search);
const backend = openBackend(search);

/** What the tests reach into. */
export interface ConversationPage {
  send: ((text: string) => Promise<Snapshot>) | null;
}
const page: ConversationPage = { send: null };
Object.assign(window, { tab: page });

function Conversation({ id }: { id: string }) {
  const { messages, send, connection } = useConversation(id);
  const status = useConversationStatus(id);
  useEffect(() => {
    page.send = send;
  }, [send]);
  return (
    <main data-connection={connection} data-status={status.status}>
      <StopButton generation={status} />
      {connection === 'reconnecting' && <p role="status">Reconnecting…</p>}
      {messages.map(({ id: key, role, snapshot }) =>
        role === 'user' ? (
          <p key={key} data-question>
            {snapshot.text}
          </p>
        ) : (
          <AssistantMessage key={key} generation={snapshot} />
        ),
      )}
    </main>
  );
}

function List() {
  const { conversations, state, stop, stopMany, stopAll, refresh } = useActiveConversations();
  return (
    <ActiveConversations
      conversations={conversations}
      state={state}
      onStop={(id) => void stop(id)}
      onStopMany={stopMany}
      onStopAll={() => void stopAll()}
      onReload={() => void refresh()}
    />
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
if (search.has('driver')) {
  Object.assign(window, { driver: openDriver(backend, Number(search.get('driver'))) });
} else {
  createRoot(root).render(
    <StrictMode>
      <ConversationStatusProvider backend={backend}>
        <Conversation id={search.get('id') ?? 'c1'} />
        {search.has('list') && <List />}
      </ConversationStatusProvider>
    </StrictMode>,
  );
}
