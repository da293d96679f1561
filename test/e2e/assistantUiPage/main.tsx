import { type ChatModelAdapter, useLocalRuntime } from '@assistant-ui/react';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { useStopkitRuntime } from 'stopkit/assistant-ui';
import { ConversationStatusProvider, useConversation } from 'stopkit/conversations';
import { createRunId, type RunRequest, type Source } from 'stopkit/core';
import { httpBackend } from 'stopkit/http';
import { scriptedSource } from 'stopkit/testing';
import { useThread } from './Runtime.js';
import { type AssistantUiPage, Chat, drawn } from './Thread.js';

const query = new URLSearchParams(location.search);
const id = query.get('id');
const backend = httpBackend({
  baseUrl: '/api',
  urls: { history: (id) => `/conversations/${encodeURIComponent(id)}/messages` },
});
const source = scriptedSource();

/** Asks the server, in a conversation named by the text, and does not hear who wants it to stop. */
async function askDeaf(text: string): Promise<string> {
  const body = { prompt: text, runId: createRunId(), conversationId: text };
  const response = await fetch('/api/chat', { method: 'POST', body: JSON.stringify(body) });
  return response.text();
}

const deafAdapter: ChatModelAdapter = {
  async run({ messages }) {
    const asked = messages.at(-1)?.content[0];
    const text = await askDeaf(asked?.type === 'text' ? asked.text : '');
    return { content: [{ type: 'text', text }] };
  },
};

const deafSource: Source<string> = async function* ({ input }) {
  yield { type: 'text', delta: await askDeaf(input) };
  yield { type: 'done' };
};

function usePage({ runtime, answer }: Pick<AssistantUiPage, 'runtime' | 'answer'>): void {
  useEffect(() => {
    window.assistantUi = { runtime, answer, source, drawn };
  }, [runtime, answer]);
}

/** assistant-ui alone. */
function LocalChat() {
  const runtime = useLocalRuntime(deafAdapter);
  usePage({ runtime, answer: null });
  return <Chat runtime={runtime} answer={null} />;
}

/** Who is asked for answers: the server, in the conversation of the address, or whom the test speaks for. */
const asked =
  id === null
    ? { source: query.has('deaf') ? deafSource : source }
    : {
        api: '/api/chat',
        requestStop: '/api/stop',
        body: ({ input, runId }: RunRequest<string>) => ({
          prompt: input,
          runId,
          conversationId: id,
        }),
      };

/** A generation, and what was said before it: the page of the docs. */
function GenerationChat() {
  const { runtime, answer } = useThread(asked);
  usePage({ runtime, answer });
  return <Chat runtime={runtime} answer={answer} />;
}

function ConversationChat() {
  const chat = useConversation(id ?? 'c1');
  const runtime = useStopkitRuntime(chat);
  usePage({ runtime, answer: chat.answer });
  return <Chat runtime={runtime} answer={chat.answer} />;
}

function App() {
  if (query.has('local')) return <LocalChat />;
  if (query.has('generation')) return <GenerationChat />;
  return (
    <ConversationStatusProvider
      backend={backend}
      confirmWithinMs={Number(query.get('confirmWithinMs') ?? 5_000)}
    >
      <ConversationChat />
    </ConversationStatusProvider>
  );
}

createRoot(document.getElementById('root') ?? document.body).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
