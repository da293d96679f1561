import { expect, onTestFinished, test } from 'vitest';
import type { RunScript } from '../../servers/agixt/run.js';
import { type AgixtServer, startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import type { Driver } from './openDriver.js';

const id = 'c1';
const LONG = { words: 500, intervalMs: 10 };

const statusOf = async (page: Driver) => (await page.info())?.status;
const textsOf = async (page: Driver) => (await page.messages()).map(({ text }) => text);

type Place = Pick<AgixtServer, 'baseUrl' | 'token'>;

/** Opens a page somewhere; it is not connected yet. */
export type OpenAgixt = (server: Place) => Promise<Driver>;

async function start(): Promise<AgixtServer> {
  const server = await startAgixtServer();
  onTestFinished(server.close);
  return server;
}

async function send(server: AgixtServer, page: Driver, script: RunScript = LONG) {
  server.nextRun(script);
  await expect.poll(page.connection).toBe('open');
  await page.send('Hi');
  await expect.poll(page.text).not.toBe('');
}

async function sendShort(server: AgixtServer, page: Driver) {
  await expect.poll(page.connection).toBe('open');
  server.nextRun({ words: 2, intervalMs: 10 });
  await page.send('Hi');
  await expect.poll(page.answer).toMatchObject({ status: 'complete' });
}

/** Notices come in order: one about another conversation shows that those before it were heard. */
export async function hearNotices(server: AgixtServer, page: Driver) {
  server.startInBackground('c2', LONG);
  await expect
    .poll(async () => (await page.infos()).find((one) => one.id === 'c2')?.status)
    .toBe('active');
}

/** Cuts what is streamed, and waits until the page has noticed it. */
async function cutAnswer(server: AgixtServer, page: Driver) {
  const reads = await page.reads();
  server.cutStreams();
  await expect.poll(() => server.sprung[6]).toBe(1);
  await expect.poll(page.reads).toBeGreaterThan(reads);
}

function storeOlderAnswer(server: AgixtServer): void {
  server
    .history(id)
    .push(
      { id: 'q', role: 'USER', message: 'Before', timestamp: '2026-01-01T00:00:00' },
      { id: 'a', role: 'Assistant', message: 'Yes', timestamp: '2026-01-01T00:00:01' },
    );
}

/** The contract of `stopkit/agixt`, wherever its page lives. */
export function describeAgixt(openPage: OpenAgixt): void {
  async function open(server: Place): Promise<Driver> {
    const page = await openPage(server);
    onTestFinished(() => page.close());
    // What is watched is read when the connection opens, which may be before the next call gets through.
    await page.watch();
    await page.connect();
    return page;
  }

  test('a stop is confirmed by the sentence, and the run has really ended', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    expect(server.runs[0]?.run.cancelled).toBe(true);
    await expect.poll(() => statusOf(page)).toBe('idle');
  });

  test('a stop of speech, of which there is none, lets the answer go on and asks nothing of the server', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    expect(await page.stop({ scope: 'speech' })).toMatchObject({
      confirmation: 'already-finished',
      message: 'Nothing is spoken here.',
    });
    expect(await page.answer()).toMatchObject({ status: 'streaming', stopRecord: null });
    expect(server.requests.filter((path) => path.includes('stop'))).toEqual([]);
    expect(server.runs[0]?.run.cancelled).toBe(false);
  });

  test('trap 1: a stop that did nothing answers 200, and is not called stopped', async () => {
    const server = await start();
    const page = await open(server);
    server.nextRun({ words: 2, intervalMs: 10 });
    await expect.poll(page.connection).toBe('open');
    await page.send('Hi');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    expect(await page.stopOnTheWire(id)).toMatchObject({ outcome: 'idle' });
    expect(await page.stopOnTheWire('nobody-knows')).toMatchObject({ outcome: 'refused' });
    expect(server.sprung[1]).toBe(2);
  });

  test('trap 2: a run on another worker is told as one that cannot be stopped', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    server.startInBackground(id, { words: 100, intervalMs: 10, onOtherWorker: true });
    await expect.poll(() => statusOf(page)).toBe('active');
    expect(await page.stop()).toMatchObject({
      confirmation: 'refused',
      message: 'The answer is written by another worker, which AGiXT cannot stop from here.',
    });
    expect(server.sprung[2]).toBe(1);
    expect(await page.info()).toMatchObject({ status: 'active', stopping: false });
  });

  test('trap 3: a time without a zone is UTC', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const { startedAt } = server.startInBackground(id, { words: 100, intervalMs: 10 });
    await page.refresh();
    await expect.poll(async () => (await page.info())?.startedAt).toEqual(startedAt);
    expect(server.sprung[3]).toBeGreaterThan(0);
  });

  test('trap 4: a stream that just ends after a stop in another tab is stopped, not an error', async () => {
    const server = await start();
    const first = await open(server);
    await send(server, first);
    const second = await open(server);
    await expect.poll(() => statusOf(second)).toBe('active');
    expect(await second.stop()).toMatchObject({ confirmation: 'confirmed' });
    await expect.poll(first.answer).toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'remote' },
    });
    expect(server.sprung[4]).toBe(1);
  });

  test('trap 5: the stop row is the mark of the answer, when it comes and after a reload, and no message', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    await page.stop();
    const shown = await page.text();
    await expect.poll(() => textsOf(page)).toEqual(['Hi', shown]);
    expect((await page.messages()).at(-1)?.status).toBe('stopped');
    expect(server.sprung[5]).toBe(1);
    const reloaded = await open(server);
    await expect.poll(reloaded.messages).toHaveLength(2);
    expect((await reloaded.messages()).at(-1)).toMatchObject({
      role: 'assistant',
      status: 'stopped',
      stopRecord: { persisted: 'backend' },
    });
  });

  test('a stop row that comes when the next answer is written already is not about that one', async () => {
    const server = await start();
    server.traps[5] = false;
    const page = await open(server);
    await send(server, page);
    const letGo = server.holdSockets('rows');
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    await send(server, page);
    const reads = await page.reads();
    letGo();
    await expect.poll(page.reads).toBeGreaterThan(reads);
    expect(await page.answer()).toMatchObject({ status: 'streaming' });
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed', by: 'user' });
    expect(server.runs.map(({ run }) => run.cancelled)).toEqual([true, true]);
  });

  test('a stop row of the turn before does not end what another page asked since', async () => {
    const server = await start();
    server.traps[5] = false;
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    server.startInBackground(id, { words: 500, intervalMs: 10 });
    await expect.poll(() => statusOf(page)).toBe('active');
    const letGo = server.holdSockets('rows');
    await page.stopOnTheWire(id);
    await expect.poll(() => statusOf(page)).toBe('idle');
    server.startInBackground(id, { words: 500, intervalMs: 10 });
    await expect.poll(() => statusOf(page)).toBe('active');
    const reads = await page.reads();
    letGo();
    await expect.poll(page.reads).toBeGreaterThan(reads);
    expect(await statusOf(page)).toBe('active');
  });

  test('the stop row of the turn before confirms no stop that the server has not answered', async () => {
    const server = await start();
    server.traps[5] = false;
    const page = await open(server);
    server.holdSockets('notices');
    await send(server, page);
    const letGoOfRows = server.holdSockets('rows');
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    await send(server, page);
    const letGoOfStop = server.holdStops();
    const stopped = page.stop();
    const reads = await page.reads();
    letGoOfRows();
    await expect.poll(page.reads).toBeGreaterThan(reads);
    expect((await page.answer()).stopRecord).toMatchObject({ confirmation: 'pending' });
    letGoOfStop();
    expect(await stopped).toMatchObject({ confirmation: 'confirmed' });
  });

  test('the end of the turn before, heard while a stop is out, is not the end of the one that is stopped', async () => {
    const server = await start();
    const page = await open(server);
    const letGo = server.holdSockets('notices');
    await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    await send(server, page, { ...LONG, onOtherWorker: true });
    const letGoOfStop = server.holdStops();
    const stopped = page.stop();
    await expect
      .poll(() => server.requests.filter((path) => path.endsWith('/stop')))
      .toHaveLength(2);
    letGo();
    await hearNotices(server, page);
    letGoOfStop();
    expect(await stopped).toMatchObject({ confirmation: 'refused' });
    expect(server.runs[1]?.run.cancelled).toBe(false);
  });

  for (const [which, isSeen] of [
    ['that was seen at work', true],
    ['that was never seen', false],
  ] as const) {
    test(`late notices of a run ${which} leave the newer one at work that the list named first`, async () => {
      const server = await start();
      // Nobody looks at it: what is said to be over is over at once.
      const page = await openPage(server);
      onTestFinished(() => page.close());
      await page.connect();
      await expect.poll(page.connection).toBe('open');
      let letGo = server.holdSockets('notices');
      const first = server.startInBackground(id, LONG);
      if (isSeen) {
        letGo();
        await expect.poll(() => statusOf(page)).toBe('active');
        letGo = server.holdSockets('notices');
      }
      first.cancel();
      await first.ended;
      const endedAt = Date.now();
      await expect.poll(() => Date.now()).toBeGreaterThan(endedAt);
      server.startInBackground(id, LONG);
      await page.refresh();
      expect(await statusOf(page)).toBe('active');
      letGo();
      await hearNotices(server, page);
      expect(await statusOf(page)).toBe('active');
    });
  }

  test('an answer is over with its last word, though its body ends later', async () => {
    const server = await start();
    const page = await open(server);
    onTestFinished(server.holdBodies());
    await expect.poll(page.connection).toBe('open');
    server.nextRun({ words: 2, intervalMs: 10 });
    await page.send('Hi');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    expect(await page.stopOnTheWire(id)).toMatchObject({ outcome: 'idle' });
  });

  test('an answer that ends while a list is read, in which it is, is not at work again', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    await page.refresh();
    const listsAsked = (): number =>
      server.requests.filter((path) => path === 'GET /v1/conversations/active').length;
    const before = listsAsked();
    const letGoOfList = server.holdList();
    const letGo = server.holdSockets('notices');
    const finish = server.holdBodies();
    server.nextRun({ words: 60, intervalMs: 10 });
    await page.send('Hi');
    await expect.poll(page.text).not.toBe('');
    const refreshed = page.refresh();
    await expect.poll(listsAsked).toBeGreaterThan(before);
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    finish();
    letGoOfList();
    await refreshed;
    expect(await statusOf(page)).toBe('idle');
    expect(await page.stopOnTheWire(id)).toMatchObject({ outcome: 'idle' });
    letGo();
  });

  test('an answer that is over before the notice of its beginning comes is not at work again', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const letGo = server.holdSockets('notices');
    server.nextRun({ words: 2, intervalMs: 10 });
    await page.send('Hi');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    letGo(1);
    expect(await page.stopOnTheWire(id)).toMatchObject({ outcome: 'idle' });
    expect(await statusOf(page)).toBe('idle');
    letGo();
    server.startInBackground(id, { words: 500, intervalMs: 10 });
    await expect.poll(() => statusOf(page)).toBe('active');
  });

  test('two answers that are over before their notices come are not at work again', async () => {
    const server = await start();
    const page = await open(server);
    const letGo = server.holdSockets('notices');
    await sendShort(server, page);
    await sendShort(server, page);
    letGo();
    await hearNotices(server, page);
    expect(await statusOf(page)).toBe('idle');
  });

  test('notices of an answer that come while the next one is written are not about that one', async () => {
    const server = await start();
    const page = await open(server);
    const letGo = server.holdSockets('notices');
    await sendShort(server, page);
    server.nextRun({ words: 20, intervalMs: 10 });
    await page.send('And now?');
    await expect.poll(page.text).not.toBe('');
    letGo(2);
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    letGo();
    await hearNotices(server, page);
    expect(await statusOf(page)).toBe('idle');
  });

  test('trap 6: a run that slipped into the background is told as one that cannot be stopped', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    server.cutStreams();
    await expect.poll(() => server.sprung[6]).toBe(1);
    expect(await page.stop()).toMatchObject({
      confirmation: 'refused',
      message: 'The answer goes on in the background, where AGiXT cannot stop it.',
    });
    expect(await page.info()).toMatchObject({ stopping: false });
    expect(server.runs[0]?.run.cancelled).toBe(false);
  });

  test('the row of the question is no sign that an answer that was cut has ended', async () => {
    const server = await start();
    const page = await open(server);
    const letGo = server.holdSockets('rows');
    await send(server, page);
    await cutAnswer(server, page);
    const reads = await page.reads();
    letGo();
    await expect.poll(page.reads).toBeGreaterThan(reads);
    expect(await page.stop()).toMatchObject({
      confirmation: 'refused',
      message: 'The answer goes on in the background, where AGiXT cannot stop it.',
    });
  });

  test('the notice of an answer that was cut meanwhile takes nothing off the screen', async () => {
    const server = await start();
    const page = await open(server);
    const letGo = server.holdSockets('notices');
    await send(server, page);
    await cutAnswer(server, page);
    const shown = await page.text();
    letGo();
    await hearNotices(server, page);
    expect(await page.text()).toBe(shown);
    expect(await page.stop()).toMatchObject({
      confirmation: 'refused',
      message: 'The answer goes on in the background, where AGiXT cannot stop it.',
    });
  });

  test('a stop keeps its connection until it is answered, so that the run does not slip into the background', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    expect(server.sprung[6]).toBe(0);
  });

  test('trap 7: the end of an older run does not end the newer one on the screen', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    // On another worker, where the stop that the newer one asks for cannot reach it.
    const old = server.startInBackground(id, { words: 100, intervalMs: 10, onOtherWorker: true });
    await expect.poll(() => statusOf(page)).toBe('active');
    server.nextRun({ words: 500, intervalMs: 10 });
    await page.send('Hi');
    await expect.poll(page.text).not.toBe('');
    old.cancel();
    await old.ended;
    const before = (await page.text()).length;
    await expect.poll(async () => (await page.text()).length).toBeGreaterThan(before);
    expect((await page.answer()).status).toBe('streaming');
    expect(server.sprung[7]).toBe(1);
    // No list and no history that says nothing of it makes the page give it up.
    await expect.poll(page.answer).toMatchObject({ status: 'complete', error: null });
  });

  test('trap 8: an answer of which no row was kept stays on the screen, marked', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    await page.stop();
    const shown = await page.text();
    await expect.poll(() => server.sprung[8]).toBe(1);
    await page.readHistory();
    await expect.poll(page.messages).toHaveLength(2);
    expect((await page.messages()).at(-1)).toMatchObject({ status: 'stopped', text: shown });
  });

  for (const when of ['before it is read', 'after it was read'] as const) {
    test(`two questions in quick succession keep their answers when the history is held ${when}`, async () => {
      const server = await start();
      const page = await open(server);
      await expect.poll(page.connection).toBe('open');
      await page.readHistory();
      const letGo = server.holdHistory(when);
      server.nextRun({ words: 1, intervalMs: 50 });
      server.nextRun({ words: 500, intervalMs: 10 });
      await page.send('Hi');
      await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'word0 ' });
      await page.send('And now?');
      await expect.poll(page.text).toMatch(/^word0 word1 word2/);
      expect((await textsOf(page)).slice(0, 3)).toEqual(['Hi', 'word0 ', 'And now?']);
      letGo();
      await page.readHistory();
      expect((await textsOf(page)).slice(0, 3)).toEqual(['Hi', 'word0 ', 'And now?']);
      await page.stop();
      const shown = await page.text();
      await page.readHistory();
      await expect.poll(() => textsOf(page)).toEqual(['Hi', 'word0 ', 'And now?', shown]);
    });

    test(`a question that is sent before the first history is here, held ${when}, leaves the older answer in its place`, async () => {
      const server = await start();
      storeOlderAnswer(server);
      const letGo = server.holdHistory(when);
      const page = await open(server);
      await send(server, page);
      letGo();
      await page.readHistory();
      await page.stop();
      const shown = await page.text();
      await page.readHistory();
      await expect.poll(() => textsOf(page)).toEqual(['Before', 'Yes', 'Hi', shown]);
    });
  }

  test('a text that is sent while an answer runs stops that answer, and only that one', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    server.nextRun({ words: 5, intervalMs: 10 });
    const letGo = server.holdStops();
    await page.send('And now?');
    await expect.poll(() => server.requests).toContain(`POST /v1/conversation/${id}/stop`);
    letGo();
    await expect.poll(page.answer).toMatchObject({ status: 'complete', stopRecord: null });
    expect(server.runs.map(({ run }) => run.cancelled)).toEqual([true, false]);
  });

  test('a text that is sent before the first history is here stands there once while its answer streams', async () => {
    const server = await start();
    storeOlderAnswer(server);
    const letGo = server.holdHistory('before it is read');
    const page = await open(server);
    await send(server, page);
    letGo();
    await expect.poll(() => textsOf(page)).toContain('Before');
    const texts = await textsOf(page);
    expect(texts.slice(0, 3)).toEqual(['Before', 'Yes', 'Hi']);
    expect(texts).toHaveLength(4);
  });

  test('an activity row is thinking, not an answer, and Stop stays', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const activities = ['Reading', 'Reading on', 'Searching the web'];
    server.startInBackground(id, { words: 50, intervalMs: 150, activities });
    await expect.poll(async () => (await page.info())?.activity).toBe('Searching the web');
    expect(await page.isActive()).toBe(true);
    expect((await textsOf(page)).filter((text) => text !== '')).toEqual([]);
  });

  test('what an activity does in detail is thinking too, and no message after a reload', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const rows = { activities: ['Thinking.'], thoughts: ['I should look it up.'] };
    server.nextRun({ words: 2, intervalMs: 150, ...rows });
    await page.send('Hi');
    await expect.poll(async () => (await page.info())?.activity).toBe('I should look it up.');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    const reloaded = await open(server);
    await expect.poll(() => textsOf(reloaded)).toEqual(['Hi', 'word0 word1 ']);
  });

  test('a stopped answer of which no row was kept is empty after a reload, and no thought stands in its place', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    server.nextRun({ ...LONG, activities: ['Thinking.'], thoughts: ['I should look it up.'] });
    await page.send('Hi');
    await expect.poll(page.text).not.toBe('');
    await page.stop();
    const reloaded = await open(server);
    await expect.poll(reloaded.messages).toHaveLength(2);
    expect((await reloaded.messages()).at(-1)).toMatchObject({ status: 'stopped', text: '' });
  });

  test('F13: stop all confirms the answer that is read here as soon as it has ended', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    void page.stopAll();
    // Well before time is up and the list is asked.
    await expect
      .poll(page.answer, { timeout: 2_000 })
      .toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'confirmed' } });
    expect(server.runs[0]?.run.cancelled).toBe(true);
  });

  test('F13: stop all stops every conversation', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    for (const of of ['a', 'b', 'c']) server.startInBackground(of, { words: 900, intervalMs: 10 });
    await expect
      .poll(page.infos)
      .toMatchObject([{ id }, { status: 'active' }, { status: 'active' }, { status: 'active' }]);
    await page.stopAll();
    expect(server.runs.every(({ run }) => run.cancelled)).toBe(true);
    await expect
      .poll(async () => (await page.infos()).map(({ status }) => status))
      .toEqual(['idle', 'idle', 'idle', 'idle']);
  });

  test('a bad key is told in a sentence, and the state is reset', async () => {
    const server = await start();
    const page = await open({ ...server, token: 'wrong' });
    expect(await page.stopOnTheWire(id)).toMatchObject({
      outcome: 'refused',
      message: 'Please sign in again.',
    });
    expect(await page.isActive()).toBe(false);
  });
}
