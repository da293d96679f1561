import {
  type BackendEvent,
  createConversations,
  GenerationError,
  type ListedConversation,
  mergeMessages,
  type Message,
  type Snapshot,
  storedQuestion,
} from 'stopkit/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { scriptedBackend, stored } from './scriptedBackend.js';

const id = 'c1';

function open(without: readonly ('list' | 'history')[] = [], continues?: 'prefill') {
  const backend = scriptedBackend(without);
  if (continues !== undefined) backend.send.continues = continues;
  let history: readonly Message[] = [];
  const told: Snapshot[] = [];
  const learned: BackendEvent[] = [];
  const conversations = createConversations({
    backend,
    confirmWithinMs: 200,
    onStopRecord: (_of, snapshot) => told.push(snapshot),
    onLearned: (event) => learned.push(event),
    onHistoryDue: (of) => {
      const read = (messages: readonly Message[]): void => {
        history = messages;
      };
      conversations.readHistory(of).then(read, () => undefined);
    },
  });
  conversations.connect();
  const conversation = conversations.conversation(id);
  return {
    backend,
    conversations,
    conversation,
    info: () => conversations.getSnapshot().conversations.get(id),
    texts: () =>
      mergeMessages(history, conversation.getTurns()).map(({ snapshot }) => snapshot.text),
    say: backend.say,
    told,
    learned,
  };
}

/** From now on time passes only as the test says. */
function passTime(): (ms: number) => Promise<unknown> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return (ms) => vi.advanceTimersByTimeAsync(ms);
}

test('a listener of the conversations that throws does not keep the others from hearing', () => {
  const onError = vi.fn();
  vi.stubGlobal('reportError', onError);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { conversations, say } = open();
  const heard = vi.fn();
  const leave = conversations.subscribe(() => {
    throw new Error('mine');
  });
  onTestFinished(leave);
  conversations.subscribe(heard);
  say({ type: 'status', conversationId: id, status: 'active' });
  expect(heard).toHaveBeenCalled();
  expect(onError).toHaveBeenCalledWith(new Error('mine'));
});

test('an answer that still speaks is not over because a list, or a word about another run, says so', async () => {
  const pass = passTime();
  const { backend, conversations, conversation, say } = open();
  void conversation.answer.start('Hi?');
  await pass(20);
  for (let second = 0; second < 10; second += 1) {
    backend.send.text('word ');
    await pass(500);
    say({ type: 'status', conversationId: id, status: 'idle' });
    await conversations.refresh();
    await pass(500);
  }
  expect(conversation.answer.getSnapshot()).toMatchObject({
    status: 'streaming',
    text: 'word '.repeat(10),
  });
});

test('a text that is sent in the tick of a stop comes behind the question and the answer before it', async () => {
  const { backend, conversations, conversation, texts } = open();
  await conversations.readHistory(id);
  void conversation.answer.start('One?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('One.');
  await expect.poll(texts).toEqual(['One?', 'One.']);
  void conversation.answer.stop();
  void conversation.answer.start('Two?');
  await expect.poll(() => backend.send.requests).toHaveLength(2);
  backend.send.text('Two.');
  await expect.poll(texts).toEqual(['One?', 'One.', 'Two?', 'Two.']);
});

test('an answer that a late list called running, and of which nothing was heard, leaves nothing behind a text that is sent', async () => {
  const { backend, conversation, texts, say } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stops[0]?.answer({ outcome: 'idle' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Hello');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
  backend.stored.set(id, [
    stored('q0', 'user', 'Before?'),
    stored('a0', 'assistant', 'Before.'),
    storedQuestion('q1', 'Hi?', conversation.answer.getSnapshot().runId),
  ]);
  say({ type: 'changed', conversationId: id });
  await expect.poll(texts).toEqual(['Before?', 'Before.', 'Hi?', 'Hello']);
});

test('rule 4: a text that is sent over a turn that runs leaves when the stop of that turn was answered, which may name none', async () => {
  const { backend, conversation, say } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.stops).toHaveLength(1);
  expect(backend.stops[0]?.request.turnId).toBeUndefined();
  // A third takes the place of the second, which never left.
  void conversation.answer.start('Or rather?');
  expect(backend.send.requests).toHaveLength(0);
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  expect(backend.send.requests[0]?.input.text).toBe('Or rather?');
  expect(backend.stops).toHaveLength(1);
});

test('rule 4: a text that has not left yet takes no words of the turn it waits for', async () => {
  const { backend, conversation, say } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.stops).toHaveLength(1);
  const theirs = { type: 'stream', conversationId: id, turnId: 't1' } as const;
  say({ ...theirs, event: { type: 'text', delta: 'Theirs' } });
  say({ ...theirs, event: { type: 'done', outcome: 'stopped' } });
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Mine');
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({ status: 'streaming', text: 'Mine' });
});

test('rule 4: what is said of the turn it waits for is not said of a text that has not left', async () => {
  const pass = passTime();
  const { backend, conversations, conversation, say } = open();
  void conversation.answer.start('One?');
  await pass(20);
  backend.send.text('One.');
  await pass(20);
  void conversation.answer.start('Two?');
  await pass(20);
  say({ type: 'status', conversationId: id, status: 'active' });
  say({ type: 'status', conversationId: id, status: 'idle' });
  await conversations.refresh();
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await pass(20);
  expect(backend.send.requests).toHaveLength(2);
  // Were it taken for over, the history would be read for its end by now, and again, and it be given up.
  await pass(10_000);
  backend.send.text('Two.');
  await pass(20);
  expect(conversation.answer.getSnapshot()).toMatchObject({ status: 'streaming', text: 'Two.' });
  expect(backend.asked.history).toBe(0);
});

test('rule 2: a stop that nobody answers holds the next text no longer than its limit', async () => {
  const { backend, conversation, say } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  expect(backend.stops).toHaveLength(1);
});

test('an answer that another takes the place of is confirmed by its end, also when that is heard before its stop is answered', async () => {
  const { backend, conversation, say } = open();
  void conversation.answer.start('One?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.say({ type: 'start', runId: 't1' }, { type: 'text', delta: 'One.' });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One.');
  void conversation.answer.start('Two?');
  await expect.poll(() => backend.stops).toHaveLength(1);
  expect(backend.send.requests).toHaveLength(1);
  const ended = { type: 'done', outcome: 'stopped' } as const;
  say({ type: 'stream', conversationId: id, turnId: 't1', event: ended });
  say({ type: 'settled', conversationId: id, turnId: 't1', outcome: 'complete' });
  backend.stops[0]?.answer({ outcome: 'stopping' });
  await expect
    .poll(() => conversation.getTurns()[0]?.snapshot)
    .toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'replaced', confirmation: 'confirmed' },
    });
});

