import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startChromium } from '../engines/chromium.js';
import { startFirefox } from '../engines/firefox.js';
import { type Engine, NARROW, type Size, WIDE } from '../engines/Tab.js';
import { startWebKit } from '../engines/webkit.js';
import { createVisitor, type Visitor } from './createVisitor.js';
import { MOMENTS, QUICK } from './moments.js';
import { type Demo, startDemo } from './startDemo.js';
import { LONG } from '../../tier.js';

const ENGINES = LONG
  ? { Chromium: startChromium, Firefox: startFirefox, WebKit: startWebKit }
  : { Chromium: startChromium };
const WAYS: { size: Size; hand: 'mouse' | 'keyboard'; moments: readonly string[] }[] = LONG
  ? [WIDE, NARROW].flatMap((size) =>
      (['mouse', 'keyboard'] as const).map((hand) => ({
        size,
        hand,
        moments: MOMENTS.map(({ name }) => name),
      })),
    )
  : [
      { size: WIDE, hand: 'mouse', moments: QUICK },
      { size: NARROW, hand: 'keyboard', moments: ['in code'] },
    ];
const QUESTION = 'Why does the model go on after I close the tab?';
const ALL_ANSWERS = `[...document.querySelectorAll('[data-stopkit="assistant-message"]')]`;
/** In the text, not yet in the reasoning before it. */
const WORDS = 'Listen on the response';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
}, 120_000);
afterAll(() => demo.close());

/** The model made nothing more, and its connection is closed. */
async function modelIsQuiet(of: Demo, runId: string): Promise<void> {
  await expect.poll(async () => (await of.count(runId))?.over !== false).toBe(true);
  const count = await of.count(runId);
  // A question that was stopped early enough never reached it.
  if (count !== null) expect(count.closedAt).not.toBeNull();
}

async function nextMessageWorks(visitor: Visitor, of: Demo): Promise<void> {
  await of.break({ tokensPerSecond: 5_000 });
  await visitor.ask('Compare in a table');
  await expect.poll(visitor.status, { timeout: 20_000 }).toBe('complete');
  await expect.poll(async () => (await visitor.lastTurn()).outcome).toBe('complete');
  expect(visitor.complaints()).toEqual([]);
}

