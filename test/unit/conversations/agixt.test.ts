import { agixtBackend, type AgixtBackendOptions } from 'stopkit/agixt';
import { createConversations } from 'stopkit/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { holdable } from '../../servers/holdable.js';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { describeAgixt, hearNotices } from './describeAgixt.js';
import { driverHere, openDriver } from './openDriver.js';

describeAgixt(({ baseUrl, token }) => {
  const headers = { authorization: `Bearer ${token}` };
  return driverHere(agixtBackend({ baseUrl, headers, webSocket: WebSocket }));
});

async function start() {
  const server = await startAgixtServer();
  onTestFinished(server.close);
  const { baseUrl, token } = server;
  return { server, where: { baseUrl, headers: { authorization: `Bearer ${token}` } } };
}

const pathOf = (input: Parameters<typeof fetch>[0]): string =>
  new URL(input instanceof Request ? input.url : input).pathname;

async function openPage(options: AgixtBackendOptions, confirmWithinMs?: number) {
  const page = await driverHere(agixtBackend(options), confirmWithinMs);
  onTestFinished(() => page.close());
  await page.watch();
  await page.connect();
  await expect.poll(page.connection).toBe('open');
  return page;
}

/** An AGiXT that a test plays, whose worker lists what it is told, and has nothing that it could stop. */
function playServer() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const list = holdable();
  let body: ReadableStreamDefaultController<Uint8Array> | null = null;
  const write = (text: string): void =>
    body?.enqueue(new TextEncoder().encode(`data: ${text}\n\n`));
  const server = {
    /** When what it lists began; it lists nothing while this is `null`. */
    startedAt: null as string | null,
    holdList: () => list.hold('after it was read'),
    /** While set, what is sent is never answered, and cannot be cut. */
    isDeaf: false,
    /** While set, no stop is ever answered. */
    isSilent: false,
    sent: 0,
    /** Whether the page has let go of the last body. */
    isLeft: false,
    say: (content: string) =>
      write(JSON.stringify({ choices: [{ index: 0, delta: { content } }] })),
    cut: () => body?.error(new TypeError('fetch failed')),
    /** Says that the answer is over; its body stays open. */
    finish() {
      write(JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      write('[DONE]');
    },
    end() {
      server.finish();
      body?.close();
    },
  };
  const answer: typeof fetch = async (input, init) => {
    const path = pathOf(input);
    if (path.endsWith('/completions')) {
      server.sent += 1;
      if (server.isDeaf) return new Promise(() => undefined);
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          body = controller;
          init?.signal?.addEventListener('abort', () => {
            server.isLeft = true;
            controller.error(init.signal?.reason);
          });
        },
      });
      return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    }
    if (path.endsWith('/active')) {
      const { startedAt } = server;
      await list.pass('after it was read');
      const listed = startedAt === null ? {} : { c1: { started_at: startedAt } };
      return Response.json({ active_conversations: listed });
    }
    if (path.endsWith('/stop')) {
      if (server.isSilent) return new Promise(() => undefined);
      return Response.json({ message: 'Conversation c1 was not active or could not be stopped.' });
    }
    return Response.json({ conversation_history: [] });
  };
  const page = openDriver(
    agixtBackend({ baseUrl: 'http://agixt', fetch: answer, webSocket: null }),
  );
  onTestFinished(page.close);
  page.watch();
  page.connect();
  return {
    server,
    page,
    async send(text: string) {
      page.send('And?');
      await passed(100);
      server.say(text);
      await passed(100);
    },
  };
}

const passed = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('a stop that overtakes its text is asked again until it stops the answer', async () => {
  const { server, where } = await start();
  const slow = holdable();
  const arrive = slow.hold('before it is read');
  const page = await openPage({
    ...where,
    webSocket: WebSocket,
    async fetch(input, init) {
      if (pathOf(input).endsWith('/completions')) await slow.pass('before it is read');
      return fetch(input, init);
    },
  });
  await page.send('Hi');
  const stopped = page.stop();
  await expect.poll(() => server.requests).toContain('POST /v1/conversation/c1/stop');
  arrive();
  expect(await stopped).toMatchObject({ confirmation: 'confirmed' });
  expect(server.runs.map(({ run }) => run.cancelled)).toEqual([true]);
});

