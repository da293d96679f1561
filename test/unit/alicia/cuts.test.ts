import { aliciaBackend, type Channel } from 'stopkit/alicia';
import { createDispatcher, encodeFromServer } from 'stopkit/alicia/server';
import { createConversations } from 'stopkit/core';
import { createRuns } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLine } from '../../servers/alicia/createLine.js';
import { createModel } from '../../servers/alicia/startDispatcher.js';

const ROOM = 'conv_7H93k';
let leaves: (() => unknown)[] = [];
afterEach(async () => {
  for (const leave of leaves) await leave();
  leaves = [];
  vi.useRealTimers();
});

/** A page that has the conversation open on this line. */
function openPage(channel: Channel) {
  const conversations = createConversations({
    backend: aliciaBackend({ channel, conversationId: ROOM }),
  });
  const leave = conversations.connect();
  leaves.push(leave);
  const { answer } = conversations.conversation(ROOM);
  return { answer, leave, shown: () => answer.getSnapshot() };
}

/** The kit's own server, without a socket. */
function startServer(length: number) {
  const model = createModel();
  model.length = length;
  const runs = createRuns({ authorize: () => ({ userId: 'ann' }) });
  const dispatcher = createDispatcher({
    runs,
    conversationId: ROOM,
    userId: 'ann',
    answer: (request) => model.answer(request),
  });
  leaves.push(
    () => dispatcher.close(),
    () => runs.close(),
  );
  return {
    connect: dispatcher.connect,
    async speak(times = 1): Promise<void> {
      for (let time = 0; time < times; time += 1) {
        await expect.poll(() => model.isHeld()).toBe(true);
        model.speak();
      }
    },
    isOver: async () => (await runs.active('ann')).length === 0,
  };
}

describe('with the kit’s own server', () => {
  test('a second cut in the middle of what is said again loses nothing', async () => {
    const server = startServer(4);
    const line = createLine(server.connect);
    const { answer, shown } = openPage(line.page);
    line.connect();
    void answer.start('Why?');
    await server.speak();
    await expect.poll(() => shown().text).toBe('Sentence 1.');
    line.cut();
    await server.speak(3);
    await expect.poll(server.isOver).toBe(true);
    line.connect({ packets: 1 });
    line.cut();
    line.connect();
    await expect.poll(() => shown().status).toBe('complete');
    expect(shown().text).toBe('Sentence 1. Sentence 2. Sentence 3. Sentence 4.');
  });

  test('who comes second to a server that was restarted still gets what a cut swallowed', async () => {
    const before = startServer(8);
    let connect = before.connect;
    const lines = [0, 1].map(() => createLine((channel) => connect(channel)));
    const pages = lines.map((line) => openPage(line.page));
    for (const line of lines) line.connect();
    void pages[0]?.answer.start('Why?');
    await before.speak(8);
    for (const { shown } of pages) await expect.poll(() => shown().status).toBe('complete');
    for (const line of lines) line.cut();

    const after = startServer(4);
    connect = after.connect;
    for (const line of lines) line.connect();
    const [line, page] = [lines[1], pages[1]];
    void page?.answer.start('And now?');
    await after.speak();
    await expect.poll(() => page?.shown().text).toBe('Sentence 1.');
    line?.cut();
    await after.speak(3);
    await expect.poll(after.isOver).toBe(true);
    line?.connect();
    await expect.poll(() => page?.shown().status).toBe('complete');
    expect(page?.shown().text).toBe('Sentence 1. Sentence 2. Sentence 3. Sentence 4.');
  });

  test('a packet that the server cannot answer is logged, and throws nothing at whoever carries it', () => {
    const warnings: string[] = [];
    const dispatcher = createDispatcher({
      runs: createRuns({ authorize: () => null }),
      // A mistake: in a conversation without a name nothing can be said.
      conversationId: '',
      userId: 'ann',
      async *answer() {},
      logger: {
        info: () => undefined,
        warn: (_, message) => warnings.push(message),
      },
    });
    const line = createLine(dispatcher.connect);
    openPage(line.page);
    line.connect();
    expect(line.said('Configuration')).toHaveLength(1);
    expect(warnings).toEqual(['stopkit: a packet could not be answered']);
  });

  test('a client to whom nothing can be sent ends neither the server nor the answers of others', async () => {
    const server = startServer(1);
    leaves.push(
      server.connect({
        send: () => Promise.reject(new Error('The participant has left.')),
        subscribe: () => () => undefined,
      }),
    );
    const line = createLine(server.connect);
    const { answer } = openPage(line.page);
    line.connect();
    const settled = answer.start('Why?');
    await server.speak();
    expect(await settled).toMatchObject({ status: 'complete', text: 'Sentence 1.' });
  });
});

