import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Faults } from '../../../demo/Faults.js';
import { startChromium } from '../engines/chromium.js';
import { type Engine, WIDE } from '../engines/Tab.js';
import { createVisitor, type Visitor } from './createVisitor.js';
import { type Demo, startDemo } from './startDemo.js';
import { LONG } from '../../tier.js';

const QUESTION = 'Why does the model go on after I close the tab?';
const MARK = '[data-part="end-mark"] button';

let demo: Demo;
let engine: Engine;
beforeAll(async () => {
  [demo, engine] = await Promise.all([startDemo(), startChromium()]);
}, 120_000);
afterAll(() => Promise.all([demo.close(), engine.close()]));

async function stopOne(faults: Partial<Faults>, at = 'This is'): Promise<Visitor> {
  await demo.break(faults);
  const visitor = await createVisitor(demo, await engine.open(WIDE));
  await visitor.ask(QUESTION);
  await visitor.untilText(at);
  await visitor.stop('keyboard');
  return visitor;
}

/** What the model's own process made after the server had heard of the stop. */
async function counted(runId: string): Promise<number> {
  await expect.poll(async () => (await demo.count(runId))?.over).toBe(true);
  const { madeAt = [] } = (await demo.count(runId)) ?? {};
  const response = await fetch(`${demo.url}/api/stops`);
  const { runs } = (await response.json()) as { runs: { runId: string; receipt: string }[] };
  const stored = runs.find((run) => run.runId === runId)?.receipt ?? '{}';
  const { heardAt = NaN } = JSON.parse(stored) as { heardAt?: number };
  expect(heardAt).toBeGreaterThan(madeAt[0] ?? Infinity);
  return madeAt.filter((at) => at > heardAt).length;
}

async function receipt(visitor: Visitor): Promise<number> {
  await visitor.until(`document.querySelector('${MARK}')`);
  const words = await visitor.tab.read<string>(`document.querySelector('${MARK}').textContent`);
  return Number(/(\d+) tokens? after/.exec(words)?.[1]);
}

test.each<[string, Partial<Faults>]>([
  ['works', {}],
  ...(LONG
    ? ([
        ['hangs', { model: 'hang', tokensPerSecond: 100 }],
        ['is fast', { tokensPerSecond: 150 }],
        ['is told late', { stop: 'slow', tokensPerSecond: 20 }],
      ] satisfies [string, Partial<Faults>][])
    : []),
])('the receipt of a model that %s has the number that the model counted', async (_, faults) => {
  // One that hangs does so while it thinks.
  const visitor = await stopOne(faults, faults.model === 'hang' ? 'The question is' : undefined);
  const shown = await receipt(visitor);
  expect(shown).toBe(await counted((await visitor.lastTurn()).runId));
  expect(visitor.complaints()).toEqual([]);
  await visitor.tab.close();
});

test('a model that ignores that we left is told as it is: the same number, above zero', async () => {
  const visitor = await stopOne({ model: 'ignore-abort', tokensPerSecond: 20 });
  const shown = await receipt(visitor);
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBe(await counted((await visitor.lastTurn()).runId));
  await visitor.tab.close();
});

test.each(LONG ? (['down', 'lost'] as const) : (['lost'] as const))(
  'with the stop endpoint %s nothing claims that the model has stopped',
  async (stop) => {
    const visitor = await stopOne({ stop });
    await visitor.untilText('Stopped here, not confirmed.');
    expect(await visitor.tab.read('document.body.innerText')).not.toMatch(/\d tokens? after/);
    expect(visitor.complaints()).toEqual([]);
    await visitor.tab.close();
  },
);

test.runIf(LONG).each([
  ['cuts the connection', 'cut', 'The connection to the model was lost'],
  ['sends an error', 'error', 'The answer failed'],
] as const)('a model that %s leaves nothing to stop, and no receipt', async (_, model, words) => {
  await demo.break({ model, tokensPerSecond: 500 });
  const visitor = await createVisitor(demo, await engine.open(WIDE));
  await visitor.ask(QUESTION);
  await visitor.untilText(words);
  expect(await visitor.stopIsThere()).toBe(false);
  expect(await visitor.tab.read(`document.querySelector('${MARK}')`)).toBeNull();
  await visitor.tab.close();
});

test.runIf(LONG)(
  'after kill -9 of the server three answers are there as interrupted, with all that was shown a second before',
  async () => {
    await demo.break({ tokensPerSecond: 15 });
    const visitors: Visitor[] = [];
    for (let chat = 0; chat < 3; chat += 1) {
      const visitor = await createVisitor(demo, await engine.open(WIDE));
      await visitor.ask(QUESTION);
      visitors.push(visitor);
    }
    const before: string[] = [];
    for (const visitor of visitors) {
      await visitor.untilText('Listen on the');
      before.push(await visitor.answer());
    }
    // A second later, by the model's own pace.
    const last = before[2] ?? '';
    await expect
      .poll(async () => (await visitors[2]?.answer())?.length)
      .toBeGreaterThan(last.length + 40);
    await demo.killServer();
    await demo.startServer();
    for (const [index, visitor] of visitors.entries()) {
      await visitor.tab.reload();
      await visitor.untilText('The connection was lost.');
      expect((await visitor.lastTurn()).outcome).toBe('interrupted');
      const there = await visitor.answer();
      expect(there.startsWith(before[index] ?? '?')).toBe(true);
      expect(await visitor.stopIsThere()).toBe(false);
      await visitor.tab.close();
    }
  },
);

test('on a page of 320 px Stop is large enough for a thumb', async () => {
  await demo.break({});
  const visitor = await createVisitor(demo, await engine.open({ width: 320, height: 640 }));
  await visitor.ask(QUESTION);
  await visitor.untilText('This is');
  const sides = await visitor.tab.read<number[]>(
    `Object.values(document.querySelector('[data-stopkit="composer"] [data-stopkit="stop-button"]').getBoundingClientRect().toJSON()).slice(2, 4)`,
  );
  expect(Math.min(...sides)).toBeGreaterThanOrEqual(44);
  await visitor.stop('mouse');
  await visitor.untilText('You stopped this answer');
  await visitor.tab.close();
});
