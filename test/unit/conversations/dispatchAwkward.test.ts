import { dispatchBackend } from 'stopkit/dispatch';
import { expect, onTestFinished, test, vi } from 'vitest';
import { driverHere } from './openDriver.js';

const id = 'c1';

/** A page beside a Dispatch of which the test opens and cuts the sockets itself. */
async function openPage() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let listeners = new Map<string, (event: { data: unknown }) => void>();
  const said: { type: string; message?: string }[] = [];
  const posts: string[] = [];
  const server = {
    isUp: true,
    refusesSockets: false,
    rows: [] as { id: string; status: string }[],
    abortedTurn: false,
  };
  class Socket {
    constructor() {
      const mine = new Map<string, (event: { data: unknown }) => void>();
      this.mine = mine;
      listeners = mine;
      setTimeout(
        () => mine.get(server.isUp && !server.refusesSockets ? 'open' : 'close')?.({ data: null }),
        0,
      );
    }
    mine: Map<string, (event: { data: unknown }) => void>;
    send(text: string): void {
      said.push(JSON.parse(text) as { type: string });
    }
    close(): void {
      this.mine.get('close')?.({ data: null });
    }
    addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
      this.mine.set(type, listener);
    }
  }
  const backend = dispatchBackend({
    baseUrl: 'http://dispatch.test',
    socketUrl: 'ws://dispatch.test',
    webSocket: Socket,
    fetch(input, init) {
      const url = input as string;
      if (!server.isUp) return Promise.reject(new TypeError('offline'));
      if (init?.method === 'POST') {
        posts.push(url);
        return Promise.resolve(
          Response.json({ conversationId: id, abortedTurn: server.abortedTurn }),
        );
      }
      if (url.endsWith('/conversations')) {
        return Promise.resolve(Response.json({ conversations: server.rows }));
      }
      return Promise.resolve(Response.json({ chunks: [], latestSeq: 0 }));
    },
  });
  const page = await driverHere(backend);
  onTestFinished(() => page.close());
  await page.connect();
  await page.watch();
  const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  await pass(50);
  /** Cuts the socket that is the newest now. */
  const cutter = () => {
    const of = listeners;
    return () => of.get('close')?.({ data: null });
  };
  return {
    page,
    backend,
    cutter,
    pass,
    server,
    said,
    posts,
    cut: () => cutter()(),
    hear: (message: unknown) => listeners.get('message')?.({ data: JSON.stringify(message) }),
    tell: (turnId: string, type: string, more: object = {}) =>
      listeners.get('message')?.({
        data: JSON.stringify({
          type: 'chat.delta',
          event: { type, conversationId: id, turnId, ...more },
        }),
      }),
  };
}

test.each([
  { type: 'chat.delta' },
  { type: 'chat.delta', event: null },
  { type: 'chat.delta', event: 'text' },
  { type: 'chat.delta', event: {} },
  { type: 'conversation.statusChanged', conversationId: id },
  {
    type: 'chat.delta',
    event: { type: 'text-delta', conversationId: id, turnId: 't1', delta: null },
  },
  { type: 'chat.delta', event: { type: 'text-delta', conversationId: id, turnId: 't1', delta: 5 } },
  { type: 'chat.delta', event: { type: 'tool-call', conversationId: id, turnId: 't1' } },
  { type: 'chat.delta', event: { type: 'usage', conversationId: id, turnId: 't1', usage: null } },
])('a frame that is broken is skipped: %j', async (frame) => {
  const { page, pass, hear, tell } = await openPage();
  await page.send('One?');
  await pass(20);
  tell('t1', 'user-message', { text: 'One?' });
  tell('t1', 'turn-start');
  tell('t1', 'text-delta', { delta: 'One.' });
  await pass(50);
  expect(() => hear(frame)).not.toThrow();
  await pass(50);
  tell('t1', 'text-delta', { delta: ' More.' });
  await pass(50);
  expect(await page.answer()).toMatchObject({ status: 'streaming', text: 'One. More.' });
  expect((await page.infos()).map(({ id: of, status }) => [of, status])).toEqual([[id, 'active']]);
});

test('a text that is stopped while the socket is away was never sent, and stops nobody else', async () => {
  const { page, pass, cut, server, said, posts } = await openPage();
  server.refusesSockets = true;
  cut();
  await pass(2_000);
  await page.send('Mine?');
  await pass(50);
  const stopped = page.stop();
  await pass(6_000);
  expect(said.filter(({ type }) => type === 'chat.send')).toEqual([]);
  expect(posts).toEqual([]);
  expect(await stopped).toMatchObject({ confirmation: 'not-asked', unsent: true });
});

