import type { Backend, StopAnswer } from 'stopkit/core';
import { openai } from 'stopkit/formats';
import { httpBackend } from 'stopkit/http';

/** Open WebUI: a stop names tasks, and a chat says which tasks it has. */
export function openWebUiBackend(baseUrl: string, model: string, token: string): Backend {
  const headers = { authorization: `Bearer ${token}` };
  const backend = httpBackend({
    name: 'open-webui',
    baseUrl,
    headers,
    format: openai(),
    urls: {
      send: () => '/api/chat/completions',
      attach: null,
      stopAll: null,
      list: null,
      events: null,
    },
    sendBody: ({ input: { conversationId, text } }) => ({
      model,
      stream: true,
      chat_id: conversationId,
      // The earlier turns are yours to add.
      messages: [{ role: 'user', content: text }],
    }),
  });

  return {
    ...backend,
    async stop(id, _request, init): Promise<StopAnswer> {
      const request = { headers, signal: init?.signal ?? null };
      const chat = await fetch(`${baseUrl}/api/tasks/chat/${encodeURIComponent(id)}`, request);
      if (!chat.ok) return { outcome: 'refused', message: 'Open WebUI refused the stop.' };
      const { task_ids: tasks } = (await chat.json()) as { task_ids: string[] };
      if (tasks.length === 0) return { outcome: 'idle' };
      const stops = tasks.map((task) =>
        fetch(`${baseUrl}/api/tasks/stop/${task}`, { ...request, method: 'POST', keepalive: true }),
      );
      const answers = await Promise.all(stops);
      return { outcome: answers.every(({ ok }) => ok) ? 'stopped' : 'stopping' };
    },
  };
}
