import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunId } from 'stopkit/core';
import { proxyGeneration, type Upstream } from 'stopkit/server';
import { afterEach, describe, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A model over HTTP that answers in a stream, or not before it has finished, which is never. */
async function startModel() {
  const seen = { asked: 0, open: 0 };
  const url = await listen(
    createServer((req, res) => {
      seen.asked += 1;
      seen.open += 1;
      res.on('close', () => (seen.open -= 1));
      if (req.url === '/stream') res.write('word ');
    }),
  );
  return { url, seen };
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Aborted.')), { once: true });
  });

type Model = Awaited<ReturnType<typeof startModel>>;

/** Every kind of thing that an app may give as its model. */
const KINDS: Record<string, (model: Model) => Upstream> = {
  'a response that streams': (model) => (context) =>
    fetch(`${model.url}/stream`, { signal: context.signal }),
  'a response that comes only when it is whole': (model) => (context) =>
    fetch(`${model.url}/whole`, { signal: context.signal }),
  'a stream that knows no signal':
    ({ seen }) =>
    () =>
      new ReadableStream<string>({
        start(controller) {
          seen.asked += 1;
          seen.open += 1;
          controller.enqueue('word ');
        },
        cancel: () => void (seen.open -= 1),
      }),
  'the words of a client library': ({ seen }) =>
    async function* (context) {
      seen.asked += 1;
      seen.open += 1;
      try {
        yield 'word ';
        await whenAborted(context.signal);
      } finally {
        seen.open -= 1;
      }
    },
  'a tool between two words': ({ seen }) =>
    async function* (context) {
      yield 'word ';
      seen.asked += 1;
      seen.open += 1;
      await whenAborted(context.signal).finally(() => (seen.open -= 1));
      yield 'result ';
    },
};

describe.each(Object.entries(KINDS))('with %s', (_, describeUpstream) => {
  test('G11: a stop reaches it, and it is closed', async () => {
    const model = await startModel();
    const app: App = await startApp({ describe: () => ({ upstream: describeUpstream(model) }) });
    closers.push(app.close);
    const runId = createRunId();
    void app.send({ runId }).catch(() => undefined);
    await expect.poll(() => model.seen.asked).toBe(1);
    expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
    await expect.poll(() => model.seen.open).toBe(0);
  });

  test('F10: nineteen of twenty stops have closed it within half a second', async () => {
    const model = await startModel();
    const app: App = await startApp({
      whenBusy: 'allow',
      describe: () => ({ upstream: describeUpstream(model) }),
    });
    closers.push(app.close);
    const tookMs: number[] = [];
    for (let run = 1; run <= 20; run++) {
      const runId = createRunId();
      void app.send({ runId }).catch(() => undefined);
      await expect.poll(() => model.seen.asked, { interval: 5 }).toBe(run);
      const pressedAt = performance.now();
      await app.stop(runId);
      await expect.poll(() => model.seen.open, { interval: 5 }).toBe(0);
      tookMs.push(performance.now() - pressedAt);
    }
    expect(tookMs.toSorted((a, b) => a - b)[18]).toBeLessThan(500);
  });
});

test('G6: after a fault of the upstream the connection of the client ends, and none stays open', async () => {
  const server = createServer((req, res) => {
    void proxyGeneration(req, res, async function* () {
      yield 'word ';
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('The upstream failed.');
    });
  });
  const url = await listen(server);
  const connections = (): Promise<number> =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  const startedAt = performance.now();
  for (let fault = 0; fault < 20; fault++) {
    const text = fetch(url, { method: 'POST' }).then((response) => response.text());
    await expect(text).rejects.toThrow();
  }
  expect((performance.now() - startedAt) / 20).toBeLessThan(1_000);
  await expect.poll(connections).toBe(0);
});
