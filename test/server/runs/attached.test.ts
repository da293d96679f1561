import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Format, openai } from 'stopkit/formats';
import { type Bus, createRuns, memoryBus, type Upstream } from 'stopkit/server';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type App, startApp, wait } from './startApp.js';

const apps: App[] = [];
const uncaught: unknown[] = [];
const note = (reason: unknown): void => void uncaught.push(reason);
beforeEach(() => {
  uncaught.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
  expect(uncaught).toEqual([]);
});

const frame = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
const MANY = 200_000;
const MORE_THAN_SOCKETS_HOLD = 32_000_000;

/** An upstream that says its first chunk, and the others when somebody reads along. */
function upstreamOf(first: string, others: readonly string[]) {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const upstream: Upstream = async function* () {
    yield first;
    await gate;
    yield* others;
  };
  return { upstream, go };
}

/** What the lines of an attached tab say. */
function read(lines: string) {
  const events = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; delta?: string });
  const text = events.map(({ type, delta }) => (type === 'text' ? (delta ?? '') : '')).join('');
  return { events, text, last: events.at(-1) };
}

test.each(['this', 'another'])(
  'a tab on %s node reads along while the model says two hundred thousand words in one chunk',
  async (where) => {
    const bus = memoryBus();
    const { upstream, go } = upstreamOf(frame, [frame.repeat(MANY), 'data: [DONE]\n\n']);
    const describe = () => ({ format: openai(), upstream });
    const app = await startApp({ bus, describe });
    apps.push(app);
    if (where === 'another') apps.push(await startApp({ bus }));
    const sent = (await app.send({ conversationId: 'talk' })).text();
    const tab = await apps.at(-1)?.get('/conversations/talk/run');
    const reader = tab?.body?.pipeThrough(new TextDecoderStream()).getReader();
    let lines = (await reader?.read())?.value ?? '';
    go();
    await sent;
    for (;;) {
      const next = await reader?.read();
      if (next === undefined || next.done) break;
      lines += next.value;
    }
    const { text, last } = read(lines);
    expect(text.length).toBe(MANY + 1);
    expect(last).toMatchObject({ type: 'done', outcome: 'complete' });
  },
);

test('a tab reads on behind the result of a tool that JSON cannot say', async () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const format: Format = {
    name: 'own',
    async *decode(body) {
      for await (const bytes of body) {
        const said = new TextDecoder().decode(bytes);
        if (said === 'tools') {
          yield [
            { type: 'tool-call', id: 'sum', name: 'sum' },
            { type: 'tool-result', id: 'sum', result: { sum: 1n } },
            { type: 'tool-call', id: 'tree', name: 'tree' },
            { type: 'tool-result', id: 'tree', result: cycle },
          ];
        } else yield [{ type: 'text', delta: said }];
      }
    },
  };
  const { upstream, go } = upstreamOf('One ', ['tools', 'two']);
  const app = await startApp({ describe: () => ({ format, upstream }) });
  apps.push(app);
  const sent = (await app.send({ conversationId: 'talk' })).text();
  const tab = await app.get('/conversations/talk/run');
  go();
  await sent;
  const { events, text, last } = read(await tab.text());
  expect(text).toBe('One two');
  expect(events).toContainEqual({ type: 'tool-result', id: 'sum', result: null });
  expect(last).toMatchObject({ type: 'done', outcome: 'complete' });
  await wait(1);
});

test('twenty tabs that read along on one node are nothing to warn of', async () => {
  const warned: string[] = [];
  const warn = (warning: Error): void => void warned.push(warning.name);
  process.on('warning', warn);
  const app = await startApp();
  apps.push(app);
  const sent = await app.send({ conversationId: 'talk' });
  const tabs = await Promise.all(
    Array.from({ length: 20 }, () => app.get('/conversations/talk/run')),
  );
  await wait(1);
  process.off('warning', warn);
  for (const { body } of [sent, ...tabs]) await body?.cancel();
  expect(warned).toEqual([]);
});

/** The same bus, whose runs have all begun longer ago than it knows the last one of a conversation. */
function withoutLastRuns(bus: Bus): Bus {
  return { join: (node) => ({ ...bus.join(node), lastRun: () => Promise.resolve(null) }) };
}

test('a tab on another node reads an answer that takes longer than its conversation is known for', async () => {
  const bus = withoutLastRuns(memoryBus());
  const { upstream, go } = upstreamOf('One ', ['two']);
  const app = await startApp({ bus, describe: () => ({ upstream }) });
  const other = await startApp({ bus });
  apps.push(app, other);
  const sent = (await app.send({ conversationId: 'talk' })).text();
  const tab = await other.get('/conversations/talk/run');
  expect(tab.status).toBe(200);
  const events = await other.get('/conversations/talk/events');
  expect(events.status).toBe(200);
  await events.body?.cancel();
  expect((await other.get('/conversations/talk/run', { 'x-user': 'eve' })).status).toBe(404);
  go();
  await sent;
  expect(read(await tab.text()).text).toBe('One two');
});

test('a tab that takes nothing for less than the limit of the app keeps its answer', async () => {
  const { upstream, go } = upstreamOf('a'.repeat(MORE_THAN_SOCKETS_HOLD), []);
  const runs = createRuns({
    authorize: () => ({ userId: 'ada' }),
    onDisconnect: 'continue',
    limits: { stallMs: 60_000 },
  });
  const routes = runs.routes();
  const answers: ServerResponse[] = [];
  const server = createServer((req, res) => {
    answers.push(res);
    void routes(req, res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    vi.useRealTimers();
    await runs.close();
    server.close().closeAllConnections();
  });
  const run = { userId: 'ada', conversationId: 'talk', upstream };
  const sent = (await runs.response(new Request('http://local/'), run)).text();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  // A TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  const tab = await fetch(`http://127.0.0.1:${port}/conversations/talk/run`);
  await expect.poll(() => answers[0]?.writableNeedDrain).toBe(true);
  await vi.advanceTimersByTimeAsync(45_000);
  vi.useRealTimers();
  go();
  const { text } = read(await tab.text());
  expect(text.length).toBe(MORE_THAN_SOCKETS_HOLD);
  await sent;
});
