import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainText } from '../../formats/plainText.js';
import type { Bus, BusLink, FoundRun, LogEntry } from './Bus.js';
import { createKeeper } from './createKeeper.js';
import { createLiveRun } from './createLiveRun.js';
import { silent } from './Logger.js';
import { memoryBus } from './memoryBus.js';
import { DEFAULT_LIMITS } from './RunLimits.js';
import { readShared, shareRun } from './shareRun.js';

const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
const nothing = (): void => undefined;
const ONE = '{"type":"text","delta":"One "}\n';
const run = { id: 'run-1', userId: 'ada', conversationId: null, agent: null, startedAt: 0 };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text that lines of stopkit's stream say. */
const textIn = (lines: string): string =>
  [...lines.matchAll(/"delta":"([^"]*)"/g)].map(([, delta]) => delta).join('');

/** The same bus, whose logs expire unless something is written to them. */
function withoutTouch(bus: Bus): Bus {
  return {
    join(node) {
      const { touch: _, ...link } = bus.join(node);
      return link;
    },
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: [...TIMERS, 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('F9: a reader on another node whose log never got its end does not wait for it', async () => {
  const tombstone = { outcome: 'complete', reason: null, by: null, text: 'One two' } as const;
  const found: (FoundRun | 'unknown')[] = [
    { state: 'active', run },
    'unknown',
    'unknown',
    { state: 'settled', run, tombstone: { ...tombstone, usage: null, receipt: null, saved: true } },
  ];
  const log: LogEntry[][] = [[{ id: '1', value: ONE }]];
  const link: Partial<BusLink> = {
    listen: () => nothing,
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
  expect(lines).toEqual([ONE, '{"type":"done","outcome":"interrupted"}\n']);
});

/** A run on one node, and pages that read it on another. */
async function openShared(bus = memoryBus()) {
  const saving = { checkpointMs: 0, settleMs: 0, onCheckpoint: undefined, onSettled: undefined };
  const live = createLiveRun({
    info: run,
    format: plainText(),
    onDisconnect: 'stop',
    limits: DEFAULT_LIMITS,
    autoStop: undefined,
    keeper: createKeeper({ info: run, ...saving, logger: silent }),
    onUnreadable: nothing,
    onSettling: nothing,
    onSettled: () => Promise.resolve(),
  });
  const share = (): void => shareRun(link, live);
  const link = bus.join({ stop: nothing, share, lost: nothing, warn: nothing });
  await link.register(run, { epoch: null, exclusive: true, besides: [] });
  const leave = live.join();
  live.begin(null);
  const read = () => readShared(link, run.id, new AbortController().signal);
  return { live, link, leave, read };
}

test('a page that takes nothing for a while keeps its answer alive on another node, until it leaves', async () => {
  const { live, leave, read } = await openShared();
  const page = read();
  await page.next();
  leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(live.signal.aborted).toBe(false);
  await page.return(undefined);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(live.signal.aborted).toBe(true);
});

test.each([
  ['', memoryBus()],
  [', also of a bus that only takes entries', withoutTouch(memoryBus())],
])(
  'a page that comes after minutes of silence is told the answer from its start%s',
  async (_what, bus) => {
    const { live, read } = await openShared(bus);
    await live.accept(bytes('One '));
    await read().next();
    await vi.advanceTimersByTimeAsync(180_000);
    let text = '';
    const reading = (async () => {
      for await (const lines of read()) {
        text += textIn(lines);
        if (text.endsWith('two')) return;
      }
    })();
    await live.accept(bytes('two'));
    await vi.advanceTimersByTimeAsync(5_000);
    await reading;
    expect(text).toBe('One two');
  },
);

test('a page that comes after another left does not take what that one read for the whole answer', async () => {
  const { live, link, read } = await openShared();
  await live.accept(bytes('One '));
  const page = read();
  expect(textIn(String((await page.next()).value))).toBe('One ');
  await page.return(undefined);
  await vi.advanceTimersByTimeAsync(20_000);
  await live.accept(bytes('two'));
  // The node that makes the answer has not heard yet that it is read again.
  const said = await link.read(`shared:${run.id}`, null);
  expect(textIn(said.map(({ value }) => value).join(''))).toBe('');
  let text = '';
  for await (const lines of read()) {
    text += textIn(lines);
    if (text.endsWith('two')) break;
  }
  expect(text).toBe('One two');
});
