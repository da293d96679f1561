import { type Backend, GenerationError } from 'stopkit/core';
import { httpBackend } from 'stopkit/http';
import { readServerSentEvents } from './readServerSentEvents.js';

const format = readServerSentEvents('dify', (data) => {
  switch (data.event) {
    case 'message':
    case 'agent_message':
      // The task's id is what a stop must name; it comes with the first words.
      return [
        { type: 'start', runId: String(data.task_id), messageId: String(data.message_id) },
        { type: 'text', delta: String(data.answer) },
      ];
    case 'message_end':
      return [{ type: 'done' }];
    case 'error':
      return [{ type: 'error', error: new GenerationError('provider', String(data.message)) }];
    default:
      return [];
  }
});

/** Dify's chat API, through a server of yours that adds the key. */
export function difyBackend(baseUrl: string, user: string): Backend {
  return httpBackend({
    name: 'dify',
    baseUrl,
    format,
    urls: {
      send: () => '/chat-messages',
      stop: (_id, { turnId = 'unknown' }) => `/chat-messages/${turnId}/stop`,
      attach: null,
      stopAll: null,
      list: null,
      events: null,
    },
    sendBody: ({ input: { conversationId, text } }) => ({
      inputs: {},
      query: text,
      response_mode: 'streaming',
      conversation_id: conversationId,
      user,
    }),
    stopBody: () => ({ user }),
    // "success" says that the task was told to stop, and no more.
    readStop: () => ({ outcome: 'stopping' }),
  });
}