test('what two subscriptions in a row repeat stands there once', async () => {
  const { page, pass, tell, said } = await openPage();
  await page.leaveLast();
  await pass(50);
  await page.watch();
  await page.leaveLast();
  await page.watch();
  const asked = said.filter(({ type }) => type === 'chat.subscribe').length;
  for (let times = 1; times < asked; times += 1) {
    tell('t1', 'user-message', { text: 'Theirs?' });
    tell('t1', 'turn-start');
    tell('t1', 'text-delta', { delta: 'Hello' });
  }
  await pass(50);
  expect(asked).toBe(3);
  expect(await page.text()).toBe('Hello');
});

test('words that were on their way when a conversation was opened again stand there once', async () => {
  const { page, pass, tell } = await openPage();
  const repeat = (): void => {
    tell('t1', 'user-message', { text: 'Theirs?' });
    tell('t1', 'turn-start');
    tell('t1', 'text-delta', { delta: 'Hello' });
  };
  repeat();
  await pass(50);
  await page.leaveLast();
  await page.watch();
  tell('t1', 'text-delta', { delta: ' world' });
  repeat();
  tell('t1', 'text-delta', { delta: ' world' });
  await pass(50);
  expect(await page.text()).toBe('Hello world');
});

test('a text is sent after a stop that failed, of a conversation that never came to be', async () => {
  const { page, pass, cut, server, said } = await openPage();
  await page.send('Lost?');
  await pass(20);
  server.isUp = false;
  cut();
  void page.stop();
  await pass(20_000);
  expect((await page.answer()).stopRecord).toMatchObject({ confirmation: 'unconfirmed' });
  server.isUp = true;
  await pass(20_000);
  await page.send('Again?');
  await pass(60_000);
  expect(said.flatMap(({ message }) => message ?? [])).toEqual(['Lost?', 'Again?']);
});

test('a stop that reached nobody does not end the next turn, when its own went on to its end', async () => {
  const { page, pass, server, posts, tell } = await openPage();
  await page.send('One?');
  await pass(20);
  tell('t1', 'user-message', { text: 'One?' });
  tell('t1', 'turn-start');
  tell('t1', 'text-delta', { delta: 'One.' });
  await pass(50);
  server.isUp = false;
  void page.stop();
  await pass(50);
  server.isUp = true;
  await pass(5_000);
  expect((await page.answer()).stopRecord).toMatchObject({ confirmation: 'unconfirmed' });
  tell('t1', 'done', { reason: 'stop' });
  tell('t1', 'turn-sealed');
  tell('t2', 'user-message', { text: 'Queued?' });
  tell('t2', 'turn-start');
  await pass(50);
  expect(posts).toHaveLength(0);
});

test('a stop whose answer was lost holds for what it released from the queue', async () => {
  const { page, pass, server, posts, tell } = await openPage();
  await page.send('One?');
  await pass(20);
  tell('t1', 'user-message', { text: 'One?' });
  tell('t1', 'turn-start');
  tell('t1', 'text-delta', { delta: 'One.' });
  await pass(50);
  server.isUp = false;
  void page.stop();
  await pass(50);
  server.isUp = true;
  await pass(5_000);
  expect((await page.answer()).stopRecord).toMatchObject({ confirmation: 'unconfirmed' });
  tell('t1', 'done', { reason: 'aborted' });
  tell('t1', 'turn-sealed');
  tell('t2', 'user-message', { text: 'Queued?' });
  tell('t2', 'turn-start');
  await pass(50);
  expect(posts).toHaveLength(1);
});

test('a text waits for the end of a turn that was stopped before its row was written', async () => {
  const { page, pass, server, said, tell, hear } = await openPage();
  server.abortedTurn = true;
  await page.send('One?');
  await pass(20);
  tell('t1', 'user-message', { text: 'One?' });
  tell('t1', 'text-delta', { delta: 'One.' });
  hear({ type: 'conversation.statusChanged', conversationId: id, status: 'active' });
  await pass(20);
  void page.stop();
  await pass(20);
  await page.refresh();
  await page.send('Two?');
  await pass(20);
  const texts = () => said.flatMap(({ type, message }) => (type === 'chat.send' ? message : []));
  expect(texts()).toEqual(['One?']);
  tell('t1', 'done', { reason: 'aborted' });
  hear({ type: 'conversation.statusChanged', conversationId: id, status: 'idle' });
  await pass(20);
  expect(texts()).toEqual(['One?', 'Two?']);
});

test('a text leaves by the newer of two connections, though the older one went while it was cut', async () => {
  const { page, pass, cutter, backend } = await openPage();
  const cutOlder = cutter();
  const beside = backend.connect(() => undefined);
  await pass(20);
  cutOlder();
  await pass(5);
  await page.leaveLast();
  await page.leaveLast();
  await pass(1_000);
  let isFree = false;
  const free = Promise.resolve(backend.whenFree?.(id, new AbortController().signal));
  void free.then(() => (isFree = true));
  await pass(1_000);
  expect(isFree).toBe(true);
  beside();
});
