import { createConversations } from 'stopkit/core';
import { openai } from 'stopkit/formats';
import { httpBackend, type HttpBackendOptions } from 'stopkit/http';
import { afterEach, expect, test } from 'vitest';
import {
  type ChatServer,
  type ChatServerOptions,
  startChatServer,
} from '../../e2e/conversations/startChatServer.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: ChatServerOptions = {}): Promise<ChatServer> {
  const server = await startChatServer(options);
  closers.push(server.close);
  return server;
}

/** A page of its own: nothing is shared with another but the server. */
function openPage(server: ChatServer, id: string, { urls, ...options }: HttpBackendOptions = {}) {
  const conversations = createConversations({
    backend: httpBackend({
      baseUrl: `${server.url}/api`,
      urls: { history: (of) => `/conversations/${of}/messages`, ...urls },
      listEveryMs: 50,
      ...options,
    }),
  });
  closers.push(conversations.connect(), conversations.watch(id));
  const conversation = conversations.conversation(id);
  return { conversations, conversation, answer: conversation.answer };
}

test('a sent text streams, and its stop is confirmed with a receipt', async () => {
  const server = await start();
  const { answer, conversations } = openPage(server, 'c1');
  void answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  await expect.poll(() => answer.getSnapshot().text).toBe('Hello');
  await expect
    .poll(() => conversations.getSnapshot().conversations.get('c1'))
    .toMatchObject({ status: 'active', agentName: 'Writer' });
  expect(await answer.stop()).toMatchObject({ confirmation: 'confirmed', seenChars: 5 });
  expect(answer.getSnapshot().stopRecord?.receipt).toBeDefined();
  expect(server.open()).toBe(0);
  await expect.poll(() => conversations.getSnapshot().conversations.get('c1')?.status).toBe('idle');
});

test('an answer that is stopped where it is not read is kept as far as it was made', async () => {
  const server = await start();
  const first = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello');
  // A page that has another conversation on its screen, and this one on its list.
  const { conversations } = openPage(server, 'c2');
  await expect
    .poll(() => conversations.getSnapshot().conversations.get('c1')?.status)
    .toBe('active');
  expect(await conversations.stop('c1')).toMatchObject({ confirmation: 'confirmed' });
  const messages = await conversations.readHistory('c1');
  expect(messages.at(-1)?.snapshot).toMatchObject({ status: 'stopped', text: 'Hello' });
});

test('an answer that was read, and is not read any more, is kept as far as it was made', async () => {
  const server = await start();
  const first = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  const { conversations } = openPage(server, 'c2');
  const leave = conversations.watch('c1');
  const here = conversations.conversation('c1');
  await expect.poll(() => here.answer.getSnapshot().text).toBe('Hello');
  leave();
  server.say('c1', ' world');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello world');
  await conversations.stop('c1');
  const messages = await conversations.readHistory('c1');
  expect(messages.at(-1)?.snapshot).toMatchObject({ status: 'stopped', text: 'Hello world' });
});

test('E10: a page that comes late has the answer so far, and its stop is seen by the other one', async () => {
  const server = await start();
  const first = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello ');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello ');
  const second = openPage(server, 'c1');
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello ');
  server.say('c1', 'world');
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello world');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello world');
  expect(await second.answer.stop()).toMatchObject({ confirmation: 'confirmed', by: 'user' });
  await expect
    .poll(() => first.answer.getSnapshot())
    .toMatchObject({
      status: 'stopped',
      text: 'Hello world',
      stopRecord: { by: 'remote' },
    });
});

test('E10: the stop of another page is seen in plain text, too, which has no word for it', async () => {
  const server = await start({ wire: 'plain' });
  const first = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello');
  const second = openPage(server, 'c1');
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello');
  expect(await second.answer.stop()).toMatchObject({ confirmation: 'confirmed', by: 'user' });
  await expect
    .poll(() => first.answer.getSnapshot())
    .toMatchObject({ status: 'stopped', text: 'Hello', stopRecord: { by: 'remote' } });
});