test('Continue goes on with the same message, whatever the list and the history call it meanwhile', async () => {
  const { backend, conversations, conversation, texts, info, say } = open([], 'prefill');
  const ids = () => conversation.getTurns().map((turn) => turn.id);
  const stopAfter = async (text: string): Promise<string> => {
    backend.send.text(text);
    await expect.poll(() => conversation.answer.getSnapshot().text).toContain(text);
    const stopped = conversation.answer.stop();
    backend.stops.at(-1)?.answer({ outcome: 'stopped' });
    await expect.poll(() => backend.stops.length).toBe(backend.send.requests.length);
    backend.stops.at(-1)?.answer({ outcome: 'stopped' });
    await stopped;
    return conversation.answer.getSnapshot().runId ?? '';
  };
  const goOn = async (): Promise<void> => {
    const { length } = backend.send.requests;
    void conversation.answer.continueAnswer();
    await expect.poll(() => backend.send.requests).toHaveLength(length + 1);
    expect(backend.send.requests[length]).toMatchObject({
      mode: 'continue',
      input: { text: 'Hi?' },
    });
  };
  await conversations.readHistory(id);
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  const first = await stopAfter('One');
  backend.stored.set(id, [stored('q1', 'user', 'Hi?'), stored(first, 'assistant', 'One')]);
  say({ type: 'changed', conversationId: id });
  await expect.poll(() => backend.asked.history).toBeGreaterThan(1);

  await goOn();
  expect(info()).toMatchObject({ status: 'active' });
  const second = conversation.answer.getSnapshot().runId ?? '';
  backend.rows = [{ id, status: 'active', turnId: second }];
  await conversations.refresh();
  await stopAfter(' two');
  expect(texts()).toEqual(['Hi?', 'One two']);
  // Some store each piece by itself, others call the whole by its last run.
  const pieces = [stored(first, 'assistant', 'One'), stored(second, 'assistant', ' two')];
  for (const answers of [pieces, [stored(second, 'assistant', 'One two')]]) {
    backend.stored.set(id, [stored('q1', 'user', 'Hi?'), ...answers]);
    await conversations.readHistory(id);
    say({ type: 'changed', conversationId: id });
    await expect.poll(texts).toEqual(['Hi?', 'One two']);
  }

  backend.rows = [];
  await conversations.refresh();
  const reads = backend.asked.history;
  await goOn();
  backend.send.say({ type: 'text', delta: ' three' }, { type: 'done' });
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({ status: 'complete', text: 'One two three' });
  expect(texts()).toEqual(['Hi?', 'One two three']);
  expect(ids()).toEqual([first]);
  await expect.poll(() => info()?.status).toBe('idle');
  await expect.poll(() => backend.asked.history).toBe(reads + 1);
});

describe('an answer that is gone on with', () => {
  async function stopped(how: 'sent' | 'joined' = 'sent') {
    const page = open([], 'prefill');
    const { backend, conversations, conversation, say } = page;
    if (how === 'sent') {
      void conversation.answer.start('Hi?');
      await expect.poll(() => backend.send.requests).toHaveLength(1);
      backend.send.text('One');
    } else {
      const event = { type: 'text', delta: 'One' } as const;
      say({ type: 'stream', conversationId: id, turnId: 'r1', event });
    }
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One');
    const first = conversation.answer.getSnapshot().runId ?? '';
    const stopping = conversation.answer.stop();
    await expect.poll(() => backend.stops).toHaveLength(1);
    backend.stops[0]?.answer({ outcome: 'stopped' });
    await stopping;
    backend.stored.set(id, [stored('q1', 'user', 'Hi?'), stoppedAs(first, 'One')]);
    await conversations.readHistory(id);
    say({ type: 'changed', conversationId: id });
    const { length } = backend.send.requests;
    void conversation.answer.continueAnswer();
    await expect.poll(() => backend.send.requests).toHaveLength(length + 1);
    return { ...page, first, second: conversation.answer.getSnapshot().runId ?? '' };
  }
  const stoppedAs = (name: string, text: string): Message => {
    const message = stored(name, 'assistant', text);
    return { ...message, snapshot: { ...message.snapshot, status: 'stopped' } };
  };

  test.each([
    ['whole, under its first name', (first: string) => [stored(first, 'assistant', 'One two.')]],
    ['whole, under its last', (_: string, last: string) => [stored(last, 'assistant', 'One two.')]],
    [
      'in pieces',
      (first: string, last: string) => [
        stoppedAs(first, 'One'),
        stored(last, 'assistant', ' two.'),
      ],
    ],
  ])(
    'C18: is whole and there once after its connection was lost, when it is stored %s',
    async (_, answers) => {
      const { backend, conversation, first, second, texts, say } = await stopped();
      backend.send.text(' two');
      await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One two');
      backend.stored.set(id, [stored('q1', 'user', 'Hi?'), ...answers(first, second)]);
      backend.send.say({ type: 'done', outcome: 'interrupted' });
      say({ type: 'changed', conversationId: id });
      await expect
        .poll(() => conversation.answer.getSnapshot())
        .toMatchObject({ status: 'complete', text: 'One two.' });
      await expect.poll(texts).toEqual(['Hi?', 'One two.']);
    },
  );

  test.each([
    ['stored whole under its last name', [stored('m2', 'assistant', 'One two.')]],
    ['stored in pieces', [stored('m1', 'assistant', 'One'), stored('m2', 'assistant', ' two.')]],
  ])('is there once where each run has a message of its own: %s', async (_, answers) => {
    const { backend, conversations, conversation } = open([], 'prefill');
    const texts = async () =>
      mergeMessages(await conversations.readHistory(id), conversation.getTurns()).map(
        ({ snapshot }) => snapshot.text,
      );
    const say = async (messageId: string, delta: string): Promise<void> => {
      backend.send.say({ type: 'start', messageId }, { type: 'text', delta });
      await expect.poll(() => conversation.answer.getSnapshot().text).toContain(delta);
    };
    void conversation.answer.start('Hi?');
    await expect.poll(() => backend.send.requests).toHaveLength(1);
    await say('m1', 'One');
    const stopping = conversation.answer.stop();
    await expect.poll(() => backend.stops).toHaveLength(1);
    backend.stops[0]?.answer({ outcome: 'stopped' });
    await stopping;
    backend.stored.set(id, [stored('q1', 'user', 'Hi?'), stoppedAs('m1', 'One')]);
    expect(await texts()).toEqual(['Hi?', 'One']);
    void conversation.answer.continueAnswer();
    await expect.poll(() => backend.send.requests).toHaveLength(2);
    await say('m2', ' two.');
    expect(await texts()).toEqual(['Hi?', 'One two.']);
    backend.send.say({ type: 'done' });
    await expect.poll(() => conversation.answer.getSnapshot().status).toBe('complete');
    backend.stored.set(id, [stored('q1', 'user', 'Hi?'), ...answers]);
    expect(await texts()).toEqual(['Hi?', 'One two.']);
  });

  test('a stop of it names its run, also where the question is not known', async () => {
    const { backend, conversation, say } = open(['history'], 'prefill');
    const event = { type: 'text', delta: 'One' } as const;
    say({ type: 'stream', conversationId: id, turnId: 'r1', event });
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One');
    const stopping = conversation.answer.stop();
    await expect.poll(() => backend.stops).toHaveLength(1);
    backend.stops[0]?.answer({ outcome: 'stopped' });
    await stopping;
    void conversation.answer.continueAnswer();
    await expect.poll(() => backend.send.requests).toHaveLength(1);
    void conversation.answer.stop();
    await expect.poll(() => backend.stops).toHaveLength(2);
    expect(backend.stops[1]?.request.runId).toBe(backend.send.requests[0]?.runId);
  });

  test('shows its own failure, and not the stop before it', async () => {
    const { backend, conversations, conversation } = await stopped();
    const error = new GenerationError('rate-limited', 'Too many requests.');
    backend.send.say({ type: 'error', error });
    await expect.poll(() => conversation.answer.getSnapshot().status).toBe('error');
    const merged = mergeMessages(await conversations.readHistory(id), conversation.getTurns());
    expect(merged.at(-1)?.snapshot).toMatchObject({ status: 'error', text: 'One', error });
  });

  test('that another page began is asked for with its question, and goes on unseen', async () => {
    const { backend, conversation, conversations } = await stopped('joined');
    expect(backend.send.requests.at(-1)?.input.text).toBe('Hi?');
    conversations.watch(id)();
    const pass = passTime();
    await conversations.refresh();
    await pass(10_000);
    backend.send.text(' two');
    await pass(20);
    expect(conversation.answer.getSnapshot()).toMatchObject({
      status: 'streaming',
      text: 'One two',
    });
  });
});

