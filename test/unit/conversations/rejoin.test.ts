import {
  createConversations,
  GenerationError,
  mergeMessages,
  type RunRequest,
  type StreamEvent,
} from 'stopkit/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scriptedBackend } from './scriptedBackend.js';

const id = 'c1';
const CUT: StreamEvent = { type: 'done', outcome: 'interrupted' };
const text = (delta: string): StreamEvent => ({ type: 'text', delta });

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

type Said = readonly StreamEvent[] | GenerationError;

/** A page whose server answers a send, and each time it is asked for what runs, as the test says. */
function open(sent: Said, attached: (time: number) => Said) {
  const backend = scriptedBackend(['history']);
  let attaches = 0;
  backend.attaches = true;
  backend.send = Object.assign(async function* send({ mode }: RunRequest<unknown>) {
    await Promise.resolve();
    const said = mode === 'attach' ? attached((attaches += 1)) : sent;
    if (said instanceof GenerationError) throw said;
    yield said;
  }, backend.send);
  const conversations = createConversations({ backend });
  conversations.connect();
  conversations.watch(id);
  const { answer, getTurns } = conversations.conversation(id);
  return {
    backend,
    conversations,
    answer,
    attaches: () => attaches,
    texts: () => mergeMessages([], getTurns()).map(({ snapshot }) => snapshot.text),
  };
}

test.each<[string, readonly StreamEvent[]]>([
  ['says that it has begun', [{ type: 'start', runId: 'run-1' }, CUT]],
  ['says nothing but that it was cut', [CUT]],
  ['says only what it said before', [{ type: 'replay' }, text('One '), CUT]],
])('a server that %s is asked less and less often', async (_, said) => {
  const { answer, attaches } = open([text('One '), CUT], () => said);
  void answer.start('Hi?');
  await pass(800);
  expect(attaches()).toBeGreaterThan(1);
  expect(attaches()).toBeLessThan(6);
  expect(answer.getSnapshot()).toMatchObject({ status: 'streaming', text: 'One ' });
});

test('with new words the next cut begins to count anew', async () => {
  const words = 'One two three four five six';
  const { answer, attaches } = open([text('One '), CUT], (time) => [
    { type: 'replay' },
    text(words.slice(0, 4 + 2 * time)),
    CUT,
  ]);
  void answer.start('Hi?');
  await pass(800);
  expect(attaches()).toBeGreaterThan(6);
});

test.each([408, 429, 503])(
  'a server that answers %s when it is asked for what runs is asked again',
  async (status) => {
    const away = new GenerationError('http', 'Not now.', { status, retryable: true });
    const { answer, attaches } = open([text('One '), CUT], (time) =>
      time < 3 ? away : [{ type: 'replay' }, text('One two.'), { type: 'done' }],
    );
    void answer.start('Hi?');
    await pass(2_000);
    expect(answer.getSnapshot()).toMatchObject({ status: 'complete', text: 'One two.' });
    expect(attaches()).toBe(3);
  },
);

test('a server that is away for good loses the answer', async () => {
  const away = new GenerationError('http', 'Not now.', { status: 503, retryable: true });
  const { answer, attaches } = open([text('One '), CUT], () => away);
  void answer.start('Hi?');
  await pass(120_000);
  expect(answer.getSnapshot()).toMatchObject({
    status: 'error',
    text: 'One ',
    error: { code: 'interrupted' },
  });
  expect(attaches()).toBeLessThan(11);
});

test('an answer that says nothing new is not given up, however often its tab is left', async () => {
  const backend = scriptedBackend(['history']);
  backend.attaches = true;
  backend.rows = [{ id, status: 'active', turnId: 'run-1' }];
  let attaches = 0;
  backend.send = Object.assign(async function* send({ signal }: RunRequest<unknown>) {
    attaches += 1;
    yield [{ type: 'replay' } as const, text('One ')];
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }, backend.send);
  const conversations = createConversations({ backend });
  conversations.connect();
  await conversations.refresh();
  for (let time = 1; time <= 12; time += 1) {
    const leave = conversations.watch(id);
    await pass(20);
    expect(attaches).toBe(time);
    leave();
  }
  expect(conversations.conversation(id).answer.getSnapshot()).toMatchObject({
    status: 'streaming',
    text: 'One ',
  });
});

test('an answer that was lost here, and runs there, comes back when the list says so', async () => {
  const unreached = new GenerationError('network', 'The server could not be reached.');
  const { answer, backend, conversations, texts } = open(unreached, () => [
    { type: 'replay' },
    text('One two.'),
    { type: 'done' },
  ]);
  void answer.start('Hi?');
  await pass(100);
  const { status, runId } = answer.getSnapshot();
  expect(status).toBe('error');
  backend.rows = [{ id, status: 'active', turnId: runId ?? '' }];
  await conversations.refresh();
  await pass(100);
  expect(answer.getSnapshot()).toMatchObject({ status: 'complete', text: 'One two.' });
  expect(texts()).toEqual(['Hi?', 'One two.']);
});

test('an answer that its model failed stays failed, whatever a late list says', async () => {
  const failed = new GenerationError('provider', 'The model failed.');
  const { answer, attaches, backend, conversations } = open(
    [text('One '), { type: 'error', error: failed }],
    () => [CUT],
  );
  void answer.start('Hi?');
  await pass(100);
  backend.rows = [{ id, status: 'active', turnId: answer.getSnapshot().runId ?? '' }];
  await conversations.refresh();
  await pass(100);
  expect(answer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'provider' } });
  expect(attaches()).toBe(0);
});
