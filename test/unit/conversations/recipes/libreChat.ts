import type { Backend } from 'stopkit/core';
import { httpBackend } from 'stopkit/http';
import { readServerSentEvents } from './readServerSentEvents.js';

const SEND = '/api/agents/chat/agents';

const format = readServerSentEvents('librechat', (data) => {
  if (data.final === true) return [{ type: 'done' }];
  if (data.event !== 'on_message_delta') return [];
  const { delta } = data.data as { delta: { content: { type: string; text?: string }[] } };
  return delta.content.map(({ text = '' }) => ({ type: 'text', delta: text }));
});

/** LibreChat's agents: a message starts a job, whose stream is another request. */
export function libreChatBackend(baseUrl: string, agentId: string): Backend {
  const streamUrl = (id: string): string => `/api/agents/chat/stream/${encodeURIComponent(id)}`;
  const startAndRead: typeof fetch = async (input, init) => {
    const started = await fetch(input, init);
    if (input !== baseUrl + SEND || !started.ok) return started;
    const { streamId } = (await started.json()) as { streamId: string };
    // With the same headers and credentials.
    return fetch(baseUrl + streamUrl(streamId), { ...init, method: 'GET', body: null });
  };
  return httpBackend({
    name: 'librechat',
    baseUrl,
    format,
    fetch: startAndRead,
    urls: {
      send: () => SEND,
      attach: (id) => `${streamUrl(id)}?resume=true`,
      stop: () => '/api/agents/chat/abort',
      stopAll: null,
      list: '/api/agents/chat/active',
      events: null,
    },
    sendBody: ({ input: { conversationId, text } }) => ({
      conversationId,
      text,
      agent_id: agentId,
    }),
    stopBody: (conversationId) => ({ conversationId }),
    readStop: (said) => {
      const { success } = said as { success?: boolean };
      return { outcome: success === true ? 'stopped' : 'stopping' };
    },
    readList: (said) =>
      (said as { activeJobIds: string[] }).activeJobIds.map((id) => ({ id, status: 'active' })),
  });
}
