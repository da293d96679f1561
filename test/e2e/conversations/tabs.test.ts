import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from '../../../scripts/launchBrowser.mjs';
import { buildPage } from './startPages.js';
import { dispatchStage, type Stage, stopkitStage } from './startStage.js';
import { LONG } from '../../tier.js';

let browser: Browser;
let folder: string;
let stage: Stage;
let context: BrowserContext;

beforeAll(async () => {
  folder = await buildPage('tabs');
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const complaints: string[] = [];
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

const STAGES = { stopkit: stopkitStage, dispatch: dispatchStage };
// The quick tier opens the tabs of one system; the other is acted out in Node.
const systems: readonly (keyof typeof STAGES)[] = LONG
  ? (Object.keys(STAGES) as (keyof typeof STAGES)[])
  : ['stopkit'];

/** A server and a browser profile of the test's own. */
async function begin(system: keyof typeof STAGES): Promise<void> {
  const [newStage, newContext] = [await STAGES[system](folder), await browser.newContext()];
  [stage, context] = [newStage, newContext];
  onTestFinished(async () => {
    await newContext.close();
    await newStage.close();
  });
}

/** A tab; those of one context are tabs of one browser, and all of them are shown. */
async function openTab(id = 'c1'): Promise<Page> {
  const tab = await context.newPage();
  tab.setDefaultTimeout(5_000);
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await tab.goto(stage.urlOf(id));
  await tab.locator('main[data-connection="open"]').waitFor({ state: 'attached' });
  return tab;
}

const words = async (tab: Page): Promise<string> =>
  (await tab.locator('[data-part="text"]').allTextContents()).join('|').trim();
const answers = (tab: Page): Promise<(string | undefined)[]> =>
  tab
    .locator('[data-stopkit="assistant-message"]')
    .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.status));
const stopButton = (tab: Page) => tab.getByRole('button', { name: 'Stop generating' });
const press = (tab: Page): Promise<void> =>
  stopButton(tab).evaluate((button: HTMLElement) => button.click());

async function send(tab: Page, id: string, text: string): Promise<void> {
  stage.expectAnswer(id);
  await tab.evaluate((what) => void window.tab.send?.(what), text);
  await expect.poll(() => stage.isRunning(id)).toBe(true);
}

test.each(systems)(
  'E10: %s: three tabs, a stop in the second: every tab has the same text, marked, also one that is opened later, and after a reload',
  async (system) => {
    await begin(system);
    const [first, second] = [await openTab(), await openTab()];
    await send(first, 'c1', 'Hi');
    stage.say('c1', 'Hello world');
    await expect.poll(() => words(first)).toBe('Hello world');
    await expect.poll(() => words(second)).toBe('Hello world');
    await press(second);
    for (const tab of [first, second]) {
      await expect.poll(() => answers(tab)).toEqual(['stopped']);
      expect(await stopButton(tab).count()).toBe(0);
    }
    await expect.poll(() => stage.isRunning('c1')).toBe(false);
    const third = await openTab();
    for (const tab of [first, second, third]) {
      await expect.poll(() => answers(tab)).toEqual(['stopped']);
      expect(await words(tab)).toBe('Hello world');
    }
    for (const tab of [first, second, third]) {
      await tab.reload();
      await expect.poll(() => answers(tab)).toEqual(['stopped']);
      expect(await words(tab)).toBe('Hello world');
      expect(await tab.locator('[data-question]').allTextContents()).toEqual(['Hi']);
    }
  },
);

test.each(systems)(
  'E10: %s: two tabs on two conversations never disturb each other',
  async (system) => {
    await begin(system);
    const [a, b] = [await openTab('a'), await openTab('b')];
    await send(a, 'a', 'Of a');
    await send(b, 'b', 'Of b');
    for (let at = 0; at < 20; at += 1) {
      stage.say('a', `a${at} `);
      stage.say('b', `b${at} `);
    }
    const all = (name: string): string =>
      Array.from({ length: 20 }, (_, at) => `${name}${at}`).join(' ');
    await expect.poll(() => words(a)).toBe(all('a'));
    await expect.poll(() => words(b)).toBe(all('b'));
    await press(b);
    await expect.poll(() => answers(b)).toEqual(['stopped']);
    await expect.poll(() => stage.isRunning('b')).toBe(false);
    stage.say('a', 'and on');
    await expect.poll(() => words(a)).toBe(`${all('a')} and on`);
    expect(await answers(a)).toEqual(['streaming']);
    stage.end('a');
    await expect.poll(() => answers(a)).toEqual(['complete']);
    expect(await words(b)).toBe(all('b'));
  },
);

test.each(systems)(
  'E7: %s: a reload in the middle of an answer shows Stop at once, and goes on',
  async (system) => {
    await begin(system);
    const tab = await openTab();
    await send(tab, 'c1', 'Hi');
    stage.say('c1', 'Hello ');
    await expect.poll(() => words(tab)).toBe('Hello');
    await tab.reload();
    await stopButton(tab).waitFor({ timeout: 1_000 });
    await expect.poll(() => words(tab)).toBe('Hello');
    stage.say('c1', 'world');
    await expect.poll(() => words(tab)).toBe('Hello world');
    await press(tab);
    await expect.poll(() => answers(tab)).toEqual(['stopped']);
    await expect.poll(() => stage.isRunning('c1')).toBe(false);
    expect(await words(tab)).toBe('Hello world');
  },
);

test.each(systems)(
  'E3: %s: a conversation that was stopped does not come back as running, however often the page is reloaded',
  async (system) => {
    await begin(system);
    const tab = await openTab();
    await send(tab, 'c1', 'Hi');
    stage.say('c1', 'Hello');
    await expect.poll(() => words(tab)).toBe('Hello');
    await press(tab);
    await expect.poll(() => answers(tab)).toEqual(['stopped']);
    if (system === 'dispatch') {
      // It keeps no marks itself: the page does, and a reload finds them under the stored name, which is the last.
      const marks = `JSON.parse(localStorage.getItem('stopkit-stops') ?? '[]').length`;
      await expect.poll(() => tab.evaluate(marks)).toBe(3);
    }
    for (let times = 0; times < 5; times += 1) {
      await tab.reload();
      await expect.poll(() => answers(tab)).toEqual(['stopped']);
      expect(await tab.locator('main').getAttribute('data-status')).not.toBe('streaming');
      expect(await stopButton(tab).count()).toBe(0);
    }
    await expect.poll(() => stage.isRunning('c1')).toBe(false);
  },
);
