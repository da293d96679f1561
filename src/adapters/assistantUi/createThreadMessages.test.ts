import { describe, expect, test } from 'vitest';
import {
  createGeneration,
  GenerationError,
  idleSnapshot,
  type Message,
  mergeMessages,
  type Part,
  type Snapshot,
  storedSnapshot,
} from '../../core/index.js';
import { scriptedSource } from '../../testing/scriptedSource.js';
import { createThreadMessages, snapshotOf } from './createThreadMessages.js';

const question: Message = { id: 'q1', role: 'user', snapshot: storedSnapshot('Why?') };
const answerOf = (snapshot: Partial<Snapshot>): Message => ({
  id: 'a1',
  role: 'assistant',
  snapshot: { ...idleSnapshot, ...snapshot },
});
const show = (...messages: Message[]) =>
  createThreadMessages()(messages).messages.map(({ message }) => message);

describe('a message in a thread of assistant-ui', () => {
  test.each([
    ['connecting', { type: 'running' }],
    ['streaming', { type: 'running' }],
    ['stopping', { type: 'incomplete', reason: 'cancelled' }],
    ['stopped', { type: 'incomplete', reason: 'cancelled' }],
    ['complete', { type: 'complete', reason: 'stop' }],
  ] as const)('rule 8: an answer that is %s has one status there', (status, expected) => {
    expect(show(answerOf({ status }))[0]?.status).toEqual(expected);
  });

  test('rule 12: a failure has the sentence that a person can read', () => {
    const error = new GenerationError('busy', 'The model is busy.');
    expect(show(answerOf({ status: 'error', error }))[0]?.status).toEqual({
      type: 'incomplete',
      reason: 'error',
      error: 'The model is busy.',
    });
  });

  test('an answer that ended at its length limit says so', () => {
    const [message] = show(answerOf({ status: 'complete', finishReason: 'length' }));
    expect(message?.status).toEqual({ type: 'incomplete', reason: 'length' });
  });

  test('rule 9: a tool call that was cut is closed as a failure, and its cut arguments are nothing', () => {
    const parts: Part[] = [
      { type: 'reasoning', text: 'Hm.', open: false },
      {
        type: 'tool-call',
        id: 'c1',
        name: 'search',
        arguments: '{"q":"wi',
        state: 'cancelled',
        started: false,
        result: { cancelled: true },
      },
    ];
    expect(show(answerOf({ status: 'stopped', parts }))[0]?.content).toEqual([
      parts[0],
      {
        type: 'tool-call',
        toolCallId: 'c1',
        toolName: 'search',
        argsText: '{"q":"wi',
        args: {},
        result: { cancelled: true },
        isError: true,
      },
    ]);
  });

  test('rule 3: what is known of its stop is in its metadata, and a question has none', async () => {
    const source = scriptedSource();
    const generation = createGeneration({
      source,
      requestStop: () => Promise.reject(new Error('Nobody there.')),
    });
    void generation.start('Why?');
    source.text('Because');
    await generation.stop();
    const [asked, answered] = show(question, {
      ...answerOf({}),
      snapshot: generation.getSnapshot(),
    });
    expect(asked && snapshotOf(asked)).toBeNull();
    expect(answered && snapshotOf(answered)?.stopRecord?.confirmation).toBe('unconfirmed');
  });
});

describe('a token', () => {
  const turn = (snapshot: Snapshot, id = 'r2', input = 'And then?') => ({
    id,
    input,
    knownIds: new Set<string>(),
    snapshot,
  });
  const stop = {
    runId: 'r1',
    reason: 'user',
    by: 'user',
    at: 1,
    seenChars: 7,
    frozenMs: 0,
    answeredMs: 2,
    confirmation: 'confirmed',
  } as const;
  const stopped: Snapshot = {
    ...storedSnapshot('Because'),
    status: 'stopped',
    runId: 'r1',
    messageId: 'r1',
    stopRecord: stop,
  };
  const kept: Message = {
    id: 'r1',
    role: 'assistant',
    snapshot: { ...stopped, stopRecord: { ...stop, persisted: 'backend' } },
  };

  test('changes its own message, and leaves every other the same object', () => {
    const toThread = createThreadMessages();
    const live = (text: string): Snapshot => ({ ...storedSnapshot(text), status: 'streaming' });
    const shown = ['One', 'One two'].map((text) =>
      // Merged anew each time, as a page does: the messages themselves are never the same.
      toThread(mergeMessages([question, kept], [turn(stopped, 'r1', 'Why?'), turn(live(text))])),
    );
    const [before = [], after = []] = shown.map(({ messages }) =>
      messages.map(({ message }) => message),
    );
    expect(after.map((message, index) => message === before[index])).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(after.at(-1)?.content).toEqual([{ type: 'text', text: 'One two' }]);
    expect(after.at(-1)?.createdAt).toBe(before.at(-1)?.createdAt);
  });

  test('leaves the parts before it the same objects', () => {
    const tool: Part = {
      type: 'tool-call',
      id: 'c1',
      name: 'search',
      arguments: '{"q":"wind"}',
      state: 'done',
      started: true,
      result: 'A lot.',
    };
    const toThread = createThreadMessages();
    const [before, after] = ['One', 'One two'].map((text) => {
      const message = answerOf({ status: 'streaming', parts: [tool, { type: 'text', text }] });
      return toThread([message]).messages[0]?.message.content[0];
    });
    expect(after).toMatchObject({ args: { q: 'wind' }, result: 'A lot.' });
    expect(after).toBe(before);
  });
});

test('the newest message is the head of the thread, each the child of the one before it', () => {
  const { headId, messages } = createThreadMessages()([question, answerOf({})]);
  expect(headId).toBe('a1');
  expect(messages.map(({ parentId }) => parentId)).toEqual([null, 'q1']);
});
