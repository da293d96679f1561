import { createConversations } from 'stopkit/core';
import { dispatchBackend } from 'stopkit/dispatch';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { heldScript } from '../../servers/dispatch/script.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';

const id = 'c1';

/** A page that shows an answer of which one word has come. */
async function startAnswer() {
  const server = await startDispatchServer();
  onTestFinished(server.close);
  server.traps[1] = false;
  const { baseUrl, socketUrl } = server;
  const backend = dispatchBackend({ baseUrl, socketUrl, webSocket: WebSocket });
  const conversations = createConversations({ backend });
  onTestFinished(conversations.connect());
  onTestFinished(conversations.watch(id));
  const { answer } = conversations.conversation(id);
  const held = heldScript();
  server.nextTurn(held.script);
  await expect.poll(() => conversations.getSnapshot().connection).toBe('open');
  void answer.start('Hi');
  held.say({ type: 'text', delta: 'Hello' });
  await expect.poll(() => answer.getSnapshot().text).toBe('Hello');
  const status = () => conversations.getSnapshot().conversations.get(id)?.status;
  return { server, answer, status };
}

test('a stop leaves the conversation open: it becomes idle, never closed', async () => {
  const { answer, status } = await startAnswer();
  expect(await answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  await expect.poll(status).toBe('idle');
});

test('a conversation that somebody closes has nothing more to stop, and its text stays', async () => {
  const { server, answer } = await startAnswer();
  await fetch(`${server.baseUrl}/conversations/${id}/close`, { method: 'POST' });
  await expect.poll(() => answer.isActive()).toBe(false);
  expect(answer.getSnapshot().text).toBe('Hello');
  expect(await answer.stop()).toBeNull();
});
