import { connect } from 'node:net';
import { createRunId } from 'stopkit/core';
import { afterEach, expect, test } from 'vitest';
import { nothingUnhandled } from './nothingUnhandled.js';
import { type App, startApp, wait } from './startApp.js';
import { LONG } from '../../tier.js';

let app: App;
nothingUnhandled();
afterEach(() => app.close());

test('G1: 200 clients reset at random moments, with their stop in the same tick, and everything settles once', async () => {
  app = await startApp({ limits: { nameMs: 50 }, onSettled: () => wait(5) });
  const port = Number(new URL(app.url).port);
  const ids = Array.from({ length: 200 }, () => createRunId());
  await Promise.all(
    ids.map(async (runId, at) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      const body = JSON.stringify({ runId, intervalMs: 1 });
      socket.write(
        `POST /chat HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      await wait((at * 7) % 90);
      const stopping = at % 2 === 0 ? app.post('/stop', { runId }) : null;
      socket.resetAndDestroy();
      expect((await stopping)?.status ?? 200).toBe(200);
    }),
  );
  await expect.poll(() => app.model.open).toBe(0);
  await expect.poll(async () => (await app.runs.active()).length).toBe(0);
  await wait(100);
  const settled = app.settled.map(({ id }) => id);
  expect(new Set(settled).size).toBe(settled.length);
  expect(app.settled.every(({ outcome }) => outcome !== 'error')).toBe(true);
});

test('A6: 1,000 parallel stops of one run: no 5xx, one settle, one audit record', async () => {
  app = await startApp({ onSettled: () => wait(20) });
  const runId = createRunId();
  await app.send({ runId });
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () =>
      app.runs.fetch(
        new Request(`${app.url}/stop`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-user': 'ada' },
          body: JSON.stringify({ runId }),
        }),
      ),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(app.settled).toHaveLength(1);
  expect(app.audits).toHaveLength(1);
});

test('G18: a hundred stops leave no warning in the log and are counted as stopped', async () => {
  const warned: string[] = [];
  app = await startApp({
    logger: { info: () => undefined, warn: (_fields, message) => warned.push(message) },
  });
  for (let at = 0; at < 100; at += 1) {
    const runId = createRunId();
    await app.send({ runId });
    await app.stop(runId);
  }
  expect(warned).toEqual([]);
  expect(app.settled.filter(({ outcome }) => outcome === 'stopped')).toHaveLength(100);
});

test('callbacks that throw, and garbage in a stream that is read, harm nobody', async () => {
  app = await startApp({
    onStop: () => {
      throw new Error('The audit log is full.');
    },
    onCheckpoint: () => Promise.reject(new Error('No.')),
    limits: { checkpointMs: 1 },
    describe: () => ({
      format: {
        name: 'broken',
        // oxlint-disable-next-line require-yield
        async *decode(body) {
          for await (const bytes of body) throw new Error(`Cannot read ${bytes.length} bytes.`);
        },
      },
    }),
  });
  const runId = createRunId();
  const response = await app.send({ runId });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.read();
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
});

test(
  'G17: cycles of every kind of end leave no run, no socket to the model and no timer behind',
  { timeout: LONG ? 600_000 : 60_000 },
  async () => {
    const CYCLES = LONG ? 5_000 : 500;
    const AT_ONCE = 50;
    app = await startApp({ limits: { nameMs: 20 } });
    const resources = (): number => process.getActiveResourcesInfo().length;
    const cycle = async (at: number): Promise<void> => {
      const runId = createRunId();
      const leaving = new AbortController();
      const kind = at % 4;
      const sent = app.send({
        runId,
        intervalMs: 1,
        ...(kind === 0 ? { words: 2 } : {}),
        signal: leaving.signal,
      });
      if (kind === 3) await wait(1);
      else await sent.then((response) => response.body?.getReader().read());
      if (kind === 0) return;
      if (kind === 1) await app.stop(runId);
      else leaving.abort();
      if (kind === 2) await app.stop(runId);
      await sent.catch(() => undefined);
    };
    const round = async (from: number): Promise<void> => {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => cycle(from + at)));
    };
    await round(0);
    await wait(100);
    const before = resources();
    for (let at = 0; at < CYCLES; at += AT_ONCE) {
      await round(at);
      app.settled.length = 0;
      app.audits.length = 0;
    }
    await expect.poll(() => app.model.open).toBe(0);
    await expect.poll(async () => (await app.runs.active()).length).toBe(0);
    // The client's own kept-alive sockets come and go; nothing may grow with the cycles.
    await expect.poll(resources, { timeout: 20_000 }).toBeLessThan(before + AT_ONCE * 2);
  },
);
