import { createConversations, mergeMessages, type Message } from 'stopkit/core';
import { dispatchBackend } from 'stopkit/dispatch';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { heldScript, words } from '../../servers/dispatch/script.js';
import {
  type DispatchServer,
  startDispatchServer,
} from '../../servers/dispatch/startDispatchServer.js';

const id = 'c1';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(): Promise<DispatchServer> {
  const server = await startDispatchServer();
  closers.push(server.close);
  return server;
}

function openPage(server: DispatchServer, options: { watch?: boolean } = {}) {
  let history: readonly Message[] = [];
  let reads = 0;
  const { baseUrl, socketUrl } = server;
  const conversations = createConversations({
    backend: dispatchBackend({ baseUrl, socketUrl, webSocket: WebSocket }),
    confirmWithinMs: 400,
    onHistoryDue: (of) => {
      reads += 1;
      conversations.readHistory(of).then(
        (messages) => {
          history = messages;
        },
        () => undefined,
      );
    },
  });
  closers.push(conversations.connect());
  if (options.watch !== false) closers.push(conversations.watch(id));
  const conversation = conversations.conversation(id);
  return {
    conversations,
    conversation,
    answer: conversation.answer,
    info: () => conversations.getSnapshot().conversations.get(id),
    isOpen: () => conversations.getSnapshot().connection === 'open',
    text: () => conversation.answer.getSnapshot().text,
    messages: () => mergeMessages(history, conversation.getTurns()),
    reads: () => reads,
  };
}

async function send(server: DispatchServer, page: ReturnType<typeof openPage>) {
  const held = heldScript();
  server.nextTurn(held.script);
  await expect.poll(page.isOpen).toBe(true);
  const settled = page.answer.start('Hi');
  held.say({ type: 'text', delta: 'Hello' });
  await expect.poll(page.text).toBe('Hello');
  return { held, settled };
}

test('a sent text streams, completes, and is read once', async () => {
  const server = await start();
  const page = openPage(server);
  const { held, settled } = await send(server, page);
  const before = page.reads();
  held.end();
  expect(await settled).toMatchObject({ status: 'complete', text: 'Hello' });
  await expect.poll(() => page.info()?.status).toBe('idle');
  await expect.poll(() => page.messages().map((m) => m.snapshot.text)).toEqual(['Hi', 'Hello']);
  expect(page.reads()).toBe(before + 1);
});

test('trap 1: while the provider says nothing the stop is told to be on its way, and confirmed at done', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  const record = await page.answer.stop();
  // Time is up, and the truth is still that it was accepted.
  expect(record).toMatchObject({ confirmation: 'accepted' });
  expect(page.info()).toMatchObject({ stopping: true });
  held.say({ type: 'text', delta: ' world' });
  await expect
    .poll(() => page.answer.getSnapshot())
    .toMatchObject({
      status: 'stopped',
      text: 'Hello',
      stopRecord: { confirmation: 'confirmed', by: 'user' },
    });
  expect(server.sprung[1]).toBe(1);
});

test('trap 1, off: an abort that is noticed at once is confirmed in time', async () => {
  const server = await start();
  server.traps[1] = false;
  const page = openPage(server);
  await send(server, page);
  expect(await page.answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(server.sprung[1]).toBe(0);
});

test('trap 2: a queued message that a stop releases as a new turn is stopped as well', async () => {
  const server = await start();
  server.traps[1] = false;
  const page = openPage(server);
  await send(server, page);
  await fetch(`${server.baseUrl}/conversations/${id}/queue`, {
    method: 'POST',
    body: JSON.stringify({ text: 'And then?' }),
  });
  await page.answer.stop();
  await expect.poll(() => server.sprung[2]).toBe(1);
  await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
  await expect.poll(() => page.info()).toMatchObject({ status: 'idle', stopping: false });
});

test('trap 3: tool calls that were not stored stay on the screen as cancelled', async () => {
  const server = await start();
  server.traps[1] = false;
  const page = openPage(server);
  const { held } = await send(server, page);
  held.say({ type: 'tool-call', id: 't1', name: 'search', input: { q: 'x' } });
  await expect.poll(() => page.answer.getSnapshot().parts).toHaveLength(2);
  await page.answer.stop();
  await expect.poll(() => page.info()?.status).toBe('idle');
  expect(server.sprung[3]).toBe(1);
  await expect.poll(page.messages).toHaveLength(2);
  const parts = page.messages().at(-1)?.snapshot.parts;
  expect(parts).toMatchObject([{ type: 'text' }, { type: 'tool-call', state: 'cancelled' }]);
});

test('trap 4: a turn that throws ends in an error, and nothing spins on', async () => {
  const server = await start();
  const page = openPage(server);
  const { held, settled } = await send(server, page);
  held.fail('the model is on fire');
  expect(await settled).toMatchObject({
    status: 'error',
    text: 'Hello',
    error: { message: 'the model is on fire' },
  });
  await expect.poll(() => page.info()?.status).toBe('idle');
  expect(server.sprung[4]).toBe(1);
});

test('trap 5: a stop in the pause before a retry is confirmed at once', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  held.say({ type: 'retry', attempt: 1, delayMs: 60_000, message: 'Trying again in a minute' });
  await expect.poll(() => page.info()?.activity).toBe('Trying again in a minute');
  expect(await page.answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(server.sprung[5]).toBe(1);
});

test('trap 6: a stop that came too late is told as such, and the history is read again', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  // The turn ends while nothing reaches the page.
  server.cutSockets();
  held.end();
  await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
  const record = await page.answer.stop();
  expect(record).toMatchObject({ confirmation: 'already-finished' });
  expect(server.sprung[6]).toBe(1);
  await expect.poll(() => page.messages()).toHaveLength(2);
});

