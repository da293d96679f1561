import { type AutoStop, createConversations } from 'stopkit/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scriptedBackend } from './scriptedBackend.js';

const id = 'c1';
const theirs = { type: 'stream', conversationId: id, turnId: 't1' } as const;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(autoStop: AutoStop, attaches = false) {
  const backend = scriptedBackend(['history']);
  backend.attaches = attaches;
  const conversations = createConversations({ backend, autoStop });
  const show = (): (() => void) => {
    const leave = conversations.connect();
    backend.say({ type: 'connection', state: 'open' });
    return leave;
  };
  const hide = show();
  const { answer } = conversations.conversation(id);
  return { backend, conversations, answer, show, hide };
}

test.each([
  ['first word', { firstTokenMs: 1_000 }],
  ['whole time', { totalMs: 1_000 }],
])(
  'an answer of another tab that is only listed is not stopped by the limit of this one: %s',
  async (_, limit) => {
    const { backend, conversations, answer } = open(limit, true);
    backend.rows = [{ id, status: 'active', turnId: 't1' }];
    await conversations.refresh();
    await pass(5_000);
    expect(answer.isActive()).toBe(true);
    expect(backend.stops).toEqual([]);
  },
);

test('an answer of another tab is not stopped because nobody looks at it here any more', async () => {
  const { backend, conversations, answer, hide } = open({ idleMs: 1_000 }, true);
  backend.rows = [{ id, status: 'active', turnId: 't1' }];
  await conversations.refresh();
  const leave = conversations.watch(id);
  await pass(20);
  backend.send.text('Hello');
  await pass(100);
  expect(answer.getSnapshot().text).toBe('Hello');
  leave();
  hide();
  await pass(5_000);
  expect(answer.isActive()).toBe(true);
  expect(backend.stops).toEqual([]);
});

test.each(['before', 'after'])(
  'an answer that this page asked for is not stopped as silent %s its first word, while the page is hidden and hears nothing',
  async (when) => {
    const { backend, answer, show, hide } = open({ firstTokenMs: 1_000, idleMs: 1_000 });
    backend.rows = [{ id, status: 'active' }];
    void answer.start('Hi?');
    await pass(20);
    // Some systems say only the name of the turn where it was asked for.
    if (when === 'after') backend.send.say({ type: 'start', runId: 't1' });
    await pass(480);
    if (when === 'after') backend.say({ ...theirs, event: { type: 'text', delta: 'Hello' } });
    await pass(400);
    hide();
    await pass(5_000);
    expect(answer.isActive()).toBe(true);
    expect(backend.stops).toEqual([]);
    // Shown again, it has its time once more, and then no longer.
    show();
    await pass(900);
    expect(backend.stops).toEqual([]);
    await pass(200);
    expect(backend.stops).toMatchObject([
      { request: { reason: when === 'before' ? 'first-token' : 'idle' } },
    ]);
  },
);

test('an answer that never begins is stopped in its time, though the connection of the events is lost, too', async () => {
  const { backend, answer } = open({ firstTokenMs: 1_000 });
  void answer.start('Hi?');
  await pass(20);
  backend.say({ type: 'connection', state: 'reconnecting' });
  await pass(1_100);
  expect(backend.stops).toMatchObject([{ request: { reason: 'first-token' } }]);
});

test('an answer that comes over a connection of its own is stopped as silent in a hidden page, too', async () => {
  const { backend, answer, hide } = open({ idleMs: 1_000 });
  void answer.start('Hi?');
  await pass(20);
  backend.send.text('Hello');
  await pass(100);
  hide();
  await pass(2_000);
  expect(backend.stops).toMatchObject([{ request: { reason: 'idle' } }]);
});