describe('with a server that says nothing by itself', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  /** A page whose text was sent; its answer has no name yet. */
  async function asking() {
    const line = createLine();
    const page = openPage(line.page);
    line.connect();
    void page.answer.start('Why?');
    await vi.advanceTimersByTimeAsync(50);
    expect(line.said('UserMessage')).toHaveLength(1);
    return { line, ...page };
  }

  test('a stop pressed just before a short cut is said again', async () => {
    const { line, answer } = await asking();
    void answer.stop();
    await vi.advanceTimersByTimeAsync(50);
    line.cut();
    await vi.advanceTimersByTimeAsync(3_000);
    line.connect();
    expect(line.said('ControlStop')).toHaveLength(2);
  });

  test('a stop that nobody waits for any more does not stop what others ask after a long cut', async () => {
    const { line, answer, shown } = await asking();
    void answer.stop();
    await vi.advanceTimersByTimeAsync(50);
    line.cut();
    await vi.advanceTimersByTimeAsync(6_000);
    line.connect();
    expect(line.said('ControlStop')).toHaveLength(1);
    expect(shown().stopRecord?.confirmation).toBe('unconfirmed');
  });

  test('a stop that could not be sent says so at once, and does not go out later', async () => {
    const { line, answer } = await asking();
    line.isClosing = true;
    const record = answer.stop();
    await vi.advanceTimersByTimeAsync(50);
    expect(await record).toMatchObject({ confirmation: 'unconfirmed' });
    line.isClosing = false;
    line.cut();
    line.connect();
    expect(line.said('ControlStop')).toEqual([]);
  });

  test('a text stopped while the line is down was never sent, and the stop says so', async () => {
    const line = createLine();
    const { answer } = openPage(line.page);
    void answer.start('Why?');
    await vi.advanceTimersByTimeAsync(50);
    expect(await answer.stop()).toMatchObject({ confirmation: 'not-asked', unsent: true });
    line.connect();
    await vi.advanceTimersByTimeAsync(50);
    expect(line.said('UserMessage')).toEqual([]);
    expect(line.said('ControlStop')).toEqual([]);
  });

  /** Says the second sentence and those after it, so many, without the first. */
  function sayWithoutTheFirst(line: ReturnType<typeof createLine>, sentences: number): void {
    for (let sequence = 2; sequence < sentences + 2; sequence += 1) {
      line.server.send(
        encodeFromServer({
          name: 'AssistantSentence',
          stanzaId: -sequence,
          conversationId: ROOM,
          body: { previousId: 'msg_a', conversationId: ROOM, sequence, text: 'On.' },
        }),
      );
    }
  }
  function begin(line: ReturnType<typeof createLine>, previousId: string): void {
    line.server.send(
      encodeFromServer({
        name: 'StartAnswer',
        stanzaId: -1,
        conversationId: ROOM,
        body: { id: 'msg_a', previousId, conversationId: ROOM },
      }),
    );
  }

  test('one timer waits for a lost sentence, however many come after it', async () => {
    const { line, shown } = await asking();
    begin(line, shown().runId ?? '');
    await vi.advanceTimersByTimeAsync(50);
    const before = vi.getTimerCount();
    sayWithoutTheFirst(line, 50);
    expect(vi.getTimerCount()).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(shown()).toMatchObject({ status: 'error', error: { code: 'interrupted' } });
    expect(shown().text).toContain('On.');
  });

  test('while the line is down no sentence is given up, and after it all the time is left again', async () => {
    const { line, shown } = await asking();
    begin(line, shown().runId ?? '');
    sayWithoutTheFirst(line, 3);
    line.cut();
    await vi.advanceTimersByTimeAsync(63_000);
    line.connect();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(shown().status).toBe('connecting');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(shown().error?.code).toBe('interrupted');
  });

  test('a page that has gone leaves no timer behind', async () => {
    const { line, leave, shown } = await asking();
    begin(line, shown().runId ?? '');
    sayWithoutTheFirst(line, 3);
    leave();
    // What is shown of the last words is over by then; the wait for a lost one would not be.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an error that calls the text by its number ends the wait', async () => {
    const { line, shown } = await asking();
    const [sent] = line.said('UserMessage');
    line.server.send(
      encodeFromServer({
        name: 'ErrorMessage',
        stanzaId: -1,
        conversationId: ROOM,
        body: {
          id: 'err_1',
          conversationId: ROOM,
          code: 500,
          message: 'Not today.',
          severity: 2,
          recoverable: false,
          originatingId: String(sent?.stanzaId),
        },
      }),
    );
    await vi.advanceTimersByTimeAsync(50);
    expect(shown()).toMatchObject({ status: 'error', error: { message: 'Not today.' } });
  });

  test('a voice that could not be silenced leaves the stop of its text as it is', async () => {
    const { line, answer, shown } = await asking();
    begin(line, shown().runId ?? '');
    await vi.advanceTimersByTimeAsync(50);
    void answer.stop({ scope: 'speech' });
    await vi.advanceTimersByTimeAsync(50);
    void answer.stop();
    await vi.advanceTimersByTimeAsync(50);
    const [voice, text] = line.said('ControlStop').map(({ stanzaId }) => stanzaId);
    for (const [acknowledgedStanzaId, success] of [
      [text ?? 0, true],
      [voice ?? 0, false],
    ] as const) {
      line.server.send(
        encodeFromServer({
          name: 'Acknowledgement',
          stanzaId: 0,
          conversationId: ROOM,
          body: { conversationId: ROOM, acknowledgedStanzaId, success },
        }),
      );
      await vi.advanceTimersByTimeAsync(50);
    }
    line.server.send(
      encodeFromServer({
        name: 'AssistantSentence',
        stanzaId: -3,
        conversationId: ROOM,
        body: {
          previousId: 'msg_a',
          conversationId: ROOM,
          sequence: 1,
          text: 'Over.',
          isFinal: true,
        },
      }),
    );
    await vi.advanceTimersByTimeAsync(50);
    expect(shown().stopRecord?.confirmation).toBe('confirmed');
  });
});