test('Regenerate asks the question of the last answer again, also one that another tab asked, and after a reload', async () => {
  const { backend, conversations, conversation, say } = open();
  const questions = () => backend.send.requests.map(({ input }) => input.text);
  backend.stored.set(id, [stored('q0', 'user', 'Stored?'), stored('a0', 'assistant', 'Yes.')]);
  await conversations.readHistory(id);
  void conversation.answer.regenerate();
  await expect.poll(questions).toEqual(['Stored?']);
  backend.send.say({ type: 'text', delta: 'Yes!' }, { type: 'done' });
  await expect.poll(() => conversation.answer.getSnapshot().status).toBe('complete');

  const theirs = { type: 'stream', conversationId: id, turnId: 't9' } as const;
  say({ ...theirs, event: { type: 'text', delta: 'Theirs.' } });
  say({ ...theirs, event: { type: 'done' } });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Theirs.');
  // Whose question it was is not known before it is stored: nothing is asked rather than another one's.
  await conversation.answer.regenerate();
  expect(questions()).toEqual(['Stored?']);
  backend.stored.set(id, [
    stored('q9', 'user', 'Of theirs?'),
    stored('t9', 'assistant', 'Theirs.'),
  ]);
  await conversations.readHistory(id);
  void conversation.answer.regenerate();
  await expect.poll(questions).toEqual(['Stored?', 'Of theirs?']);
});

test('a list that is asked for right after one was heard is asked, too', async () => {
  const { backend, conversations, info } = open();
  const leave = conversations.subscribe(() => {
    if (conversations.getSnapshot().list !== 'ready') return;
    leave();
    backend.rows = [{ id, status: 'active' }];
    queueMicrotask(() => void conversations.refresh());
  });
  await conversations.refresh();
  expect(backend.asked.list).toBe(2);
  expect(info()?.status).toBe('active');
});

test('a conversation that the backend calls active can be stopped, whatever the word', async () => {
  for (const status of ['active', 'queued', 'waiting-for-a-slot']) {
    const { backend, conversation, say, info } = open();
    say({ type: 'status', conversationId: id, status });
    expect(info()).toMatchObject({ status, stopping: false });
    expect(conversation.stoppable.getSnapshot().status).toBe('streaming');
    void conversation.stoppable.stop();
    expect(info()).toMatchObject({ stopping: true });
    await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
    backend.stops[0]?.answer({ outcome: 'stopped' });
    await expect.poll(() => info()).toMatchObject({ status: 'idle', stopping: false });
    expect(info()?.stopRecord).toMatchObject({ confirmation: 'confirmed' });
  }
});

test('A12: a late "active" of a stopped turn does not undo the stop', async () => {
  const { backend, conversation, say, info } = open();
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' });
  void conversation.stoppable.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => info()?.status).toBe('idle');
  // One that names the turn is about the past.
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' });
  expect(info()?.status).toBe('idle');
  // One that names none is checked with the list.
  const asked = backend.asked.list;
  say({ type: 'status', conversationId: id, status: 'active' });
  expect(info()?.status).toBe('idle');
  await expect.poll(() => backend.asked.list).toBe(asked + 1);
  expect(info()?.status).toBe('idle');
  expect(conversation.answer.getSnapshot().status).toBe('stopped');
  // A new turn is a new turn.
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't2' });
  expect(info()).toMatchObject({ status: 'active', stopRecord: null });
});

test('A12: when the list says that a new turn runs, the conversation is active again', async () => {
  const { backend, conversation, say, info } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.stoppable.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => info()?.status).toBe('idle');
  backend.rows = [{ id, status: 'active' }];
  say({ type: 'status', conversationId: id, status: 'active' });
  await expect.poll(() => info()?.status).toBe('active');
});