test('an answer that another worker writes is not ended in a pause because the list does not name it', async () => {
  const { server, page, send } = playServer();
  await send('Well, ');
  await page.refresh();
  await passed(30_000);
  expect(page.answer()).toMatchObject({ status: 'streaming', text: 'Well, ' });
  server.say('yes.');
  server.end();
  await passed(100);
  expect(page.answer()).toMatchObject({ status: 'complete', text: 'Well, yes.' });
  expect(page.info()?.status).toBe('idle');
});

test('an answer of which only the notice has come is not ended because the list does not name it', async () => {
  const { server, where } = await start();
  // Each worker lists what it runs itself.
  const elsewhere: typeof fetch = (input, init) =>
    pathOf(input).endsWith('/active')
      ? Promise.resolve(Response.json({ active_conversations: {} }))
      : fetch(input, init);
  const page = await openPage({ ...where, webSocket: WebSocket, fetch: elsewhere });
  server.nextRun({ words: 1, intervalMs: 4_000 });
  await page.send('Hi');
  await expect.poll(() => server.runs).toHaveLength(1);
  await hearNotices(server, page);
  await page.refresh();
  await expect
    .poll(page.answer, { timeout: 10_000 })
    .toMatchObject({ status: 'complete', text: 'word0 ' });
}, 12_000);

test('a text whose connection is lost before the server has shown it fails at once, whatever was listed', async () => {
  const { server, page } = playServer();
  page.send('And?');
  await passed(100);
  await page.refresh();
  server.cut();
  await passed(100);
  expect(page.answer()).toMatchObject({ status: 'error' });
});

test('a stop that another worker refused stays refused when the list does not name the answer', async () => {
  const { page, send } = playServer();
  await send('Well, ');
  const stopped = page.stop();
  await page.refresh();
  expect(await stopped).toMatchObject({ confirmation: 'refused' });
  await page.refresh();
  expect(page.answer().stopRecord).toMatchObject({ confirmation: 'refused' });
});

test('a person is rid of an answer whose body hangs for ever, and the next text has its answer', async () => {
  const { server, page, send } = playServer();
  await send('Well, ');
  await passed(60_000);
  await page.stop();
  expect(page.answer()).toMatchObject({ status: 'stopped', text: 'Well, ' });
  await passed(30_000);
  expect(page.info()).toMatchObject({ status: 'idle', stopping: false });
  await send('Yes.');
  server.end();
  await passed(100);
  expect(page.answer()).toMatchObject({ status: 'complete', text: 'Yes.' });
});

test('a body that stays open after its end marker is cut in the end', async () => {
  const { server, page, send } = playServer();
  await send('Well.');
  server.finish();
  await passed(100);
  expect(page.answer().status).toBe('complete');
  expect(server.isLeft).toBe(false);
  await passed(30_000);
  expect(server.isLeft).toBe(true);
});

test('a stop of everything that is never answered holds up only what is sent within ten seconds of it', async () => {
  const { server, page } = playServer();
  server.isSilent = true;
  void page.stopAll();
  await passed(60_000);
  page.send('And?');
  await passed(100);
  expect(server.sent).toBe(1);
});

test('a key that never comes counts as no first word', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const headers = () => new Promise<never>(() => undefined);
  const backend = agixtBackend({ baseUrl: 'http://agixt', headers, webSocket: null });
  const conversations = createConversations({ backend, autoStop: { firstTokenMs: 1_000 } });
  const { answer } = conversations.conversation('c1');
  void answer.start('And?');
  await passed(20_000);
  expect(answer.getSnapshot()).toMatchObject({
    status: 'stopped',
    stopRecord: { reason: 'first-token' },
  });
});

test('a text whose connection never answers and cannot be cut is at work for nobody once it was stopped', async () => {
  const { server, page } = playServer();
  server.isDeaf = true;
  page.send('And?');
  await passed(100);
  const stopped = page.stop();
  await passed(30_000);
  await stopped;
  expect(page.info()).toMatchObject({ status: 'idle', stopping: false });
});

test('where the list is polled, one that was read before the answer ended calls nothing running again', async () => {
  const { server, page, send } = playServer();
  server.startedAt = '2026-01-01T00:00:01';
  await send('Well, ');
  const letGo = server.holdList();
  await passed(2_000);
  server.end();
  await passed(100);
  server.startedAt = null;
  letGo();
  await passed(100);
  expect(page.info()?.status).toBe('idle');
});

