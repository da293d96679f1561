import { expect, onTestFinished, test } from 'vitest';
import { heldScript, words } from '../../servers/dispatch/script.js';
import {
  type DispatchServer,
  startDispatchServer,
} from '../../servers/dispatch/startDispatchServer.js';
import type { Driver } from './openDriver.js';

const id = 'c1';

const statusOf = async (page: Driver) => (await page.info())?.status;
const textsOf = async (page: Driver) => (await page.messages()).map(({ text }) => text);

/** Opens a page somewhere; it is not connected yet. */
export type OpenDispatch = (
  server: Pick<DispatchServer, 'baseUrl' | 'socketUrl'>,
) => Promise<Driver>;

async function start(): Promise<DispatchServer> {
  const server = await startDispatchServer();
  onTestFinished(server.close);
  return server;
}

async function send(server: DispatchServer, page: Driver) {
  const held = heldScript();
  server.nextTurn(held.script);
  await expect.poll(page.connection).toBe('open');
  await page.send('Hi');
  held.say({ type: 'text', delta: 'Hello' });
  await expect.poll(page.text).toBe('Hello');
  return held;
}

/** The contract of `stopkit/dispatch`, wherever its page lives. */
export function describeDispatch(openPage: OpenDispatch): void {
  async function open(server: DispatchServer, how?: 'list only'): Promise<Driver> {
    const page = await openPage(server);
    onTestFinished(() => page.close());
    // What is watched is read when the connection opens, which may be before the next call gets through.
    if (how === undefined) await page.watch();
    await page.connect();
    return page;
  }

  test('a sent text streams, completes, and is read once', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    const before = await page.reads();
    held.end();
    await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'Hello' });
    await expect.poll(() => statusOf(page)).toBe('idle');
    await expect.poll(() => textsOf(page)).toEqual(['Hi', 'Hello']);
    expect(await page.reads()).toBe(before + 1);
  });

  test('a stop of speech, of which there is none, lets the answer go on and asks nothing of the server', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    const before = server.requests.length;
    expect(await page.stop({ scope: 'speech' })).toMatchObject({
      confirmation: 'already-finished',
      message: 'Nothing is spoken here.',
    });
    held.say({ type: 'text', delta: ' world' });
    held.end();
    await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'Hello world' });
    expect(server.requests.slice(before).filter((path) => /stop/.test(path))).toEqual([]);
  });

  test('trap 1: while the provider says nothing the stop is told to be on its way, and confirmed at done', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    const record = await page.stop();
    // Time is up, and the truth is still that it was accepted.
    expect(record).toMatchObject({ confirmation: 'accepted' });
    expect(await page.info()).toMatchObject({ stopping: true });
    held.say({ type: 'text', delta: ' world' });
    await expect.poll(page.answer).toMatchObject({
      status: 'stopped',
      text: 'Hello',
      stopRecord: { confirmation: 'confirmed', by: 'user' },
    });
    expect(server.sprung[1]).toBe(1);
  });

  test('an abort that is noticed at once is confirmed in time', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    expect(server.sprung[1]).toBe(0);
  });

  test('trap 2: a queued message that a stop releases as a new turn is stopped as well', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    await send(server, page);
    await fetch(`${server.baseUrl}/conversations/${id}/queue`, {
      method: 'POST',
      body: JSON.stringify({ text: 'And then?' }),
    });
    await page.stop();
    await expect.poll(() => server.sprung[2]).toBe(1);
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
  });

  for (const away of ['is cut off', 'is hidden']) {
    /** Presses Stop; the abort is noticed while the page hears nothing. */
    async function stopUnheard(server: DispatchServer) {
      const page = await open(server);
      const held = await send(server, page);
      const stopped = page.stop();
      await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
      server.refusesSockets = true;
      if (away === 'is hidden') await page.close();
      server.cutSockets();
      await expect.poll(server.sockets).toBe(0);
      held.say({ type: 'text', delta: ' world' });
      await expect.poll(() => server.conversation(id).storedStatus).toBe('idle');
      const comeBack = async () => {
        server.refusesSockets = false;
        if (away === 'is hidden') {
          await page.watch();
          await page.connect();
        }
        await expect.poll(page.connection).toBe('open');
      };
      return { page, stopped, comeBack };
    }

    const startElsewhere = (server: DispatchServer, page: Driver) => {
      const asked = server.requests.length;
      const phone = heldScript();
      server.nextTurn(phone.script);
      const turn = server.conversation(id).start('From the phone');
      phone.say({ type: 'text', delta: 'Of course' });
      return async () => {
        await expect.poll(page.text).toBe('Of course');
        await page.readHistory();
        phone.end();
        await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'Of course' });
        expect(turn?.controller.signal.aborted).toBe(false);
        expect(server.requests.slice(asked).filter((line) => line.endsWith('/stop'))).toEqual([]);
      };
    };

    test(`a page that ${away} while its stop ends a turn leaves a later turn from another device alone`, async () => {
      const server = await start();
      const { page, stopped, comeBack } = await stopUnheard(server);
      await comeBack();
      await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
      await stopped;
      await startElsewhere(server, page)();
    });

    test(`a page that ${away} leaves the turn alone that another device began meanwhile`, async () => {
      const server = await start();
      const { page, comeBack } = await stopUnheard(server);
      const expectItsEnd = startElsewhere(server, page);
      await expect.poll(() => server.conversation(id).storedStatus).toBe('active');
      await comeBack();
      await expectItsEnd();
    });

    test(`a page that ${away} while its stop ends a turn sends the next text`, async () => {
      const server = await start();
      const { page, comeBack } = await stopUnheard(server);
      await comeBack();
      await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
      server.nextTurn(words(2, 5));
      await page.send('And now?');
      await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'word0 word1 ' });
    });
  }

  test('trap 2: a queued message that a stop releases after a cut is stopped as well', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    void page.stop();
    await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
    const replays = server.sprung[7];
    server.cutSockets();
    await expect.poll(() => server.sprung[7]).toBeGreaterThan(replays);
    server.traps[1] = false;
    await fetch(`${server.baseUrl}/conversations/${id}/queue`, {
      method: 'POST',
      body: JSON.stringify({ text: 'And then?' }),
    });
    held.say({ type: 'text', delta: ' world' });
    await expect.poll(() => server.sprung[2]).toBe(1);
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    await expect.poll(page.info).toMatchObject({ status: 'idle', stopping: false });
  });

  test('trap 3: tool calls that were not stored stay on the screen as cancelled', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    const held = await send(server, page);
    held.say({ type: 'tool-call', id: 't1', name: 'search', input: { q: 'x' } });
    await expect.poll(async () => (await page.answer()).parts).toHaveLength(2);
    await page.stop();
    await expect.poll(() => statusOf(page)).toBe('idle');
    expect(server.sprung[3]).toBe(1);
    await expect.poll(page.messages).toHaveLength(2);
    const parts = (await page.messages()).at(-1)?.parts;
    expect(parts).toMatchObject([{ type: 'text' }, { type: 'tool-call', state: 'cancelled' }]);
  });

  test('trap 4: a turn that throws ends in an error, and nothing spins on', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    held.fail('the model is on fire');
    await expect.poll(page.answer).toMatchObject({
      status: 'error',
      text: 'Hello',
      error: { message: 'the model is on fire' },
    });
    await expect.poll(() => statusOf(page)).toBe('idle');
    expect(server.sprung[4]).toBe(1);
  });

  test('trap 4: an answer that failed before its first word does not take the words of the next one', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const held = heldScript();
    server.nextTurn(held.script);
    await page.send('One?');
    const { chunks } = server.conversation(id);
    await expect.poll(() => chunks).toHaveLength(1);
    chunks.push({ seq: 2, role: 'assistant', chunk: { type: 'error', message: 'overloaded' } });
    held.fail('overloaded');
    await expect.poll(page.answer).toMatchObject({ status: 'error' });
    await expect.poll(() => statusOf(page)).toBe('idle');
    server.nextTurn(words(2, 5));
    await page.send('Two?');
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
    await page.readHistory();
    const shown = (await page.messages()).map(({ status, text }) => `${status}: ${text}`);
    expect(shown).toEqual([
      'complete: One?',
      'error: ',
      'complete: Two?',
      'complete: word0 word1 ',
    ]);
  });

  test('trap 5: a stop in the pause before a retry is confirmed at once', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    held.say({ type: 'retry', attempt: 1, delayMs: 60_000, message: 'Trying again in a minute' });
    await expect.poll(async () => (await page.info())?.activity).toBe('Trying again in a minute');
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    expect(server.sprung[5]).toBe(1);
  });

  test('trap 6: a stop that came too late is told as such, and the history is read again', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    // The turn ends while nothing reaches the page.
    server.cutSockets();
    held.end();
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    const record = await page.stop();
    expect(record).toMatchObject({ confirmation: 'already-finished' });
    expect(server.sprung[6]).toBe(1);
    await expect.poll(page.messages).toHaveLength(2);
  });

  test('trap 7: a page that comes late has the whole turn, and can stop it', async () => {
    const server = await start();
    const first = await open(server);
    const held = await send(server, first);
    const second = await open(server);
    await expect.poll(second.text).toBe('Hello');
    expect(server.sprung[7]).toBeGreaterThan(0);
    held.say({ type: 'text', delta: ' world' });
    await expect.poll(second.text).toBe('Hello world');
    void second.stop();
    await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
    held.say({ type: 'text', delta: '!' });
    await expect.poll(async () => (await first.answer()).status).toBe('stopped');
    expect((await first.answer()).stopRecord?.by).toBe('remote');
    await expect
      .poll(async () => (await second.answer()).stopRecord?.confirmation)
      .toBe('confirmed');
    expect((await second.messages()).filter(({ role }) => role === 'assistant')).toHaveLength(1);
  });

  test('after a cut the repeated turn takes the place of what was shown, and nothing is doubled', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    server.cutSockets();
    await expect.poll(page.connection).not.toBe('open');
    expect(await page.answer()).toMatchObject({ status: 'streaming', text: 'Hello' });
    held.say({ type: 'text', delta: ' world' });
    await expect.poll(page.text).toBe('Hello world');
    held.end();
    await expect.poll(async () => (await page.answer()).status).toBe('complete');
    expect(await page.text()).toBe('Hello world');
  });

  test('trap 8: a page that leaves does not stop the turn', async () => {
    const server = await start();
    const page = await open(server);
    await send(server, page);
    await page.close();
    await expect.poll(() => server.sprung[8]).toBeGreaterThan(0);
    expect(server.conversation(id).activeTurn()).not.toBeNull();
    expect(server.requests.filter((line) => line.endsWith('/stop'))).toEqual([]);
  });

  test('a conversation that is compacted while nobody listens is read anew', async () => {
    const server = await start();
    const page = await open(server);
    const { chunks } = server.conversation(id);
    chunks.push({ seq: 1, role: 'user', chunk: { type: 'text', text: 'Hi' } });
    chunks.push({ seq: 2, role: 'assistant', chunk: { type: 'text', text: 'Hello' } });
    await expect.poll(page.connection).toBe('open');
    server.open(id);
    await expect.poll(() => textsOf(page)).toEqual(['Hi', 'Hello']);
    await page.close();
    await expect.poll(server.sockets).toBe(0);
    server.compact(id, 'They said hello.');
    await page.watch();
    await page.connect();
    await expect.poll(() => textsOf(page)).toEqual(['They said hello.']);
  });

  test('a conversation that is compacted while it is read is read anew', async () => {
    const server = await start();
    const page = await open(server, 'list only');
    const { chunks } = server.conversation(id);
    chunks.push({ seq: 1, role: 'user', chunk: { type: 'text', text: 'Hi' } });
    chunks.push({ seq: 2, role: 'assistant', chunk: { type: 'text', text: 'Hello' } });
    await expect.poll(page.connection).toBe('open');
    const send = server.holdHistory('after it was read');
    const reading = page.readHistory();
    await expect.poll(() => server.requests).toContain(`GET /conversations/${id}`);
    server.compact(id, 'They said hello.');
    send();
    await reading;
    await expect.poll(() => textsOf(page)).toEqual(['They said hello.']);
  });

  test('trap 9: a page that only lists learns the end from the status, without done', async () => {
    const server = await start();
    const list = await open(server, 'list only');
    await expect.poll(list.connection).toBe('open');
    const page = await open(server);
    const held = await send(server, page);
    await expect.poll(() => statusOf(list)).toBe('active');
    held.end();
    await expect.poll(() => statusOf(list)).toBe('idle');
    expect(server.sprung[9]).toBeGreaterThan(0);
  });

  test('A4: a stop before the turn has begun is kept until it has, and stops it', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    server.nextTurn(words(50, 20));
    await page.send('Hi');
    await page.stop();
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    await expect.poll(async () => (await page.answer()).status).toBe('stopped');
  });

  test('rule 4: a new text waits for the stop that is out and is not hit by it', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    void page.stop();
    await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
    server.nextTurn(words(3, 5));
    await page.send('And now?');
    expect((await page.answer()).status).toBe('connecting');
    held.say({ type: 'text', delta: '!' });
    await expect
      .poll(page.answer)
      .toMatchObject({ status: 'complete', text: 'word0 word1 word2 ' });
  });

  test('a stop is confirmed when its turn ends, though the next text was sent before', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'accepted' });
    server.nextTurn(words(2, 5));
    await page.send('And now?');
    held.say({ type: 'text', delta: '!' });
    await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'word0 word1 ' });
    expect((await page.messages())[1]).toMatchObject({
      status: 'stopped',
      text: 'Hello',
      stopRecord: { confirmation: 'confirmed' },
    });
  });

  test('a text that is sent before the first history is here stands there once while its answer streams', async () => {
    const server = await start();
    server.nextTurn(words(1, 1));
    server.conversation(id).start('Before');
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    const letGo = server.holdHistory('before it is read');
    const page = await open(server);
    await send(server, page);
    letGo();
    await expect.poll(() => textsOf(page)).toContain('Before');
    expect(await textsOf(page)).toEqual(['Before', 'word0 ', 'Hi', 'Hello']);
  });

  for (const when of ['before it is read', 'after it was read'] as const) {
    test(`two questions in quick succession keep their answers when the history is held ${when}`, async () => {
      const server = await start();
      const page = await open(server);
      await expect.poll(page.connection).toBe('open');
      await page.readHistory();
      const first = await send(server, page);
      const second = heldScript();
      server.nextTurn(second.script);
      const letGo = server.holdHistory(when);
      const before = await page.reads();
      first.end();
      await expect.poll(page.answer).toMatchObject({ status: 'complete' });
      await expect.poll(page.reads).toBe(before + 1);
      await page.send('And now?');
      second.say({ type: 'text', delta: 'Bye' });
      await expect.poll(page.text).toBe('Bye');
      letGo();
      await page.readHistory();
      expect(await textsOf(page)).toEqual(['Hi', 'Hello', 'And now?', 'Bye']);
      second.end();
      await expect.poll(page.answer).toMatchObject({ status: 'complete' });
      await page.readHistory();
      expect(await textsOf(page)).toEqual(['Hi', 'Hello', 'And now?', 'Bye']);
    });

    test(`a question that is sent before the first history is here, held ${when}, leaves the older answer in its place`, async () => {
      const server = await start();
      server.nextTurn(words(1, 1));
      server.conversation(id).start('Before');
      await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
      const letGo = server.holdHistory(when);
      const page = await open(server);
      const held = await send(server, page);
      letGo();
      await page.readHistory();
      held.end();
      await expect.poll(page.answer).toMatchObject({ status: 'complete' });
      await page.readHistory();
      expect(await textsOf(page)).toEqual(['Before', 'word0 ', 'Hi', 'Hello']);
    });
  }

  test('a text that is sent while an answer runs stops that answer, and only that one', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    server.nextTurn(words(2, 5));
    await page.send('And now?');
    await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
    held.say({ type: 'text', delta: '!' });
    await expect
      .poll(page.answer)
      .toMatchObject({ status: 'complete', text: 'word0 word1 ', stopRecord: null });
    expect((await page.messages())[1]).toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'replaced', confirmation: 'confirmed' },
    });
  });

  test('a text that is sent while a late word still calls the turn before running is answered whole', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    server.announce(id, 'active');
    await expect.poll(async () => (await page.info())?.status).toBe('active');
    const held = await send(server, page);
    held.say({ type: 'text', delta: ' world' });
    held.end();
    await expect
      .poll(page.answer)
      .toMatchObject({ status: 'complete', text: 'Hello world', stopRecord: null });
    expect(await textsOf(page)).toEqual(['Hi', 'Hello world']);
  });

  test('a text that is sent while a turn runs of which no word was heard stops that turn, and only that one', async () => {
    const server = await start();
    const theirs = heldScript();
    server.nextTurn(theirs.script);
    server.conversation(id).start('Theirs');
    await expect.poll(() => server.conversation(id).storedStatus).toBe('active');
    const page = await open(server, 'list only');
    await expect.poll(async () => (await page.info())?.status).toBe('active');
    const held = heldScript();
    server.nextTurn(held.script);
    await page.send('Hi');
    await expect.poll(() => server.requests).toContain(`POST /conversations/${id}/stop`);
    theirs.say({ type: 'text', delta: '!' });
    held.say({ type: 'text', delta: 'Hello' });
    held.say({ type: 'text', delta: ' world' });
    held.end();
    await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'Hello world' });
    await page.readHistory();
    expect(await textsOf(page)).toEqual(['Theirs', 'Hi', 'Hello world']);
  });

  test('rule 4: a retry for a turn that is over never leaves the page', async () => {
    const server = await start();
    const page = await open(server);
    const held = await send(server, page);
    server.failWith = 503;
    await page.stop();
    expect((await page.answer()).stopRecord?.confirmation).toBe('unconfirmed');
    server.failWith = null;
    held.end();
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    const asked = server.requests.length;
    await page.retryStop();
    expect(server.requests.slice(asked).filter((line) => line.endsWith('/stop'))).toEqual([]);
  });

  test('a status word nobody knows can be stopped', async () => {
    const server = await start();
    const page = await open(server, 'list only');
    await expect.poll(page.connection).toBe('open');
    server.conversation(id).storedStatus = 'warming-up';
    server.announce(id, 'warming-up');
    await expect.poll(() => statusOf(page)).toBe('warming-up');
    expect(await page.isActive()).toBe(true);
  });

  test('a stop leaves the conversation open: it becomes idle, never closed', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    await send(server, page);
    expect(await page.stop()).toMatchObject({ confirmation: 'confirmed' });
    await expect.poll(() => statusOf(page)).toBe('idle');
    expect(server.said.filter((line) => line.endsWith('closed'))).toEqual([]);
  });

  test('a conversation that somebody closes stays closed, has nothing more to stop, and its text stays', async () => {
    const server = await start();
    server.traps[1] = false;
    const page = await open(server);
    await send(server, page);
    await fetch(`${server.baseUrl}/conversations/${id}/close`, { method: 'POST' });
    await expect.poll(() => server.conversation(id).activeTurn()).toBeNull();
    await expect.poll(page.isActive).toBe(false);
    // The end of its turn says "idle", and does not open it again.
    await expect.poll(() => server.said.at(-1)).toBe(`${id} idle`);
    await expect.poll(() => statusOf(page)).toBe('closed');
    expect(await page.text()).toBe('Hello');
    expect(await page.stop()).toBeNull();
  });

  test('a conversation that somebody opens elsewhere is read again', async () => {
    const server = await start();
    const page = await open(server);
    await expect.poll(page.connection).toBe('open');
    const before = await page.reads();
    server.open(id);
    await expect.poll(page.reads).toBe(before + 1);
  });
}