test('E10: a page that only heard that something runs learns its name from the answer it reads, and stops it by that', async () => {
  const server = await start();
  const first = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  const second = openPage(server, 'c1', { urls: { list: null, events: null } });
  second.conversations.hear({ type: 'status', conversationId: 'c1', status: 'active' });
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello');
  const { runId } = first.answer.getSnapshot();
  expect(second.conversation.getTurns().map(({ id }) => id)).toEqual([runId]);
  expect(await second.answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  await expect.poll(() => first.answer.getSnapshot().status).toBe('stopped');
});

test('E10: a page that comes late has the answer so far, whatever format the model speaks', async () => {
  const server = await start({ wire: 'openai' });
  const first = openPage(server, 'c1', { format: openai() });
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello ');
  await expect.poll(() => first.answer.getSnapshot().text).toBe('Hello ');
  const second = openPage(server, 'c1', { format: openai() });
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello ');
  server.say('c1', 'world');
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello world');
  server.end('c1');
  await expect.poll(() => second.answer.getSnapshot().status).toBe('complete');
});

test('an answer that a proxy gave up, and that goes on, is shown again and can be stopped', async () => {
  const server = await start();
  const behindProxy: typeof fetch = async (input, init) => {
    if (input !== `${server.url}/api/chat` || init === undefined) return fetch(input, init);
    const { signal: _, ...rest } = init;
    fetch(input, rest).catch(() => undefined);
    await expect.poll(server.open).toBe(1);
    return new Response('<html></html>', { status: 504, headers: { 'content-type': 'text/html' } });
  };
  const { answer, conversations } = openPage(server, 'c1', { fetch: behindProxy });
  expect(await answer.start('Hi')).toMatchObject({ status: 'error', error: { status: 504 } });
  server.say('c1', 'Hello');
  const status = () => conversations.getSnapshot().conversations.get('c1')?.status;
  await expect.poll(status).toBe('active');
  await expect.poll(() => answer.getSnapshot().text).toBe('Hello');
  expect(await answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(server.open()).toBe(0);
  await expect.poll(status).toBe('idle');
});

test('an answer that somebody else began ends as complete, and is read once', async () => {
  const server = await start();
  const first = openPage(server, 'c1');
  const second = openPage(server, 'c1');
  void first.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  server.say('c1', 'Hello');
  await expect.poll(() => second.answer.getSnapshot().text).toBe('Hello');
  server.end('c1');
  await expect.poll(() => second.answer.getSnapshot().status).toBe('complete');
  await expect.poll(() => first.answer.getSnapshot().status).toBe('complete');
  expect(second.answer.getSnapshot().text).toBe('Hello');
});

test('F13: stop all stops every conversation of the person', async () => {
  const server = await start();
  const a = openPage(server, 'a');
  const b = a.conversations.conversation('b').answer;
  void a.answer.start('Hi');
  void b.start('Hi');
  await expect.poll(server.open).toBe(2);
  server.say('a', 'Hello');
  server.say('b', 'Hello');
  await expect
    .poll(() => [a.answer, b].map((one) => one.getSnapshot().text))
    .toEqual(['Hello', 'Hello']);
  await a.conversations.stopAll();
  expect(server.open()).toBe(0);
  await expect
    .poll(() => [a.answer, b].map((one) => one.getSnapshot().stopRecord?.confirmation))
    .toEqual(['confirmed', 'confirmed']);
});

test('who begins to listen before another has left goes on hearing', async () => {
  const server = await start();
  const backend = httpBackend({ baseUrl: `${server.url}/api`, urls: { list: null } });
  const [before, after] = [createConversations({ backend }), createConversations({ backend })];
  const leave = before.connect();
  closers.push(after.connect(), after.watch('c1'));
  leave();
  const other = openPage(server, 'c1');
  void other.answer.start('Hi');
  await expect.poll(server.open).toBe(1);
  await expect.poll(() => after.getSnapshot().conversations.get('c1')?.status).toBe('active');
});

test('a stop in a conversation without an id stops nothing else, behind a proxy that merges slashes too', async () => {
  const server = await start();
  const other = openPage(server, 'other');
  void other.answer.start('Hi');
  await expect.poll(() => server.isRunning('other')).toBe(true);
  const backend = httpBackend({
    baseUrl: `${server.url}/api`,
    // As nginx does where it is told what the path begins with.
    fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input);
      url.pathname = url.pathname.replace(/\/+/g, '/');
      return fetch(url, init);
    },
  });
  expect(await backend.stop('', { runId: 'run-12345' })).toMatchObject({ outcome: 'refused' });
  expect(server.isRunning('other')).toBe(true);
});
