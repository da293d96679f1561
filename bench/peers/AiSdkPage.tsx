import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport, type UIMessage } from 'ai';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { BenchRequest } from '../request.js';
import { ChatLayout } from '../page/ChatLayout.js';
import type { PageProps } from '../page/mountReact.js';
import { askServer, willAsk } from './askServer.js';

const transport = new DefaultChatTransport({ api: '/generate', fetch: askServer });

const textOf = ({ parts }: UIMessage): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** `useChat` with its own transport; `onFinish` is the only place that tells a stop from an end. */
export function AiSdkPage({ earlier, onReady, throttleMs }: PageProps & { throttleMs?: number }) {
  const initial = useMemo(
    () =>
      earlier.map((text, index): UIMessage => ({
        id: `earlier-${index}`,
        role: 'assistant',
        parts: [{ type: 'text', text }],
      })),
    [earlier],
  );
  const [outcome, setOutcome] = useState('idle');
  const { messages, setMessages, sendMessage, status, stop } = useChat({
    messages: initial,
    transport,
    ...(throttleMs === undefined ? {} : { experimental_throttle: throttleMs }),
    onFinish: ({ isAbort }) => setOutcome(isAbort ? 'stopped' : 'complete'),
  });
  const start = useCallback(
    (request: BenchRequest) => {
      willAsk(request);
      void sendMessage({ text: 'Go on' });
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
      onStop={() => void stop()}
    />
  );
}
