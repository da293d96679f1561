// A chat of the AI SDK: `?bare` as its documents have it, else with stopkit around it.
import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AssistantMessage, StopButton } from 'stopkit';
import { snapshotFromMessage, stoppableTransport, useChatGeneration } from 'stopkit/ai-sdk';
import type { Generation, StopRecord } from 'stopkit/core';

const query = new URLSearchParams(location.search);
const isBare = query.has('bare');
const api = query.get('api') ?? (isBare ? '/bare/chat' : '/api/chat');

/** What the test may ask of the page. */
export interface AiSdkPage {
  chat: ReturnType<typeof useChat>;
  answer: Generation<string> | null;
  /** What `stop()` gave, once it has settled. */
  stopped: StopRecord | 'settled' | null | undefined;
  /** Every status that was rendered, one after another. */
  statuses: string[];
  /** The longest task of the page so far. */
  longestTaskMs: number;
  send(text: string): void;
  stop(): void;
}

declare global {
  interface Window {
    aiSdk: AiSdkPage;
  }
}

/** The SDK's own transport, or one that does not listen. */
function makeTransport(): DefaultChatTransport<UIMessage> {
  const transport = new DefaultChatTransport({ api });
  if (query.has('deaf')) transport.sendMessages = () => new Promise(() => undefined);
  return transport;
}

const raw = makeTransport();
const transport = stoppableTransport(raw, { stopUrl: '/api/stop' });

const textOf = (message: UIMessage | undefined): string =>
  message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? '';

const page: Pick<AiSdkPage, 'stopped' | 'statuses' | 'longestTaskMs'> = {
  stopped: undefined,
  statuses: [],
  longestTaskMs: 0,
};
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    page.longestTaskMs = Math.max(page.longestTaskMs, duration);
  }
}).observe({ type: 'longtask' });

function show(more: Omit<AiSdkPage, 'stopped' | 'statuses' | 'longestTaskMs'>, status: string) {
  window.aiSdk = Object.assign(page, more);
  if (page.statuses.at(-1) !== status) page.statuses.push(status);
}

function options(messages: UIMessage[]) {
  return {
    id: query.get('id') ?? 'chat-1',
    messages,
    resume: query.has('resume'),
    ...(query.has('hang') ? { onToolCall: () => new Promise<void>(() => undefined) } : {}),
  };
}

function BareChat({ messages }: { messages: UIMessage[] }) {
  const chat = useChat({ ...options(messages), transport: raw });
  show(
    {
      chat,
      answer: null,
      send: (text) => void chat.sendMessage({ text }),
      stop: () => void chat.stop().then(() => (page.stopped = 'settled')),
    },
    chat.status,
  );
  const last = chat.messages.at(-1);
  return (
    <>
      <button onClick={() => window.aiSdk.stop()}>Stop</button>
      <output data-status={chat.status}>{last?.role === 'assistant' ? textOf(last) : ''}</output>
    </>
  );
}

function StopkitChat({ messages }: { messages: UIMessage[] }) {
  const chat = useChat({ ...options(messages), transport });
  const { answer, earlier } = useChatGeneration(chat, transport);
  show(
    {
      chat,
      answer,
      send: (text) => void chat.sendMessage({ text }),
      stop: () => void answer.stop().then((record) => (page.stopped = record)),
    },
    answer.getSnapshot().status,
  );
  return (
    <>
      <StopButton generation={answer} keepMounted />
      {earlier.map((message) =>
        message.role === 'assistant' ? (
          <section key={message.id}>
            <AssistantMessage generation={snapshotFromMessage(message)} />
          </section>
        ) : (
          <p key={message.id}>{textOf(message)}</p>
        ),
      )}
      <main>
        <AssistantMessage generation={answer} onRegenerate={() => void answer.regenerate()} />
      </main>
    </>
  );
}

function App({ messages }: { messages: UIMessage[] }) {
  const [first] = useState(messages);
  return isBare ? <BareChat messages={first} /> : <StopkitChat messages={first} />;
}

const kept = query.has('stored')
  ? ((await (await fetch(`/stored/${query.get('id')}`)).json()) as { messages: UIMessage[] })
  : { messages: [] };
createRoot(document.getElementById('root') ?? document.body).render(
  <App messages={kept.messages} />,
);
