import { agixtBackend } from 'stopkit/agixt';
import { createConversations, mergeMessages, type Message } from 'stopkit/core';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type AgixtServer, startAgixtServer } from '../../servers/agixt/startAgixtServer.js';

const id = 'c1';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(): Promise<AgixtServer> {
  const server = await startAgixtServer();
  closers.push(server.close);
  return server;
}

function openPage(server: AgixtServer, token = server.token) {
  let history: readonly Message[] = [];
  const { baseUrl } = server;
  const conversations = createConversations({
    backend: agixtBackend({
      baseUrl,
      headers: { authorization: `Bearer ${token}` },
      webSocket: WebSocket,
    }),
    confirmWithinMs: 3_000,
    onHistoryDue: (of) => {
      conversations.readHistory(of).then(
        (messages) => {
          history = messages;
        },
        () => undefined,
      );
    },
  });
  closers.push(conversations.connect(), conversations.watch(id));
  const conversation = conversations.conversation(id);
  return {
    conversations,
    conversation,
    answer: conversation.answer,
    info: () => conversations.getSnapshot().conversations.get(id),
    isOpen: () => conversations.getSnapshot().connection === 'open',
    text: () => conversation.answer.getSnapshot().text,
    messages: () => mergeMessages(history, conversation.getTurns()),
  };
}

async function send(server: AgixtServer, page: ReturnType<typeof openPage>) {
  server.nextRun({ words: 500, intervalMs: 10 });
  await expect.poll(page.isOpen).toBe(true);
  void page.answer.start('Hi');
  await expect.poll(page.text).not.toBe('');
}

test('a stop is confirmed by the sentence, and the run has really ended', async () => {
  const server = await start();
  const page = openPage(server);
  await send(server, page);
  expect(await page.answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(server.runs[0]?.run.cancelled).toBe(true);
  await expect.poll(() => page.info()?.status).toBe('idle');
});

test('trap 1: a stop that did nothing answers 200, and is not called stopped', async () => {
  const server = await start();
  const page = openPage(server);
  server.nextRun({ words: 2, intervalMs: 10 });
  await expect.poll(page.isOpen).toBe(true);
  expect(await page.answer.start('Hi')).toMatchObject({ status: 'complete' });
  const { stop } = agixtBackend({
    baseUrl: server.baseUrl,
    headers: { authorization: `Bearer ${server.token}` },
  });
  expect(await stop(id, {})).toMatchObject({ outcome: 'idle' });
  expect(await stop('nobody-knows', {})).toMatchObject({ outcome: 'refused' });
  expect(server.sprung[1]).toBe(2);
});

test('trap 2: a run on another worker is told as one that cannot be stopped', async () => {
  const server = await start();
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  server.startInBackground(id, { words: 100, intervalMs: 10, onOtherWorker: true });
  await expect.poll(() => page.info()?.status).toBe('active');
  expect(await page.conversation.stoppable.stop()).toMatchObject({
    confirmation: 'refused',
    message: 'The answer is written by another worker, which AGiXT cannot stop from here.',
  });
  expect(server.sprung[2]).toBe(1);
  expect(page.info()).toMatchObject({ status: 'active', stopping: false });
});

test('trap 3: a time without a zone is UTC', async () => {
  const server = await start();
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  const { startedAt } = server.startInBackground(id, { words: 100, intervalMs: 10 });
  await page.conversations.refresh();
  await expect.poll(() => page.info()?.startedAt?.getTime()).toBe(startedAt.getTime());
});

test('trap 4: a stream that just ends after a stop in another tab is stopped, not an error', async () => {
  const server = await start();
  const first = openPage(server);
  await send(server, first);
  const second = openPage(server);
  await expect.poll(() => second.info()?.status).toBe('active');
  expect(await second.conversation.stoppable.stop()).toMatchObject({ confirmation: 'confirmed' });
  await expect
    .poll(() => first.answer.getSnapshot(), { timeout: 5_000 })
    .toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'remote' },
    });
  expect(server.sprung[4]).toBe(1);
});

