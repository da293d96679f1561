import { createRunId } from 'stopkit/core';
import type { Format } from 'stopkit/formats';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp, wait } from './startApp.js';

let app: App;
afterEach(() => app.close());

async function readSome(response: Response): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('The answer has no body.');
  await reader.read();
  return reader;
}

test('F1: a stop that names its run closes the model, keeps the text and answers with a receipt', async () => {
  app = await startApp();
  const runId = createRunId();
  const response = await app.send({ runId, conversationId: 'talk' });
  expect(response.headers.get('run-id')).toBe(runId);
  await readSome(response);
  const stopped = await app.stop(runId, { reason: 'user', seenChars: 5 });
  expect(stopped).toMatchObject({
    conversationId: 'talk',
    runId,
    abortedTurn: true,
    outcome: 'stopped',
    saved: true,
    receipt: { chunksAfterStop: 0, tokensAfterStop: 0, savedChars: 5 },
  });
  expect(stopped.receipt?.upstreamClosedMs).toBeLessThan(500);
  expect(app.model.open).toBe(0);
  expect(app.settled).toMatchObject([
    { id: runId, outcome: 'stopped', by: 'user', reason: 'user', seenChars: 5, text: 'word0' },
  ]);
  expect(app.audits).toMatchObject([{ id: runId, stoppedBy: 'ada', outcome: 'stopped' }]);
});

test('rule 5: a stop that comes before its run is remembered, and the model is never asked', async () => {
  app = await startApp();
  const runId = createRunId();
  expect(await app.stop(runId)).toMatchObject({ outcome: 'remembered', abortedTurn: false });
  await (await app.send({ runId })).text();
  expect(app.model.calls).toBe(0);
  expect(app.settled).toMatchObject([{ outcome: 'stopped', by: 'user', text: '' }]);
});

test('the reader leaves first: the model is closed at once, and a stop that follows gives the name', async () => {
  app = await startApp();
  const runId = createRunId();
  const leaving = new AbortController();
  await readSome(await app.send({ runId, signal: leaving.signal }));
  leaving.abort();
  await expect.poll(() => app.model.open).toBe(0);
  expect(app.settled).toHaveLength(0);
  expect(await app.stop(runId, { reason: 'changed my mind', seenChars: 3 })).toMatchObject({
    outcome: 'stopped',
  });
  expect(app.settled).toMatchObject([
    { outcome: 'stopped', by: 'user', reason: 'changed my mind', seenChars: 3, text: 'wor' },
  ]);
});

test('a stop that names a run after it settled as disconnected answers stopped, and settles nothing again', async () => {
  app = await startApp({ limits: { nameMs: 10 } });
  const runId = createRunId();
  const leaving = new AbortController();
  await readSome(await app.send({ runId, signal: leaving.signal }));
  leaving.abort();
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'disconnected', by: null }]);
  expect(await app.stop(runId)).toMatchObject({
    outcome: 'stopped',
    receipt: { chunksAfterStop: 0 },
  });
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  expect(app.settled).toHaveLength(1);
  expect(app.audits).toMatchObject([{ outcome: 'disconnected', stoppedBy: 'ada' }]);
});

test('A6: twenty parallel stops answer alike, settle once and are audited once', async () => {
  app = await startApp({ onSettled: () => wait(50) });
  const runId = createRunId();
  await readSome(await app.send({ runId }));
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.stop(runId)));
  expect(answers.every(({ outcome }) => outcome === 'stopped')).toBe(true);
  expect(app.settled).toHaveLength(1);
  expect(app.audits).toHaveLength(1);
});

test.each([-1, Number.NaN, 1.5, '3', null])(
  'an app that does not know how much was seen (%s) stops without cutting the text',
  async (seenChars) => {
    app = await startApp({
      describe: () => ({
        async *upstream({ signal }) {
          yield 'Hello';
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      }),
    });
    const runId = createRunId();
    await readSome(await app.send({ runId }));
    // What an app in plain JavaScript may pass on from a page.
    await app.runs.stop({ runId, userId: 'ada', seenChars: seenChars as number });
    expect(app.settled).toMatchObject([{ outcome: 'stopped', text: 'Hello', seenChars: null }]);
  },
);

test.each([
  ['takes its bytes and says nothing more', false],
  ['has not said its last word', true],
])('a format that %s keeps nobody who stops waiting', async (_, isEnded) => {
  const never = new Promise(() => undefined);
  const hanging: Format = {
    name: 'hanging',
    async *decode(body) {
      for await (const bytes of body) {
        yield [{ type: 'text', delta: new TextDecoder().decode(bytes) }];
        if (!isEnded) await never;
      }
      await never;
    },
  };
  app = await startApp({
    describe: () => ({
      format: hanging,
      async *upstream() {
        yield 'One ';
        if (!isEnded) yield await Promise.resolve('two');
      },
    }),
  });
  const runId = createRunId();
  const response = await app.send({ runId });
  const sent = response.text().catch(() => 'cut');
  await expect.poll(() => app.runs.active()).toHaveLength(1);
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  expect(await sent).toBe('cut');
  expect(app.settled).toMatchObject([{ outcome: 'stopped', text: 'One ' }]);
});

test('F5: a stop of a run that has finished answers with its whole text', async () => {
  app = await startApp();
  const runId = createRunId();
  const text = await (await app.send({ runId, words: 3, intervalMs: 0 })).text();
  expect(await app.stop(runId)).toMatchObject({ outcome: 'finished', abortedTurn: false, text });
  expect(app.settled).toMatchObject([{ outcome: 'complete', text }]);
  expect(app.audits).toHaveLength(0);
});
