import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Count, type Demo, startDemo } from './startDemo.js';

let demo: Demo;

beforeAll(async () => {
  demo = await startDemo();
}, 120_000);
afterAll(() => demo.close());
beforeEach(() => demo.break({}));

const QUESTION = 'Why does the model go on after I close the tab?';
const message = (page: Page) => page.locator('[data-stopkit="assistant-message"]').last();
const shown = async (page: Page): Promise<string> =>
  (await message(page).locator('[data-part="block"]').allTextContents()).join('');
const stopButton = (page: Page) =>
  page.locator('[data-stopkit="composer"]').getByRole('button', { name: 'Stop generating' });

async function ask(page: Page): Promise<void> {
  await page.getByRole('textbox').fill(QUESTION);
  await page.getByRole('textbox').press('Enter');
}
const whenShown = (page: Page, text: string) =>
  expect.poll(() => shown(page), { timeout: 30_000 }).toContain(text);

/** Presses like a keyboard: the guard against a double click on Send has its own suite. */
const press = (page: Page) => stopButton(page).evaluate((button: HTMLElement) => button.click());

async function lastRun(page: Page) {
  const run = (await demo.history(page)).at(-1);
  if (run === undefined)
    throw new Error('stopkit: nothing was stored, so nothing can be compared.');
  return run;
}

/** The receipt's figure, and how many tokens the model made after its connection closed. */
async function compare(page: Page): Promise<{ receipt: number; count: Count; after: number }> {
  const mark = message(page).locator('[data-part="end-mark"] button');
  await mark.waitFor();
  const receipt = Number(/(\d+) tokens? after/.exec((await mark.textContent()) ?? '')?.[1]);
  const { runId } = await lastRun(page);
  await expect.poll(async () => (await demo.count(runId))?.over, { timeout: 10_000 }).toBe(true);
  const count = await demo.count(runId);
  if (count === null) throw new Error('stopkit: the model was never asked, so it counted nothing.');
  const { closedAt, madeAt } = count;
  return { receipt, count, after: madeAt.filter((at) => at > (closedAt ?? Infinity)).length };
}

test.each([
  ['before the headers', { firstWordMs: 3_000 }, null],
  ['in the first words', {}, 'This is'],
  ['in the middle of code', { tokensPerSecond: 100 }, 'AbortController'],
])(
  'a stop %s closes the model, keeps what was shown over a reload, and the next message works',
  async (_, faults, words) => {
    await demo.break(faults);
    const { page, complaints } = await demo.open();
    await ask(page);
    await stopButton(page).waitFor();
    if (words !== null) await whenShown(page, words);
    await press(page);
    const frozen = words === null ? '' : await shown(page);
    await expect.poll(async () => (await lastRun(page)).outcome).toBe('stopped');
    const { runId } = await lastRun(page);
    await expect.poll(async () => (await demo.count(runId))?.over !== false).toBe(true);
    expect(words === null ? '' : await shown(page)).toBe(frozen);

    await page.reload();
    const mark = words === null ? 'Stopped before the first word' : 'You stopped this answer';
    await page.getByText(mark).waitFor();
    expect(words === null ? '' : await shown(page)).toBe(frozen);

    await demo.break({ tokensPerSecond: 5_000 });
    await ask(page);
    await expect.poll(async () => (await lastRun(page)).outcome).toBe('complete');
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('the receipt tells what the model itself counted', async () => {
  const { page, complaints } = await demo.open();
  await ask(page);
  await whenShown(page, 'This is');
  await press(page);
  const { receipt, count, after } = await compare(page);
  expect(after).toBe(0);
  expect(receipt).toBeGreaterThanOrEqual(after);
  // Made while the stop was on its way from the page to the model, which the machine's load decides.
  expect(receipt).toBeLessThan(count.madeAt.length);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a model that ignores that we left is told as it is: the same number, above zero', async () => {
  await demo.break({ model: 'ignore-abort', tokensPerSecond: 20 });
  const { page } = await demo.open();
  await ask(page);
  await whenShown(page, 'This is');
  await press(page);
  const { receipt, count, after } = await compare(page);
  expect(after).toBeGreaterThan(0);
  expect(receipt).toBeGreaterThanOrEqual(after);
  // The same count, begun when the server heard of the stop: a moment before the connection was closed.
  const heardWithinMs = 500;
  const since = (count.closedAt ?? 0) - heardWithinMs;
  expect(receipt).toBeLessThanOrEqual(count.madeAt.filter((at) => at > since).length);
  await page.close();
});

test.each(['down', 'lost'] as const)(
  'with the stop endpoint %s nothing claims that the model has stopped',
  async (stop) => {
    await demo.break({ stop });
    const { page, complaints } = await demo.open();
    await ask(page);
    await whenShown(page, 'This is');
    await press(page);
    await message(page).getByText('Stopped here, not confirmed.').waitFor();
    expect(await page.getByText('tokens after').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('after kill -9 of the server the answers are there as interrupted, and nothing spins', async () => {
  await demo.break({ tokensPerSecond: 15 });
  const pages: Page[] = [];
  for (let chat = 0; chat < 3; chat += 1) {
    const { page } = await demo.open();
    await ask(page);
    pages.push(page);
  }
  const before: string[] = [];
  for (const page of pages) {
    await whenShown(page, 'the reader leaves');
    before.push(await shown(page));
  }
  // At least what was on the screen one second before: checkpoints come four times a second.
  await expect
    .poll(async () => (await shown(pages[2] as Page)).length)
    .toBeGreaterThan((before[2] as string).length + 40);
  await demo.killServer();
  await demo.startServer();
  for (const [index, page] of pages.entries()) {
    await page.reload();
    await page.getByText('The connection was lost.').waitFor();
    const run = await lastRun(page);
    expect(run.outcome).toBe('interrupted');
    expect((await shown(page)).length).toBeGreaterThanOrEqual(
      (before[index] as string).length - 40,
    );
    expect(
      await page.locator('[data-status="streaming"], [data-status="connecting"]').count(),
    ).toBe(0);
    await page.close();
  }
});

test('on a page of 320 px an answer is stopped, everything fits, and Stop is large enough', async () => {
  const { page, complaints } = await demo.open({ width: 320, height: 640 });
  await ask(page);
  await whenShown(page, 'AbortController');
  const box = await stopButton(page).boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  await page.getByRole('textbox').press('Escape');
  await page.getByText('You stopped this answer').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(complaints).toEqual([]);
  await page.close();
});
