import { OpenAIChatProvider, useXChat, XRequest } from '@ant-design/x-sdk';
import { useCallback, useEffect, useMemo } from 'react';
import { ChatLayout } from '../../page/ChatLayout.js';
import { mountReact, type PageProps } from '../../page/mountReact.js';
import type { BenchRequest } from '../../request.js';
import { askServer, willAsk } from '../askServer.js';

function Page({ earlier, onReady }: PageProps) {
  const provider = useMemo(
    () =>
      new OpenAIChatProvider({
        request: XRequest('/generate', {
          manual: true,
          fetch: (address, options) => askServer(address, options as RequestInit),
        }),
      }),
    [],
  );
  const initial = useMemo(
    () =>
      earlier.map((content, index) => ({
        id: `earlier-${index}`,
        message: { role: 'assistant', content },
        status: 'success' as const,
      })),
    [earlier],
  );
  const { messages, setMessages, onRequest, abort, isRequesting } = useXChat({
    provider,
    defaultMessages: initial,
    requestPlaceholder: { role: 'assistant', content: '' },
  });
  const start = useCallback(
    (request: BenchRequest) => {
      willAsk(request);
      onRequest({ messages: [{ role: 'user', content: 'Go on' }] });
    },
    [onRequest],
  );
  const reset = useCallback(() => void setMessages(initial), [setMessages, initial]);
  useEffect(() => onReady(start, reset), [onReady, start, reset]);

  const last = messages.at(-1);
  const isLive = messages.length > initial.length && last?.message.role === 'assistant';
  const words = { success: 'complete', abort: 'stopped', error: 'error' } as Record<string, string>;
  return (
    <ChatLayout
      earlier={messages.slice(0, initial.length).map(({ id, message }) => ({
        id: String(id),
        text: textOf(message.content),
      }))}
      text={isLive ? textOf(last.message.content) : ''}
      state={isRequesting ? 'running' : ((last && words[last.status]) ?? 'idle')}
      onStop={abort}
    />
  );
}

const textOf = (content: string | object): string => (typeof content === 'string' ? content : '');

export const mount = mountReact(Page);
