import { setTimeout as wait } from 'node:timers/promises';

/** Reads until what was read is as it should be, and gives it back. */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  met: (value: T) => unknown,
  { everyMs = 20, withinMs = 30_000 }: { everyMs?: number; withinMs?: number } = {},
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (met(value)) return value;
    if (performance.now() > endsAt) {
      throw new Error(`Waited ${withinMs} ms for ${what}, and saw: ${JSON.stringify(value)}`);
    }
    await wait(everyMs);
  }
}