test('while words come nothing else is new: what is said of every conversation is the same object', async () => {
  const { backend, conversations, conversation } = open();
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('One');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One');
  const before = conversations.getSnapshot();
  const shown = conversation.stoppable.getSnapshot();
  backend.send.text(' two');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One two');
  expect(conversations.getSnapshot()).toBe(before);
  expect(conversation.stoppable.getSnapshot()).toBe(shown);
  void conversation.answer.stop();
  expect(conversations.getSnapshot()).not.toBe(before);
  expect(conversation.stoppable.getSnapshot()).not.toBe(shown);
});

test('a word costs the same however many conversations are known: what is said of the others is not put together again', async () => {
  const { backend, conversations, conversation } = open();
  let reads = 0;
  const other = {
    id: 'other',
    status: 'active',
    get title() {
      reads += 1;
      return 'Release notes';
    },
  };
  backend.rows = [other];
  await conversations.refresh();
  conversations.subscribe(() => void conversations.getSnapshot());
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  const told = () => conversations.getSnapshot().conversations;
  expect(told().get('other')).toMatchObject({ title: 'Release notes' });
  const before = reads;
  for (const text of ['One', 'One two']) {
    backend.send.text(text.slice(conversation.answer.getSnapshot().text.length));
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe(text);
  }
  void conversation.answer.stop();
  expect(told().get(id)).toMatchObject({ stopping: true });
  expect(reads).toBe(before);
  backend.rows = [];
  await conversations.refresh();
  expect(told().get('other')).toMatchObject({ status: 'idle' });
});

