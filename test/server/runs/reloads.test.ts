import { createRunId } from 'stopkit/core';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

let app: App;
afterEach(() => app.close());

/** Reads a body as it comes; `text` is what has arrived so far. */
function listen(response: Response) {
  const heard = { text: '', isOver: false };
  void (async () => {
    const decoder = new TextDecoder();
    // Node's streams are async iterables; the DOM's type does not say so.
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      heard.text += decoder.decode(bytes, { stream: true });
    }
  })()
    .catch(() => undefined)
    .finally(() => (heard.isOver = true));
  return heard;
}

/** Sends, reads the first words and leaves, as a page does that is closed or reloaded. */
async function sendAndLeave(runId: string, words?: number): Promise<void> {
  const leaving = new AbortController();
  const sent = { runId, conversationId: 'talk', ...(words === undefined ? {} : { words }) };
  const heard = listen(await app.send({ ...sent, signal: leaving.signal }));
  await expect.poll(() => heard.text).toContain('word0');
  leaving.abort();
}

test('E1: after a reload a stop of the stream that was resumed ends it, and closes the model', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  const runId = createRunId();
  await sendAndLeave(runId);
  const resumed = listen(await app.get('/conversations/talk/run'));
  await expect.poll(() => resumed.text).toContain('word1 ');
  const startedAt = performance.now();
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  expect(app.model.open).toBe(0);
  await expect.poll(() => resumed.isOver).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(resumed.text.trimEnd().split('\n').at(-1)).toContain('"outcome":"stopped"');
});

test('E7: a page that comes back learns from the first line which run it may stop', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  const runId = createRunId();
  await sendAndLeave(runId);
  const resumed = listen(await app.get('/conversations/talk/run'));
  await expect.poll(() => resumed.text).toContain('\n');
  expect(JSON.parse(resumed.text.split('\n')[0] ?? '')).toMatchObject({ type: 'start', runId });
  expect(JSON.stringify(await (await app.get('/conversations/active')).json())).toContain(runId);
  await app.stop(runId);
});

test('a page that comes back learns how much of the answer it is told again', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  const runId = createRunId();
  await sendAndLeave(runId);
  const resumed = listen(await app.get('/conversations/talk/run'));
  // The third line is whole.
  await expect.poll(() => resumed.text.split('\n').length).toBeGreaterThan(3);
  const [, replay, said] = resumed.text.split('\n');
  const { delta } = JSON.parse(said ?? '') as { delta: string };
  expect(JSON.parse(replay ?? '')).toEqual({ type: 'replay', chars: delta.length });
  await app.stop(runId);
});

test('E7: a page on a slow line that comes back gets the last words too, and how it ended', async () => {
  const LAST_WORDS = ['these ', 'are ', 'the ', 'last ', 'words'].map((word) => word.repeat(4_000));
  // More than the line takes at once, so that what follows has to wait.
  const text = 'x'.repeat(8_000_000);
  let sayLast: () => void = () => undefined;
  const mayEnd = new Promise<void>((resolve) => {
    sayLast = resolve;
  });
  app = await startApp({
    describe: () => ({
      async *upstream() {
        yield text;
        await mayEnd;
        for (const word of LAST_WORDS) yield word;
      },
    }),
  });
  const sent = listen(await app.send({ conversationId: 'talk' }));
  await expect.poll(() => sent.text.length).toBe(text.length);
  const resumed = await app.get('/conversations/talk/run');
  sayLast();
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'complete' }]);
  const lines = (await resumed.text()).trim().split('\n');
  const deltas = lines.map((line) => (JSON.parse(line) as { delta?: string }).delta ?? '');
  expect(deltas.join('') === `${text}${LAST_WORDS.join('')}`).toBe(true);
  expect(lines.at(-1)).toContain('"type":"done","outcome":"complete"');
});

test('E7: a page that comes back before its answer is kept reads it, and how it ended', async () => {
  let keep = (): void => undefined;
  const kept = new Promise<void>((resolve) => (keep = resolve));
  app = await startApp({ limits: { nameMs: 50 }, onSettled: () => kept });
  await sendAndLeave(createRunId());
  await expect.poll(() => app.settled.length).toBe(1);
  const resumed = await app.get('/conversations/talk/run');
  keep();
  const lines = await resumed.text();
  expect(lines).toContain('word0 ');
  expect(lines.trim().split('\n').at(-1)).toContain('"type":"done","outcome":"interrupted"');
  expect((await app.get('/conversations/talk/run')).status).toBe(204);
});

test('E13: a tab that is closed closes the model within a second, and the partial is kept', async () => {
  app = await startApp({ limits: { nameMs: 50 } });
  await sendAndLeave(createRunId());
  const leftAt = performance.now();
  await expect.poll(() => app.model.open).toBe(0);
  expect(performance.now() - leftAt).toBeLessThan(1_000);
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'disconnected' }]);
  expect(app.settled[0]?.text).toContain('word0');
});

test('E13: with continue a run ends and is kept whole although the tab was closed', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  await sendAndLeave(createRunId(), 20);
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'complete' }]);
  expect(app.settled[0]?.text).toContain('word19');
});
