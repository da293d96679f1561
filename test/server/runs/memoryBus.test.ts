import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryBus } from 'stopkit/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { claim, joinBus, runOf } from '../redis/joinBus.js';

setFlagsFromString('--expose-gc');
const LONGER_THAN_KEPT_MS = 3_601_000;
const complete = {
  outcome: 'complete',
  reason: null,
  by: null,
  text: 'Hello',
  usage: null,
  receipt: null,
  saved: true,
} as const;
// Only a context that is made after the flag has it.
const collect = runInNewContext('gc') as () => void;

test('what is kept for a moment in memory is let go of, though what came before it is kept for an hour', async () => {
  const link = joinBus(memoryBus());
  const moment = { length: 10, keepMs: 1 };
  await link.append('events', 'kept', { length: 10, keepMs: 3_600_000 });
  await link.append('shared', 'gone', moment);
  // In a function of its own, which holds it no longer.
  const kept = await (async () => new WeakRef((await link.read('shared', null))[0] ?? {}))();
  // The value itself never: a function that waits keeps what it held last.
  const isThere = (): boolean => kept.deref() !== undefined;
  expect(isThere()).toBe(true);
  await expect.poll(() => link.read('shared', null)).toEqual([]);
  await link.append('next', 'x', moment);
  expect(await link.read('events', null)).toMatchObject([{ value: 'kept' }]);
  await expect
    .poll(
      () => {
        collect();
        return isThere();
      },
      { timeout: 2_000 },
    )
    .toBe(false);
});

test('a conversation is known after an answer that took longer than an hour, and its newest run stays the last', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const link = joinBus(memoryBus());
  const where = { conversationId: 'talk', userId: 'ada' };
  const [long, newer] = [runOf(where), runOf(where)];
  await link.register(long, claim);
  await vi.advanceTimersByTimeAsync(LONGER_THAN_KEPT_MS);
  expect(await link.lastRun(where)).toBeNull();
  await link.settle(long, complete);
  expect(await link.lastRun(where)).toEqual({ runId: long.id });
  const longer = runOf(where);
  await link.register(longer, claim);
  await link.register(newer, { ...claim, exclusive: false });
  await link.settle(longer, complete);
  for (const whose of [where, { conversationId: 'talk' }]) {
    expect(await link.lastRun(whose)).toEqual({ runId: newer.id });
  }
});
