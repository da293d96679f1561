import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useActiveConversations } from 'stopkit/conversations';
import { Chat } from './Chat.js';
import { Panel } from './Panel.js';
import { Sidebar } from './Sidebar.js';
import { useChatId } from './useChatId.js';
import { useStoredConversations } from './useDemo.js';

/** The chat: conversations, one of them, and what can be broken and chosen. */
export function ChatPage() {
  const [id, open] = useChatId();
  const [shown, setShown] = useState<'sidebar' | 'panel' | null>(null);
  const [folded, setFolded] = useState({ sidebar: false, panel: false });
  const { conversations } = useActiveConversations();
  const stored = useStoredConversations(conversations.length > 0);
  const client = useQueryClient();
  const title = stored.find((conversation) => conversation.id === id)?.title ?? null;

  // What begins or ends changes the list.
  const running = conversations.map((conversation) => conversation.id).join();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['conversations'] });
  }, [client, running]);
  useEffect(() => {
    if (shown === null) return;
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      setShown(null);
    };
    addEventListener('keydown', close, true);
    return () => removeEventListener('keydown', close, true);
  }, [shown]);

  const toggle = (which: 'sidebar' | 'panel') => {
    const isLayered = matchMedia(which === 'sidebar' ? '(width < 720px)' : '(width < 1024px)');
    if (isLayered.matches) setShown(shown === which ? null : which);
    else setFolded({ ...folded, [which]: !folded[which] });
  };

  return (
    <div
      className="chat-page"
      data-shown={shown ?? undefined}
      data-folded-sidebar={folded.sidebar || undefined}
      data-folded-panel={folded.panel || undefined}
    >
      <Sidebar
        current={id}
        stored={stored}
        onOpen={(next) => {
          open(next);
          setShown(null);
        }}
        onToggle={() => toggle('sidebar')}
      />
      <Chat
        key={id}
        id={id}
        title={title}
        onSidebar={() => toggle('sidebar')}
        onPanel={() => toggle('panel')}
      />
      <Panel id={id} onToggle={() => toggle('panel')} />
      {shown !== null && (
        <button type="button" className="scrim" aria-label="Close" onClick={() => setShown(null)} />
      )}
    </div>
  );
}
