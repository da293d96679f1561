import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BusLink, FoundRun, LogEntry } from './Bus.js';
import { readShared } from './shareRun.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('F9: a reader on another node whose log never got its end does not wait for it', async () => {
  const tombstone = { outcome: 'complete', reason: null, by: null, text: 'One two' } as const;
  const run = { id: 'run-1', userId: 'ada', conversationId: null, agent: null, startedAt: 0 };
  const found: (FoundRun | 'unknown')[] = [
    { state: 'active', run },
    'unknown',
    'unknown',
    { state: 'settled', run, tombstone: { ...tombstone, usage: null, receipt: null, saved: true } },
  ];
  const log: LogEntry[][] = [[{ id: '1', value: 'One ' }]];
  const link: Partial<BusLink> = {
    listen: () => () => undefined,
    askToShare: () => Promise.resolve(),
    find: () => Promise.resolve((found.length > 1 ? found.shift() : found[0]) ?? null),
    read: () => Promise.resolve(log.shift() ?? []),
  };
  const lines: string[] = [];
  const reading = (async () => {
    // What it asks of the link is all there.
    const all = readShared(link as BusLink, run.id, new AbortController().signal);
    for await (const line of all) lines.push(line);
  })();
  await vi.advanceTimersByTimeAsync(10_000);
  await reading;
  expect(lines).toEqual(['One ', '{"type":"done","outcome":"interrupted"}\n']);
});