test('trap 5: the stop row is the mark of the answer, when it comes and after a reload, and no message', async () => {
  const server = await start();
  const page = openPage(server);
  await send(server, page);
  await page.answer.stop();
  const shown = page.text();
  await expect
    .poll(() => page.messages().map(({ snapshot }) => snapshot.text))
    .toEqual(['Hi', shown]);
  expect(page.messages().at(-1)?.snapshot.status).toBe('stopped');
  expect(server.sprung[5]).toBe(1);
  const reloaded = openPage(server);
  await expect.poll(() => reloaded.messages()).toHaveLength(2);
  expect(reloaded.messages().at(-1)).toMatchObject({
    role: 'assistant',
    snapshot: { status: 'stopped', stopRecord: { persisted: 'backend' } },
  });
});

test('trap 6: a stop keeps its connection until it is answered, so that the run does not slip into the background', async () => {
  const server = await start();
  const page = openPage(server);
  await send(server, page);
  expect(await page.answer.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(server.sprung[6]).toBe(0);
});

test('trap 7: the end of an older run does not end the newer one on the screen', async () => {
  const server = await start();
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  const old = server.startInBackground(id, { words: 100, intervalMs: 10 });
  await expect.poll(() => page.info()?.status).toBe('active');
  server.nextRun({ words: 500, intervalMs: 10 });
  void page.answer.start('Hi');
  await expect.poll(page.text).not.toBe('');
  old.cancel();
  await old.ended;
  const before = page.text().length;
  await expect.poll(() => page.text().length).toBeGreaterThan(before);
  expect(page.answer.getSnapshot().status).toBe('streaming');
});

test('trap 8: an answer of which no row was kept stays on the screen, marked', async () => {
  const server = await start();
  const page = openPage(server);
  await send(server, page);
  await page.answer.stop();
  const shown = page.text();
  await expect.poll(() => server.sprung[8]).toBe(1);
  await page.conversations.readHistory(id);
  await expect.poll(() => page.messages()).toHaveLength(2);
  expect(page.messages().at(-1)?.snapshot).toMatchObject({ status: 'stopped', text: shown });
});

test('an activity row is thinking, not an answer, and Stop stays', async () => {
  const server = await start();
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  const activities = ['Reading', 'Reading on', 'Searching the web'];
  server.startInBackground(id, { words: 50, intervalMs: 150, activities });
  await expect.poll(() => page.info()?.activity).toBe('Searching the web');
  expect(page.conversation.stoppable.isActive()).toBe(true);
  expect(page.messages().filter(({ snapshot }) => snapshot.text !== '')).toEqual([]);
});

test('F13: stop all stops every conversation', async () => {
  const server = await start();
  const page = openPage(server);
  await expect.poll(page.isOpen).toBe(true);
  for (const of of ['a', 'b', 'c']) server.startInBackground(of, { words: 900, intervalMs: 10 });
  await expect
    .poll(() => [...page.conversations.getSnapshot().conversations.values()])
    .toMatchObject([{ id }, { status: 'active' }, { status: 'active' }, { status: 'active' }]);
  await page.conversations.stopAll();
  expect(server.runs.every(({ run }) => run.cancelled)).toBe(true);
  await expect
    .poll(() => [...page.conversations.getSnapshot().conversations.values()].map((c) => c.status))
    .toEqual(['idle', 'idle', 'idle', 'idle']);
});

test('a bad key is told in a sentence, and the state is reset', async () => {
  const server = await start();
  const { stop } = agixtBackend({
    baseUrl: server.baseUrl,
    headers: { authorization: 'Bearer wrong' },
  });
  expect(await stop(id, {})).toMatchObject({
    outcome: 'refused',
    message: 'Please sign in again.',
  });
});
