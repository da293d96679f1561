import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useActiveConversations } from 'stopkit/conversations';
import { Chat } from './Chat.js';
import { Panel } from './Panel.js';
import { Sidebar } from './Sidebar.js';
import { useChatId } from './useChatId.js';
import { useStoredConversations } from './useDemo.js';

/** The buttons that open what lies over the page, or stands beside it. */
const OPENERS = { sidebar: '.show-sidebar', panel: '.chat-head > :last-child' };

/** The chat: conversations, one of them, and what can be broken and chosen. */
export function ChatPage() {
  const [id, open] = useChatId();
  const [shown, setShown] = useState<'sidebar' | 'panel' | null>(null);
  const [folded, setFolded] = useState({ sidebar: false, panel: false });
  const { conversations } = useActiveConversations();
  const stored = useStoredConversations(conversations.length > 0);
  const client = useQueryClient();
  const page = useRef<HTMLDivElement>(null);
  const title = stored.find((conversation) => conversation.id === id)?.title ?? null;

  // What begins or ends changes the list.
  const running = conversations.map((conversation) => conversation.id).join();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['conversations'] });
  }, [client, running]);
  const focus = (selector: string): void =>
    page.current?.querySelector<HTMLElement>(selector)?.focus();
  const close = (): void => {
    if (shown === null) return;
    // The button is there once the page is drawn without the drawer.
    flushSync(() => setShown(null));
    focus(OPENERS[shown]);
  };
  useEffect(() => {
    if (shown === null) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      close();
    };
    addEventListener('keydown', onKeyDown, true);
    return () => removeEventListener('keydown', onKeyDown, true);
  });

  const toggle = (which: 'sidebar' | 'panel') => {
    const isLayered = matchMedia(which === 'sidebar' ? '(width < 720px)' : '(width < 1024px)');
    const isOpen = isLayered.matches ? shown === which : !folded[which];
    flushSync(() => {
      if (isLayered.matches) setShown(isOpen ? null : which);
      else setFolded({ ...folded, [which]: isOpen });
    });
    focus(isOpen ? OPENERS[which] : `.${which} button`);
  };

  return (
    <div
      className="chat-page"
      ref={page}
      data-shown={shown ?? undefined}
      data-folded-sidebar={folded.sidebar || undefined}
      data-folded-panel={folded.panel || undefined}
    >
      <Sidebar
        current={id}
        stored={stored}
        onOpen={(next) => {
          open(next);
          close();
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
        <button type="button" className="scrim" aria-label="Close" onClick={close} />
      )}
    </div>
  );
}
