import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryBus } from 'stopkit/server';
import { expect, test } from 'vitest';
import { joinBus } from '../redis/joinBus.js';

setFlagsFromString('--expose-gc');
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
