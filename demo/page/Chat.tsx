import { useEffect, useRef, useState } from 'react';
import { AssistantMessage, Composer, StatusAnnouncer, useStopOnEscape } from 'stopkit';
import type { Message } from 'stopkit/core';
import { useConversation, useConversationStatus } from 'stopkit/conversations';
import { useStickToBottom } from 'use-stick-to-bottom';
import { ChatHead } from './ChatHead.js';
import { downIcon, plusIcon } from './icons.js';
import { renderMarkdown } from './Markdown.js';
import { useSettings } from './settings.js';
import { rememberChat } from './useChatId.js';
import { Welcome } from './Welcome.js';

interface ChatProps {
  id: string;
  title: string | null;
  onSidebar: () => void;
  onPanel: () => void;
}

/** One conversation and the box to write in. */
export function Chat({ id, title, onSidebar, onPanel }: ChatProps) {
  const { messages, answer, generationOf, send, history, connection } = useConversation(id);
  const status = useConversationStatus(id);
  const { escapeStops, askFirst } = useSettings();
  const [draft, setDraft] = useState(() => drafts.get(id) ?? '');
  const write = (text: string): void => {
    drafts.set(id, text);
    setDraft(text);
  };
  const main = useRef<HTMLElement>(null);
  const textBox = useRef<HTMLTextAreaElement>(null);
  // The page's own scrolling wins: it follows only while the reader is at the end.
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({
    initial: 'instant',
    resize: 'instant',
  });
  // Escape does not ask first.
  const byKey = escapeStops && !askFirst;
  useStopOnEscape(status, { within: main, enabled: byKey });

  const isEmpty = messages.length === 0 && history !== 'loading';
  const begins = messages.length > 0;
  useEffect(() => {
    if (begins) rememberChat(id);
  }, [begins, id]);

  const ask = (text: string): void => {
    void send(text);
    void scrollToBottom('instant');
  };

  const pick = (prompt: string, byKey: boolean): void => {
    ask(prompt);
    // The examples go, and the focus would go with them; a finger wants no keyboard.
    if (byKey) textBox.current?.focus();
  };

  return (
    <main className="chat" ref={main}>
      <ChatHead
        title={title ?? messages[0]?.snapshot.text ?? 'New chat'}
        status={status.status}
        connection={connection}
        onSidebar={onSidebar}
        onPanel={onPanel}
      />
      <div className="thread" ref={scrollRef}>
        <div className="column" ref={contentRef}>
          {isEmpty && <Welcome onPick={pick} />}
          {messages.map((message, index) => (
            <Turn
              key={message.id}
              message={message}
              generation={generationOf(message)}
              onAgain={() => ask(questionBefore(messages, index))}
              onContinue={() => void answer.continueAnswer()}
            />
          ))}
        </div>
      </div>
      <div className="foot">
        {!isAtBottom && (
          <button
            type="button"
            className="button to-end"
            onClick={() => void scrollToBottom('instant')}
          >
            {downIcon} To the end
          </button>
        )}
        <Composer
          generation={status}
          draft={draft}
          onDraftChange={write}
          onSend={ask}
          textBox={{ ref: textBox }}
          stopButton={{ confirm: askFirst, ...(byKey ? { shortcut: 'Escape' } : {}) }}
          add={
            <button
              type="button"
              className="icon-button"
              aria-label="Add an example"
              onClick={() => write(`${draft}${EXAMPLE}`)}
            >
              {plusIcon}
            </button>
          }
        />
        <p className="hint">
          {byKey && status.isActive()
            ? 'Escape stops. Enter queues while an answer is being written.'
            : 'Enter sends. Shift Enter breaks the line.'}
        </p>
      </div>
      <StatusAnnouncer generation={answer} />
    </main>
  );
}

// What was written waits in its conversation.
const drafts = new Map<string, string>();

const EXAMPLE = 'Search the notes for what a cancelled tool leaves behind.';

function questionBefore(messages: readonly Message[], index: number): string {
  const asked = messages.slice(0, index).findLast(({ role }) => role === 'user');
  return asked?.snapshot.text ?? '';
}

interface TurnProps {
  message: Message;
  generation: Parameters<typeof AssistantMessage>[0]['generation'];
  onAgain: () => void;
  onContinue: () => void;
}

function Turn({ message, generation, onAgain, onContinue }: TurnProps) {
  if (message.role === 'user') {
    return (
      <p className="asked" dir="auto">
        {message.snapshot.text}
      </p>
    );
  }
  return (
    <AssistantMessage
      generation={generation}
      renderText={renderMarkdown}
      onRegenerate={onAgain}
      onContinue={onContinue}
    />
  );
}