test('trap 7: a page that comes late has the whole turn, and can stop it', async () => {
  const server = await start();
  const first = openPage(server);
  const { held } = await send(server, first);
  const second = openPage(server);
  await expect.poll(second.text).toBe('Hello');
  expect(server.sprung[7]).toBeGreaterThan(0);
  held.say({ type: 'text', delta: ' world' });
  await expect.poll(second.text).toBe('Hello world');
  void second.answer.stop();
  await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
  held.say({ type: 'text', delta: '!' });
  await expect.poll(() => first.answer.getSnapshot().status).toBe('stopped');
  expect(first.answer.getSnapshot().stopRecord?.by).toBe('remote');
  await expect.poll(() => second.answer.getSnapshot().stopRecord?.confirmation).toBe('confirmed');
  expect(second.messages().filter(({ role }) => role === 'assistant')).toHaveLength(1);
});

test('trap 7: after a cut the repeated turn takes the place of what was shown, and nothing is doubled', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  server.cutSockets();
  await expect.poll(page.isOpen).toBe(false);
  expect(page.answer.getSnapshot()).toMatchObject({ status: 'streaming', text: 'Hello' });
  held.say({ type: 'text', delta: ' world' });
  await expect.poll(page.text).toBe('Hello world');
  held.end();
  await expect.poll(() => page.answer.getSnapshot().status).toBe('complete');
  expect(page.text()).toBe('Hello world');
});

test('trap 8: a page that leaves does not stop the turn', async () => {
  const server = await start();
  const page = openPage(server);
  await send(server, page);
  for (const close of closers.splice(1).reverse()) await close();
  expect(server.conversation(id).activeTurn()).not.toBeNull();
  expect(server.requests.filter((line) => line.endsWith('/stop'))).toEqual([]);
});

test('trap 9: a page that only lists learns the end from the status, without done', async () => {
  const server = await start();
  const list = openPage(server, { watch: false });
  await expect.poll(list.isOpen).toBe(true);
  const page = openPage(server);
  const { held } = await send(server, page);
  await expect.poll(() => list.info()?.status).toBe('active');
  held.end();
  await expect.poll(() => list.info()?.status).toBe('idle');
  expect(server.sprung[9]).toBeGreaterThan(0);
});

test('A4: a stop before the turn has begun is kept until it has, and stops it', async () => {
  const server = await start();
  server.traps[1] = false;
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  server.nextTurn(words(50, 20));
  void page.answer.start('Hi');
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  await page.answer.stop();
  await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
  await expect.poll(() => page.answer.getSnapshot().status).toBe('stopped');
});

test('rule 4: a new text waits for the stop that is out and is not hit by it', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  void page.answer.stop();
  await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
  server.nextTurn(words(3, 5));
  const next = page.answer.start('And now?');
  expect(page.answer.getSnapshot().status).toBe('connecting');
  held.say({ type: 'text', delta: '!' });
  expect(await next).toMatchObject({ status: 'complete', text: 'word0 word1 word2 ' });
});

test('rule 4: a retry for a turn that is over never leaves the page', async () => {
  const server = await start();
  const page = openPage(server);
  const { held } = await send(server, page);
  server.failWith = 503;
  await page.answer.stop();
  expect(page.answer.getSnapshot().stopRecord?.confirmation).toBe('unconfirmed');
  server.failWith = null;
  held.end();
  await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
  const asked = server.requests.length;
  await page.answer.retryStop();
  expect(server.requests.slice(asked).filter((line) => line.endsWith('/stop'))).toEqual([]);
});

test('a status word nobody knows can be stopped', async () => {
  const server = await start();
  const page = openPage(server, { watch: false });
  await expect.poll(page.isOpen).toBe(true);
  server.conversation(id).storedStatus = 'warming-up';
  server.announce(id, 'warming-up');
  await expect.poll(() => page.info()?.status).toBe('warming-up');
  expect(page.conversation.stoppable.isActive()).toBe(true);
});
