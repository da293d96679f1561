import { fetchServerSentEvents, type UIMessage, useChat } from '@tanstack/ai-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ChatLayout } from '../../page/ChatLayout.js';
import { mountReact, type PageProps } from '../../page/mountReact.js';
import type { BenchRequest } from '../../request.js';
import { askServer, willAsk } from '../askServer.js';

const connection = fetchServerSentEvents('/generate', { fetchClient: askServer });

const textOf = ({ parts }: UIMessage): string =>
  parts.map((part) => (part.type === 'text' ? part.content : '')).join('');

function Page({ earlier, onReady }: PageProps) {
  const initial = useMemo(
    () =>
      earlier.map((content, index): UIMessage => ({
        id: `earlier-${index}`,
        role: 'assistant',
        parts: [{ type: 'text', content }],
      })),
    [earlier],
  );
  const [outcome, setOutcome] = useState('idle');
  const { messages, setMessages, sendMessage, status, stop } = useChat({
    connection,
    initialMessages: initial,
    onFinish: () => setOutcome('complete'),
  });
  const start = useCallback(
    (request: BenchRequest) => {
      willAsk(request);
      void sendMessage('Go on');
    },
    [sendMessage],
  );
  const reset = useCallback(() => setMessages(initial), [setMessages, initial]);
  useEffect(() => onReady(start, reset), [onReady, start, reset]);

  const last = messages.at(-1);
  const isRunning = status === 'submitted' || status === 'streaming';
  return (
    <ChatLayout
      earlier={messages.slice(0, initial.length).map((message) => ({
        id: message.id,
        text: textOf(message),
      }))}
      text={messages.length > initial.length && last?.role === 'assistant' ? textOf(last) : ''}
      state={isRunning ? 'running' : status === 'error' ? 'error' : outcome}
      onStop={stop}
    />
  );
}

export const mount = mountReact(Page);