describe.each(Object.entries(ENGINES))('in %s', (_, start) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  }, 60_000);
  afterAll(() => engine.close());
  const visit = async (of: Demo, size = WIDE, path?: string): Promise<Visitor> =>
    createVisitor(of, await engine.open(size), path);

  for (const { size, hand, moments } of WAYS) {
    test.each(MOMENTS.filter(({ name }) => moments.includes(name)))(
      `a stop $name, ${size.width} px wide, with the ${hand}: the model is closed, the text is kept, and the next message works`,
      async ({ question, faults, comes, mark }) => {
        if (size === NARROW && engine.cannot.includes('be 320 px wide')) return;
        await demo.break(faults);
        const visitor = await visit(demo, size);
        await visitor.ask(question);
        const stored = async () => (await demo.history(await visitor.chat())).at(-1);
        // What is stopped before it is sent is stopped nowhere else.
        await expect.poll(stored).toBeDefined();
        if (comes !== null) await visitor.until(comes);
        if (mark !== '') {
          // Before the server has answered a click is too early: it counts as one that was meant for Send.
          await visitor.stop(comes === null ? 'keyboard' : hand);
          await visitor.untilText(mark);
        }
        const [frozen, status] = [await visitor.answer(), mark === '' ? 'complete' : 'stopped'];
        await expect.poll(visitor.status).toBe(status);
        await expect.poll(stored).toMatchObject({ outcome: status });
        await modelIsQuiet(demo, (await visitor.lastTurn()).runId);
        expect(await visitor.answer()).toBe(frozen);
        expect(await visitor.stopIsThere()).toBe(false);

        await visitor.tab.reload();
        if (mark !== '') await visitor.untilText(mark);
        await expect.poll(visitor.answer).toBe(frozen);
        const width = await visitor.tab.read('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(size.width);
        await nextMessageWorks(visitor, demo);
        await visitor.tab.close();
      },
    );
  }

  test.runIf(LONG)(
    'a reload in the middle shows Stop at once, and it stops the answer',
    async () => {
      await demo.break({ whenClosed: 'continue', tokensPerSecond: 15 });
      const visitor = await visit(demo);
      await visitor.ask(QUESTION);
      await visitor.untilText(WORDS);
      await visitor.tab.reload();
      await visitor.untilText('This is');
      await visitor.stop('keyboard');
      await visitor.untilText('You stopped this answer');
      await modelIsQuiet(demo, (await visitor.lastTurn()).runId);
      await nextMessageWorks(visitor, demo);
      await visitor.tab.close();
    },
  );

  test.runIf(LONG)(
    'Continue goes on with the same message, through what the list says of it, and a reload shows it whole',
    async () => {
      await demo.break({ tokensPerSecond: 15 });
      const visitor = await visit(demo);
      await visitor.ask(QUESTION);
      await visitor.untilText(WORDS);
      await visitor.stop('keyboard');
      await visitor.untilText('You stopped this answer');
      const partial = await visitor.answer();
      const { runId } = await visitor.lastTurn();
      const messages = () => visitor.tab.read(`${ALL_ANSWERS}.length`);
      await visitor.tab.click('[data-part="actions"] button:first-child');
      // The list has been asked meanwhile, and knows the run by its new name.
      await visitor.until(`document.querySelector('.sidebar [data-stopkit="stop-button"]')`);
      await expect
        .poll(async () => (await visitor.answer()).length)
        .toBeGreaterThan(partial.length);
      expect(await messages()).toBe(1);
      await visitor.stop('keyboard');
      await expect.poll(visitor.status).toBe('stopped');
      const whole = await visitor.answer();
      expect(whole.startsWith(partial)).toBe(true);
      expect((await visitor.lastTurn()).runId).not.toBe(runId);
      await visitor.tab.reload();
      await expect.poll(visitor.answer).toBe(whole);
      expect(await messages()).toBe(1);
      await nextMessageWorks(visitor, demo);
      await visitor.tab.close();
    },
  );

  test('a stop in a second tab stops the first as well, and after a reload both have the same text', async () => {
    await demo.break({ tokensPerSecond: 15 });
    const first = await visit(demo);
    await first.ask(QUESTION);
    await first.untilText(WORDS);
    const second = await visit(demo, WIDE, `/?chat=${await first.chat()}`);
    await second.untilText(WORDS);
    await second.stop('keyboard');
    await second.untilText('You stopped this answer');
    await first.untilText('Stopped in another tab');
    // What either has shown is not taken back; what is kept is what the person saw who stopped it.
    const [saw, kept] = [await first.answer(), await second.answer()];
    expect(saw.startsWith(kept) || kept.startsWith(saw)).toBe(true);
    await first.tab.reload();
    await second.tab.reload();
    await expect.poll(first.answer).toBe(kept);
    await expect.poll(second.answer).toBe(kept);
    await modelIsQuiet(demo, (await first.lastTurn()).runId);
    await nextMessageWorks(first, demo);
    await second.tab.close();
    await first.tab.close();
  });

  test.runIf(LONG)(
    'without a connection the page says that it reconnects and keeps the text; with one again the next message works',
    async () => {
      await demo.break({});
      const visitor = await visit(demo);
      await visitor.ask(QUESTION);
      await visitor.untilText(WORDS);
      demo.cut();
      await visitor.untilText('Reconnecting');
      const kept = await visitor.answer();
      expect(kept).toContain(WORDS);
      demo.mend();
      await visitor.untilText('The connection was lost');
      expect(await visitor.stopIsThere()).toBe(false);
      await modelIsQuiet(demo, (await visitor.lastTurn()).runId);
      expect((await visitor.answer()).slice(0, kept.length)).toBe(kept);
      await nextMessageWorks(visitor, demo);
      await visitor.tab.close();
    },
  );

  test.runIf(LONG)(
    'after a restart of the server the answer is there as interrupted, and the next message works',
    async () => {
      await demo.break({ tokensPerSecond: 15 });
      const visitor = await visit(demo);
      await visitor.ask(QUESTION);
      await visitor.untilText(WORDS);
      await demo.killServer();
      await visitor.untilText('Reconnecting');
      await demo.startServer();
      await visitor.untilText('The connection was lost');
      expect((await visitor.lastTurn()).outcome).toBe('interrupted');
      expect(await visitor.stopIsThere()).toBe(false);
      await nextMessageWorks(visitor, demo);
      await visitor.tab.close();
    },
  );

  test.runIf(LONG)(
    'with two nodes a stop that reaches the other one closes the model, and the receipt says so',
    async () => {
      const two = await startDemo({ nodes: 2 });
      onTestFinished(() => two.close());
      await two.break({});
      const visitor = await visit(two);
      await visitor.ask(QUESTION);
      await visitor.untilText(WORDS);
      await visitor.stop('keyboard');
      await visitor.untilText('You stopped this answer');
      await modelIsQuiet(two, (await visitor.lastTurn()).runId);
      await visitor.until(`document.querySelector('[data-part="end-mark"] button')`);
      await visitor.tab.click('[data-part="end-mark"] button');
      await visitor.until(
        `/Node [AB] heard it, node [AB] was writing/.test(document.body.innerText)`,
      );
      await nextMessageWorks(visitor, two);
      await visitor.tab.close();
    },
  );
});