test('history is read once per turn: at done, and not again at the idle that follows', async () => {
  const { backend, say, info } = open();
  const turn = { type: 'stream', conversationId: id, turnId: 't1' } as const;
  say({ ...turn, event: { type: 'text', delta: 'Hello' } });
  backend.stored.set(id, [stored('q', 'user', 'Hi'), stored('t1', 'assistant', 'Hello')]);
  say({ ...turn, event: { type: 'done' } });
  await expect.poll(() => info()?.status).toBe('idle');
  say({ type: 'settled', conversationId: id, turnId: 't1', outcome: 'complete' });
  say({ type: 'status', conversationId: id, status: 'idle' });
  say({ type: 'status', conversationId: id, status: 'idle' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(backend.asked.history).toBe(1);
});

test('E5: when done was lost, idle reads the history, and the answer is whole and complete', async () => {
  const { backend, conversation, say, texts } = open();
  const turn = { type: 'stream', conversationId: id, turnId: 't1' } as const;
  say({ ...turn, event: { type: 'text', delta: 'Hello' } });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
  backend.stored.set(id, [stored('q', 'user', 'Hi'), stored('t1', 'assistant', 'Hello world')]);
  say({ type: 'status', conversationId: id, status: 'idle' });
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({
      status: 'complete',
      text: 'Hello world',
    });
  expect(texts()).toEqual(['Hi', 'Hello world']);
});

test('E5: after a reconnect the list and the history are asked, and nothing spins for ever', async () => {
  const { backend, conversations, conversation, say, texts } = open();
  conversations.watch(id);
  say({ type: 'connection', state: 'open' });
  backend.rows = [{ id, status: 'active' }];
  const turn = { type: 'stream', conversationId: id, turnId: 't1' } as const;
  say({ ...turn, event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hel');
  say({ type: 'connection', state: 'reconnecting' });
  expect(conversation.answer.getSnapshot().status).toBe('streaming');
  expect(conversations.getSnapshot().connection).toBe('reconnecting');
  backend.rows = [];
  backend.stored.set(id, [stored('t1', 'assistant', 'Hello')]);
  say({ type: 'connection', state: 'open' });
  await expect.poll(() => conversation.answer.getSnapshot().status).toBe('complete');
  expect(texts()).toEqual(['Hello']);
});

test('E4: a lost turn that is stored as interrupted stays so, and is never called complete', async () => {
  const { backend, conversations, conversation, say } = open();
  const answer = () => conversation.answer.getSnapshot();
  say({ type: 'stream', conversationId: id, turnId: 't1', event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => answer().text).toBe('Hel');
  say({ type: 'status', conversationId: id, status: 'idle' });
  await expect.poll(answer).toMatchObject({ status: 'error' });
  const error = new GenerationError('interrupted', 'The connection was lost.');
  const kept = stored('t1', 'assistant', 'Hel');
  backend.stored.set(id, [{ ...kept, snapshot: { ...kept.snapshot, status: 'error', error } }]);
  await conversations.readHistory(id);
  expect(answer()).toMatchObject({ status: 'error', text: 'Hel' });
  backend.stored.set(id, [stored('t1', 'assistant', 'Hello')]);
  await conversations.readHistory(id);
  expect(answer()).toMatchObject({ status: 'complete', text: 'Hello' });
});

test('E5: when nothing is stored of a lost turn, it is interrupted and its text stays', async () => {
  const { conversation, say } = open();
  say({ type: 'stream', conversationId: id, turnId: 't1', event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hel');
  say({ type: 'status', conversationId: id, status: 'idle' });
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({
      status: 'error',
      text: 'Hel',
      error: { code: 'interrupted' },
    });
});

test('a history that cannot be read once is read again, and the answer is not called lost meanwhile', async () => {
  const { backend, conversation, say } = open();
  const answer = () => conversation.answer.getSnapshot();
  const seen = new Set<string>();
  say({ type: 'connection', state: 'open' });
  backend.rows = [{ id, status: 'active' }];
  say({ type: 'stream', conversationId: id, turnId: 't1', event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => answer().text).toBe('Hel');
  conversation.answer.subscribe(() => seen.add(answer().status));
  backend.stored.set(id, [stored('t1', 'assistant', 'Hello')]);
  const { history } = backend;
  backend.history = () => {
    Object.assign(backend, { history });
    return Promise.reject(new Error('restarting'));
  };
  say({ type: 'connection', state: 'reconnecting' });
  backend.rows = [];
  say({ type: 'connection', state: 'open' });
  await expect.poll(() => answer().status, { timeout: 5_000 }).not.toBe('streaming');
  expect(answer()).toMatchObject({ status: 'complete', text: 'Hello' });
  expect([...seen]).not.toContain('error');
});

test('a history that cannot be read at all ends what waits for it as interrupted', async () => {
  const { backend, conversation, say } = open();
  const answer = () => conversation.answer.getSnapshot();
  say({ type: 'connection', state: 'open' });
  backend.rows = [{ id, status: 'active' }];
  say({ type: 'stream', conversationId: id, turnId: 't1', event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => answer().text).toBe('Hel');
  backend.history = () => Promise.reject(new Error('down'));
  say({ type: 'connection', state: 'reconnecting' });
  backend.rows = [];
  say({ type: 'connection', state: 'open' });
  await expect
    .poll(answer, { timeout: 5_000 })
    .toMatchObject({ status: 'error', text: 'Hel', error: { code: 'interrupted' } });
});

test('an idle of the turn before does not end a turn that was just sent', async () => {
  const { backend, conversation, say } = open();
  void conversation.answer.start('Hi');
  say({ type: 'status', conversationId: id, status: 'idle' });
  say({ type: 'settled', conversationId: id, outcome: 'complete' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Hello');
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({
      status: 'streaming',
      text: 'Hello',
    });
});

test('rule 3: an accepted stop stays "stopping" until done, and is then confirmed', async () => {
  const { backend, conversation, say, info } = open();
  backend.rows = [{ id, status: 'active', turnId: 't1' }];
  say({ type: 'connection', state: 'open' });
  const turn = { type: 'stream', conversationId: id, turnId: 't1' } as const;
  say({ ...turn, event: { type: 'text', delta: 'Hel' } });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hel');
  void conversation.answer.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  expect(backend.stops[0]?.request).toMatchObject({ turnId: 't1', reason: 'user' });
  // It may have said more before this page listened.
  expect(backend.stops[0]?.request).not.toHaveProperty('seenChars');
  backend.stops[0]?.answer({ outcome: 'stopping' });
  await expect.poll(() => info()?.stopRecord?.confirmation).toBe('accepted');
  expect(info()).toMatchObject({ stopping: true });
  say({ ...turn, event: { type: 'text', delta: 'lo' } });
  say({ ...turn, event: { type: 'done', outcome: 'stopped', reason: 'aborted' } });
  await expect
    .poll(() => conversation.answer.getSnapshot())
    .toMatchObject({
      status: 'stopped',
      text: 'Hel',
      stopRecord: { confirmation: 'confirmed', by: 'user' },
    });
});

test.each([
  ['does not cut what others have read', 'Hel', undefined],
  ['cuts where this page has read to, once it was told all of it', 'Hello wor', 9],
])('a stop while the answer is still told again %s', async (_what, delta, seenChars) => {
  const { backend, conversations, conversation, say } = open();
  backend.attaches = true;
  conversations.watch(id);
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.say({ type: 'replay', chars: 8 }, { type: 'text', delta });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe(delta);
  void conversation.answer.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  expect(backend.stops[0]?.request.seenChars).toBe(seenChars);
});

test('a stop on coming back, before the answer is told again, does not cut what others have read', async () => {
  const { backend, conversations, conversation, say } = open();
  const { answer } = conversation;
  backend.attaches = true;
  const leave = conversations.watch(id);
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' });
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.say({ type: 'replay', chars: 8 }, { type: 'text', delta: 'Hello wo' });
  await expect.poll(() => answer.getSnapshot().text).toBe('Hello wo');
  leave();
  conversations.watch(id);
  await expect.poll(() => backend.send.requests).toHaveLength(2);
  backend.send.say({ type: 'start', runId: 't1', messageId: 'm1' });
  await expect.poll(() => answer.getSnapshot().messageId).toBe('m1');
  void answer.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  expect(backend.stops[0]?.request.seenChars).toBeUndefined();
});

test('a stop nobody answered keeps its row, and can be asked again while the turn lives', async () => {
  const { backend, conversation, say, info } = open();
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' });
  void conversation.stoppable.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.fail();
  await expect.poll(() => info()?.stopRecord?.confirmation).toBe('unconfirmed');
  expect(info()).toMatchObject({ status: 'active', stopping: false });
  void conversation.stoppable.retryStop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(2));
  backend.stops[1]?.answer({ outcome: 'stopped' });
  await expect.poll(() => info()).toMatchObject({ status: 'idle' });
});

test.each([
  ['because nobody read it any more is confirmed', 'disconnected', 'confirmed'],
  ['whole had finished', 'complete', 'already-finished'],
] as const)(
  'a stop nobody answered, of an answer that ended %s',
  async (_, outcome, confirmation) => {
    const { backend, conversation, say, info } = open();
    void conversation.answer.start('Hi?');
    await expect.poll(() => backend.send.requests).toHaveLength(1);
    backend.send.text('Hello');
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
    void conversation.answer.stop();
    await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
    backend.stops[0]?.fail();
    await expect.poll(() => info()?.stopRecord?.confirmation).toBe('unconfirmed');
    const turnId = conversation.answer.getSnapshot().runId ?? '';
    say({ type: 'settled', conversationId: id, turnId, outcome });
    await expect.poll(() => info()?.stopRecord?.confirmation).toBe(confirmation);
  },
);

test('a conversation whose answer is reset runs no more, and what was said of it stays, as stopped', async () => {
  const { backend, conversations, conversation, texts, info, say } = open();
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Hello');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
  say({ type: 'status', conversationId: id, status: 'active' });
  conversation.answer.reset();
  expect(conversation.answer.getSnapshot()).toMatchObject({ status: 'idle', text: '' });
  expect(info()).toMatchObject({ status: 'idle', stopping: false });
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect
    .poll(() => conversation.getTurns()[0]?.snapshot)
    .toMatchObject({
      status: 'stopped',
      stopRecord: { by: 'replaced', confirmation: 'confirmed' },
    });
  await conversations.refresh();
  expect(info()?.status).toBe('idle');
  expect(texts()).toEqual(['Hi?', 'Hello']);
  void conversation.answer.start('And now?');
  await expect.poll(() => backend.send.requests).toHaveLength(2);
  backend.send.text('Well');
  await expect.poll(texts).toEqual(['Hi?', 'Hello', 'And now?', 'Well']);
});

test.each(['start', 'reset'] as const)(
  'an answer that is left by %s with words that were not drawn yet is stopped, and its stop is remembered',
  async (how) => {
    const { backend, conversation, told } = open();
    void conversation.answer.start('Hi?');
    await expect.poll(() => backend.send.requests).toHaveLength(1);
    backend.send.text('A');
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe('A');
    // The first of them is drawn in its frame, and the second is received in the same one.
    await new Promise<void>((resolve) => {
      conversation.answer.subscribe(resolve);
      backend.send.text('B');
    });
    backend.send.text('C');
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(conversation.answer.getSnapshot().text).toBe('AB');
    if (how === 'start') void conversation.answer.start('And?');
    else conversation.answer.reset();
    await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
    backend.stops[0]?.answer({ outcome: 'stopped' });
    const first = () => conversation.getTurns()[0]?.snapshot;
    await expect.poll(() => first()?.stopRecord?.confirmation).toBe('confirmed');
    expect(first()?.status).toBe('stopped');
    expect(told.at(-1)).toMatchObject({ status: 'stopped', stopRecord: { by: 'replaced' } });
  },
);

test('F13: stop all stops what runs and leaves the rest alone', async () => {
  const { backend, conversations, say } = open();
  for (const of of ['a', 'b']) say({ type: 'status', conversationId: of, status: 'active' });
  say({ type: 'status', conversationId: 'c', status: 'idle' });
  const all = conversations.stopAll();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(2));
  for (const stop of backend.stops) stop.answer({ outcome: 'stopped' });
  expect(await all).toHaveLength(2);
});

test('a stop of a run that was begun elsewhere names it as its server does, and never by an id of this page', async () => {
  const { backend, conversation, conversations, say } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.stoppable.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  expect(backend.stops[0]?.request).toMatchObject({ conversationId: id });
  expect(backend.stops[0]?.request).not.toHaveProperty('runId');
  backend.stops[0]?.fail();
  await expect
    .poll(() => conversation.answer.getSnapshot().stopRecord?.confirmation)
    .toBe('unconfirmed');
  backend.rows = [{ id, status: 'active', turnId: 't1' }];
  await conversations.refresh();
  void conversations.stop(id);
  await vi.waitFor(() => expect(backend.stops).toHaveLength(2));
  expect(backend.stops[1]?.request).toMatchObject({ runId: 't1', turnId: 't1' });
});

test('F13: stop all asks again for what was stopped but not confirmed', async () => {
  const { backend, conversations, say, info } = open();
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversations.stop(id);
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.fail();
  await expect.poll(() => info()?.stopRecord?.confirmation).toBe('unconfirmed');
  const all = conversations.stopAll();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(2));
  backend.stops[1]?.answer({ outcome: 'stopped' });
  expect(await all).toMatchObject([{ confirmation: 'confirmed' }]);
});

test('without a history to read, no turn is ever taken off the screen', async () => {
  const { backend, conversation, texts } = open(['history']);
  for (let at = 1; at <= 60; at += 1) {
    void conversation.answer.start(`Q${at}`);
    await expect.poll(() => backend.send.requests).toHaveLength(at);
    backend.send.say({ type: 'text', delta: `A${at}` }, { type: 'done' });
    await expect.poll(() => conversation.answer.getSnapshot().status).toBe('complete');
  }
  expect(texts()).toHaveLength(120);
  expect(texts()[0]).toBe('Q1');
});

test('F13: a backend that can stop everything is asked once', async () => {
  const { backend, conversations, say } = open();
  let asked = 0;
  backend.stopAll = () => {
    asked += 1;
    return Promise.resolve({ outcome: 'stopped' });
  };
  for (const of of ['a', 'b']) say({ type: 'status', conversationId: of, status: 'active' });
  const records = await conversations.stopAll();
  expect(records.map(({ confirmation }) => confirmation)).toEqual(['confirmed', 'confirmed']);
  expect([asked, backend.stops.length]).toEqual([1, 0]);
});

test('while no list is known, a stop of everything is sent all the same', async () => {
  const { backend, conversations } = open();
  let asked = 0;
  backend.stopAll = () => {
    asked += 1;
    return Promise.resolve({ outcome: 'stopped' });
  };
  backend.list = () => Promise.reject(new Error('down'));
  await conversations.refresh();
  await conversations.stopAll();
  expect(asked).toBe(1);
});

test('where nothing can be listed there is no list to wait for, and a stop of everything is sent all the same', async () => {
  const { backend, conversations } = open(['list']);
  let asked = 0;
  backend.stopAll = () => {
    asked += 1;
    return Promise.resolve({ outcome: 'stopped' });
  };
  expect(conversations.getSnapshot().list).toBe('ready');
  await conversations.stopAll();
  expect(asked).toBe(1);
});

test('F13: a stop of everything that fails while a stop of one is out is not taken for the answer when that one is asked again', async () => {
  const pass = passTime();
  const { backend, conversations, conversation, say, info } = open();
  backend.stopAll = () => Promise.reject(new Error('down'));
  backend.rows = [{ id, status: 'active' }];
  say({ type: 'status', conversationId: id, status: 'active' });
  void conversation.stoppable.stop();
  await pass(20);
  void conversations.stopAll();
  await pass(300);
  expect(info()?.stopRecord?.confirmation).toBe('unconfirmed');
  void conversations.stop(id);
  await pass(20);
  expect(backend.stops).toHaveLength(2);
  backend.stops[1]?.answer({ outcome: 'stopped' });
  await pass(20);
  expect(info()?.stopRecord?.confirmation).toBe('confirmed');
});

test('B18: two conversations stream at once, and neither hears the other', async () => {
  const { conversations, say, backend } = open();
  const a = conversations.conversation('a').answer;
  const b = conversations.conversation('b').answer;
  for (let i = 0; i < 50; i += 1) {
    say({ type: 'stream', conversationId: 'a', turnId: 'ta', event: { type: 'text', delta: 'a' } });
    say({ type: 'stream', conversationId: 'b', turnId: 'tb', event: { type: 'text', delta: 'b' } });
  }
  await expect
    .poll(() => [a.getSnapshot().text.length, b.getSnapshot().text.length])
    .toEqual([50, 50]);
  void b.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  expect(backend.stops[0]?.request.turnId).toBe('tb');
  backend.stops[0]?.answer({ outcome: 'stopped' });
  say({ type: 'stream', conversationId: 'a', turnId: 'ta', event: { type: 'done' } });
  await expect.poll(() => a.getSnapshot().status).toBe('complete');
  expect([a.getSnapshot().text, b.getSnapshot().text]).toEqual(['a'.repeat(50), 'b'.repeat(50)]);
  expect(b.getSnapshot().status).toBe('stopped');
});

test.each([
  ['operator', 'operator'],
  ['server', 'server'],
  ['user', 'other-tab'],
])('the other tabs are told who stopped an answer: %s', async (reason, told) => {
  const backend = scriptedBackend();
  const learned: unknown[] = [];
  const conversations = createConversations({ backend, onLearned: (event) => learned.push(event) });
  conversations.connect();
  const { answer } = conversations.conversation(id);
  void answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Hello');
  backend.send.say({ type: 'done', outcome: 'stopped', reason });
  await expect.poll(() => answer.getSnapshot().status).toBe('stopped');
  expect(learned).toContainEqual(
    expect.objectContaining({ type: 'settled', outcome: 'stopped', reason: told }),
  );
});

test.each(['before', 'after'])(
  'an answer that was stopped in another tab says so, also where its server does not say who stopped it: heard %s its end',
  async (when) => {
    const { conversation, say, info, learned } = open();
    const stream = { type: 'stream', conversationId: id, turnId: 't1' } as const;
    const end = {
      ...stream,
      event: { type: 'done', outcome: 'stopped', reason: 'server' },
    } as const;
    const tell = (reason: string): void =>
      say({ type: 'settled', conversationId: id, turnId: 't1', outcome: 'stopped', reason });
    say({ ...stream, event: { type: 'text', delta: 'Hello' } });
    await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
    say(end);
    if (when === 'after') await expect.poll(() => info()?.stopRecord?.reason).toBe('server');
    tell('other-tab');
    await expect
      .poll(() => info()?.stopRecord)
      .toMatchObject({ by: 'remote', reason: 'other-tab', confirmation: 'confirmed' });
    // A third tab knows no more than its own end of it told.
    tell('server');
    expect(info()?.stopRecord?.reason).toBe('other-tab');
    const told = learned.filter(({ type }) => type === 'settled');
    expect(told).toMatchObject([{ reason: when === 'after' ? 'server' : 'other-tab' }]);
  },
);

test('who stopped an answer here is not changed by what another tab says of it', async () => {
  const { conversation, backend, say, info } = open();
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.say({ type: 'start', runId: 't1' }, { type: 'text', delta: 'Hello' });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('Hello');
  void conversation.answer.stop();
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect.poll(() => info()?.stopRecord?.confirmation).toBe('confirmed');
  say({
    type: 'settled',
    conversationId: id,
    turnId: 't1',
    outcome: 'stopped',
    reason: 'other-tab',
  });
  expect(info()?.stopRecord).toMatchObject({ by: 'user', reason: 'user' });
});

test('the other tabs are told of a budget that stopped an answer', async () => {
  const backend = scriptedBackend();
  const learned: unknown[] = [];
  const conversations = createConversations({
    backend,
    autoStop: { characters: 3 },
    onLearned: (event) => learned.push(event),
  });
  conversations.connect();
  const { answer } = conversations.conversation(id);
  void answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('Hello');
  await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
  backend.stops[0]?.answer({ outcome: 'stopped' });
  await expect
    .poll(() => learned)
    .toContainEqual(expect.objectContaining({ type: 'settled', reason: 'characters' }));
});

test('an answer that failed without a reason says so once', async () => {
  const { conversation, say } = open();
  const turn = { conversationId: id, turnId: 't1' };
  say({ type: 'stream', ...turn, event: { type: 'text', delta: 'Half' } });
  say({ type: 'settled', ...turn, outcome: 'error' });
  await expect
    .poll(() => conversation.answer.getSnapshot().error?.message)
    .toBe('The model failed.');
});

test('a page that saw a turn only in the list does not tell the others how it ended', async () => {
  const backend = scriptedBackend();
  backend.rows = [{ id, status: 'active', turnId: 't1' }];
  const learned: unknown[] = [];
  const conversations = createConversations({ backend, onLearned: (event) => learned.push(event) });
  conversations.connect();
  const word = () => conversations.getSnapshot().conversations.get(id)?.status;
  backend.say({ type: 'connection', state: 'open' });
  await expect.poll(word).toBe('active');
  backend.rows = [];
  backend.say({ type: 'status', conversationId: id, status: 'idle' });
  await expect.poll(word).toBe('idle');
  expect(learned).not.toContainEqual(expect.objectContaining({ type: 'settled' }));
});

test.each([
  { outcome: 'finished' },
  { outcome: 'finished', text: 'Hello' },
  { outcome: 'idle' },
] as const)(
  'an answer that had finished before it was stopped ($outcome) is whole in the other tabs',
  async (told) => {
    const other = open();
    const backend = scriptedBackend();
    const here = createConversations({ backend, onLearned: other.conversations.hear });
    here.connect();
    const { answer } = here.conversation(id);
    const text = { type: 'text', delta: 'Hello' } as const;
    for (const say of [backend.say, other.say]) {
      say({ type: 'stream', conversationId: id, turnId: 't1', event: text });
    }
    other.backend.stored.set(id, [stored('t1', 'assistant', 'Hello')]);
    const shown = () => other.conversation.answer.getSnapshot();
    await expect.poll(() => [answer.getSnapshot().text, shown().text]).toEqual(['Hello', 'Hello']);
    void answer.stop();
    await vi.waitFor(() => expect(backend.stops).toHaveLength(1));
    backend.stops[0]?.answer(told);
    await expect.poll(() => shown().status).not.toBe('streaming');
    expect(shown()).toMatchObject({ status: 'complete', text: 'Hello', stopRecord: null });
    expect(answer.getSnapshot().stopRecord?.confirmation).toBe('already-finished');
  },
);

test('a list that says nothing of the activity leaves what was heard of it', async () => {
  const { backend, conversations, info, say } = open();
  say({ type: 'status', conversationId: id, status: 'active', activity: 'Searching' });
  backend.rows = [{ id, status: 'active' }];
  await conversations.refresh();
  expect(info()).toMatchObject({ status: 'active', activity: 'Searching' });
  backend.rows = [{ id, status: 'active', activity: 'Reading' }];
  await conversations.refresh();
  expect(info()?.activity).toBe('Reading');
});

test('what a conversation does just now is not over by words that came before, and are shown only now', async () => {
  const { conversation, info, say } = open();
  const write = (delta: string): void =>
    say({ type: 'stream', conversationId: id, turnId: 't1', event: { type: 'text', delta } });
  for (const word of ['One ', 'two ']) write(word);
  say({ type: 'status', conversationId: id, status: 'active', activity: 'Trying again' });
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One two ');
  expect(info()?.activity).toBe('Trying again');
  write('three');
  expect(info()?.activity).toBeUndefined();
});

test('what a conversation does just now is over when it writes on', async () => {
  const { backend, conversation, info, say } = open();
  void conversation.answer.start('Hi?');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  backend.send.text('One ');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One ');
  say({ type: 'status', conversationId: id, status: 'active', activity: 'Trying again' });
  expect(info()?.activity).toBe('Trying again');
  backend.send.text('two');
  await expect.poll(() => conversation.answer.getSnapshot().text).toBe('One two');
  expect(info()?.activity).toBeUndefined();
});

test('a new turn has neither the time nor the activity of the one before it', async () => {
  const { backend, conversations, conversation, say, info } = open();
  const named = { title: 'Release notes', agentName: 'Writer' };
  const since = { startedAt: new Date(0), queuedBehind: 1 };
  backend.rows = [{ id, status: 'active', turnId: 't1', ...named, ...since }];
  await conversations.refresh();
  expect(info()).toMatchObject({ status: 'active', ...named, ...since });
  say({ type: 'settled', conversationId: id, turnId: 't1', outcome: 'complete' });
  await expect.poll(() => info()?.status).toBe('idle');
  const activity = 'Searching';
  say({ type: 'status', conversationId: id, status: 'active', turnId: 't2', activity });
  const rest = { id, stopping: false, stopRecord: null, ...named };
  expect(info()).toEqual({ ...rest, status: 'active', activity });
  say({ type: 'settled', conversationId: id, turnId: 't2', outcome: 'complete' });
  await expect.poll(() => info()?.status).toBe('idle');
  void conversation.answer.start('Hi?');
  expect(info()).toEqual({ ...rest, status: 'active' });
});

test.each([
  ['is answered', 'confirmed'],
  ['fails', 'unconfirmed'],
  ['is never answered', 'unconfirmed'],
] as const)(
  'a stop that is asked for again, and %s after the next text was sent, is told as %s',
  async (how, confirmation) => {
    const pass = passTime();
    const { backend, conversation } = open();
    void conversation.answer.start('One?');
    await pass(20);
    backend.send.text('One.');
    await pass(20);
    void conversation.answer.stop();
    await pass(0);
    backend.stops[0]?.fail();
    await pass(0);
    void conversation.answer.retryStop();
    await pass(0);
    void conversation.answer.start('Two?');
    const before = () => conversation.getTurns()[0]?.snapshot.stopRecord?.confirmation;
    expect(before()).toBe('pending');
    if (how === 'is answered') backend.stops[1]?.answer({ outcome: 'stopped' });
    if (how === 'fails') backend.stops[1]?.fail();
    await pass(300);
    expect(before()).toBe(confirmation);
    expect(backend.send.requests.map(({ input }) => input.text)).toEqual(['One?', 'Two?']);
  },
);

describe('words of different connections in any order', () => {
  const word = (): BackendEvent => ({
    type: 'stream',
    conversationId: id,
    turnId: 't1',
    event: { type: 'text', delta: 'word ' },
  });

  /** The next list is asked for now, and answered by the test. */
  function askList({ backend, conversations }: ReturnType<typeof open>) {
    const list = backend.list;
    let answer: (rows: ListedConversation[]) => void = () => undefined;
    backend.list = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const refreshed = conversations.refresh();
    if (list !== undefined) backend.list = list;
    return async (rows: ListedConversation[]): Promise<void> => {
      answer(rows);
      await refreshed;
    };
  }

  async function speakOn({ say }: ReturnType<typeof open>, pass: (ms: number) => Promise<unknown>) {
    for (let times = 0; times < 50; times += 1) {
      say(word());
      await pass(100);
    }
  }

  test('that it is complete comes before its last words: they are waited for', async () => {
    const pass = passTime();
    const { backend, conversation, say } = open(['history']);
    void conversation.answer.start('Hi?');
    await pass(20);
    backend.send.text('One ');
    await pass(20);
    const turnId = conversation.answer.getSnapshot().runId ?? '';
    say({ type: 'settled', conversationId: id, turnId, outcome: 'complete' });
    for (let times = 0; times < 5; times += 1) {
      await pass(300);
      backend.send.text('more ');
    }
    backend.send.done();
    await pass(20);
    expect(conversation.answer.getSnapshot()).toMatchObject({
      status: 'complete',
      text: `One ${'more '.repeat(5)}`,
    });
  });

  test('an idle that comes before the first word of an answer by events does not end it', async () => {
    const pass = passTime();
    const page = open();
    void page.conversation.answer.start('Hi?');
    await pass(20);
    page.say({ type: 'status', conversationId: id, status: 'active' });
    await page.conversations.refresh();
    page.backend.rows = [{ id, status: 'active' }];
    await speakOn(page, pass);
    expect(page.conversation.answer.getSnapshot().status).toBe('streaming');
  });

  test('a list that was read before the turn was there, and comes after its first word, does not end it', async () => {
    const pass = passTime();
    const page = open();
    void page.conversation.answer.start('Hi?');
    await pass(20);
    const answerList = askList(page);
    page.say(word());
    page.backend.rows = [{ id, status: 'active' }];
    await answerList([]);
    await speakOn(page, pass);
    expect(page.conversation.answer.getSnapshot().status).toBe('streaming');
  });

  test('a list that was read before a stop says nothing of it', async () => {
    const pass = passTime();
    const page = open();
    page.say({ type: 'connection', state: 'open' });
    void page.conversation.answer.start('Hi?');
    await pass(20);
    page.backend.send.text('One ');
    await pass(20);
    const answerList = askList(page);
    void page.conversation.answer.stop();
    await pass(5);
    page.backend.stops[0]?.answer({ outcome: 'stopping' });
    await pass(5);
    await answerList([{ id, status: 'active' }]);
    expect(page.conversation.answer.getSnapshot().status).toBe('stopping');
  });

  test.each([
    ['with a list', []],
    ['without a list', ['list']],
  ] as const)(
    'a tab that knew only that it ran is told by another one that it is over, %s',
    async (_, without) => {
      const pass = passTime();
      const [first, second] = [open(without), open(without)];
      void first.conversation.answer.start('Hi?');
      await pass(20);
      first.backend.send.text('One.');
      await pass(20);
      void first.conversation.answer.stop();
      await pass(20);
      first.backend.stops[0]?.answer({ outcome: 'finished' });
      await pass(20);
      for (const event of first.learned) second.conversations.hear(event);
      await pass(5_000);
      expect(second.info()?.status).toBe('idle');
    },
  );
});