test('where the list is polled, one that was read before a text was sent says nothing of its answer', async () => {
  const { server, page, send } = playServer();
  server.startedAt = '2026-01-01T00:00:01';
  await send('Well, ');
  const letGo = server.holdList();
  await passed(2_000);
  server.end();
  await send('Yes, ');
  letGo();
  await passed(100);
  const letGoAgain = server.holdList();
  server.startedAt = '2026-01-01T00:00:03';
  await passed(2_000);
  server.end();
  await passed(100);
  server.startedAt = null;
  letGoAgain();
  await passed(100);
  expect(page.info()?.status).toBe('idle');
});

test('notices that come twice are heard once', async () => {
  const { server, where } = await start();
  class Twice extends WebSocket {
    override emit(name: string | symbol, ...said: unknown[]): boolean {
      if (name === 'message') super.emit(name, ...said);
      return super.emit(name, ...said);
    }
  }
  const page = await openPage({ ...where, webSocket: Twice });
  const letGo = server.holdSockets('notices');
  for (const text of ['One?', 'Two?']) {
    server.nextRun({ words: 2, intervalMs: 10 });
    await page.send(text);
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
  }
  letGo();
  await hearNotices(server, page);
  expect(await page.info()).toMatchObject({ status: 'idle' });
});

test('Stop while a text still waits for the answer to the stop before gives the text back', async () => {
  const { server, where } = await start();
  const page = await openPage({ ...where, webSocket: WebSocket }, 200);
  server.nextRun({ words: 900, intervalMs: 10 });
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
  onTestFinished(server.holdStops());
  expect(await page.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  await page.send('And now?');
  expect(await page.answer()).toMatchObject({ status: 'connecting' });
  expect(await page.stop()).toMatchObject({ unsent: true });
  expect(server.runs).toHaveLength(1);
});

test('a text that is sent while a stop of everything is out waits for it, and is not stopped by it', async () => {
  const { server, where } = await start();
  // It stops one conversation after the other, by what runs there at that moment.
  const slow = holdable();
  const letGo = slow.hold('before it is read');
  const page = await openPage(
    {
      ...where,
      webSocket: WebSocket,
      async fetch(input, init) {
        if (pathOf(input).endsWith('/conversations/stop')) await slow.pass('before it is read');
        return fetch(input, init);
      },
    },
    200,
  );
  const sent = (): number =>
    server.requests.filter((path) => path === 'POST /v1/chat/completions').length;
  server.nextRun({ words: 900, intervalMs: 10 });
  server.nextRun({ words: 40, intervalMs: 10 });
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
  // Nobody waits longer for it than this.
  expect(await page.stopAll()).toMatchObject([{ confirmation: 'unconfirmed' }]);
  await page.send('And now?');
  // The same way to the server and back: what was going to leave has left.
  await page.refresh();
  expect(sent()).toBe(1);
  letGo();
  await expect.poll(sent).toBe(2);
  await expect.poll(page.answer).toMatchObject({ status: 'complete', stopRecord: null });
  expect(server.runs.map(({ run }) => run.cancelled)).toEqual([true, false]);
});

test('an answer whose body falls silent without an end is read from the history when the server says that it is over', async () => {
  const { server, where } = await start();
  let isSilent = false;
  const dying: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!pathOf(input).endsWith('/completions') || response.body === null) return response;
    const silence = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        if (!isSilent) controller.enqueue(bytes);
      },
      flush: () => new Promise(() => undefined),
    });
    return new Response(response.body.pipeThrough(silence), response);
  };
  const page = await openPage({ ...where, webSocket: WebSocket, fetch: dying });
  server.nextRun({ words: 40, intervalMs: 10 });
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
  isSilent = true;
  await server.runs[0]?.run.ended;
  await expect
    .poll(async () => {
      await page.refresh();
      return page.answer();
    })
    .toMatchObject({ status: 'complete' });
  expect(await page.text()).toContain('word39');
});

test('who begins to listen before another has left goes on hearing', async () => {
  const { server, where } = await start();
  const backend = agixtBackend({ ...where, webSocket: WebSocket });
  const [before, after] = [createConversations({ backend }), createConversations({ backend })];
  const leave = before.connect();
  onTestFinished(after.connect());
  leave();
  await expect.poll(() => after.getSnapshot().connection).toBe('open');
  server.startInBackground('c1', { words: 100, intervalMs: 10 });
  await expect
    .poll(() => after.getSnapshot().conversations.get('c1')?.status, { interval: 20 })
    .toBe('active');
});
