import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { BROWSER_ARGS, findBrowser } from '../../../scripts/browser.mjs';
import { hide, show } from '../windows.js';
import { buildPage } from './startPages.js';
import { dispatchStage, type Stage, stopkitStage } from './startStage.js';

// HTTP/1.1 has six connections per origin, for all tabs together.
const SIX = 6;
const STAGES = { stopkit: stopkitStage, dispatch: dispatchStage };
const systems = Object.keys(STAGES) as (keyof typeof STAGES)[];

let folder: string;
let stage: Stage;
let browser: Browser;
let front: Page | null;

beforeAll(async () => {
  folder = await buildPage('hiddenTabs');
});

/** Playwright pretends that every page is shown; of these only the one in front is. */
async function begin(system: keyof typeof STAGES): Promise<void> {
  const executablePath = findBrowser();
  const [newStage, newBrowser] = [
    await STAGES[system](folder),
    await puppeteer.launch({
      args: BROWSER_ARGS,
      ...(executablePath === null ? { channel: 'chrome' } : { executablePath }),
    }),
  ];
  [stage, browser, front] = [newStage, newBrowser, null];
  onTestFinished(async () => {
    await newBrowser.close();
    await newStage.close();
  });
}

/** Shows a tab, and hides the one that was shown; each has a window of its own. */
async function bringToFront(tab: Page): Promise<void> {
  if (front !== null && front !== tab) await hide(front);
  await show(tab);
  front = tab;
}

async function openTab(id: string): Promise<Page> {
  const tab = await browser.newPage({ type: 'window' });
  tab.setDefaultTimeout(5_000);
  await bringToFront(tab);
  await tab.goto(stage.urlOf(id));
  await tab.waitForSelector('main[data-connection="open"]');
  return tab;
}

async function openTabs(idOf: (at: number) => string, onOpen?: (tab: Page, at: number) => unknown) {
  const tabs: Page[] = [];
  for (let at = 0; at < SIX; at += 1) {
    const tab = await openTab(idOf(at));
    tabs.push(tab);
    await onOpen?.(tab, at);
  }
  return tabs;
}

async function send(tab: Page, id: string): Promise<void> {
  stage.expectAnswer(id);
  await tab.evaluate(() => void window.tab.send?.('Hi'));
  await expect.poll(() => stage.isRunning(id)).toBe(true);
}

const visibility = (tab: Page): Promise<string> => tab.evaluate(() => document.visibilityState);
const words = (tab: Page): Promise<string | undefined> =>
  tab.evaluate(() => document.querySelector('[data-part="text"]')?.textContent.trim());
const answer = (tab: Page): Promise<string | undefined> =>
  tab.evaluate(
    () => document.querySelector<HTMLElement>('[data-stopkit="assistant-message"]')?.dataset.status,
  );
const press = (tab: Page): Promise<void> =>
  tab.evaluate(() =>
    document.querySelector<HTMLElement>('button[data-stopkit="stop-button"]')?.click(),
  );

test.each(systems)(
  '%s: only the tab that is shown holds a stream of events, and one that is shown again asks again',
  async (system) => {
    await begin(system);
    const tabs = await openTabs((at) => `c${at}`);
    await expect.poll(() => stage.streams()).toBe(1);
    const [first, last] = [tabs[0], tabs.at(-1)];
    if (first === undefined || last === undefined) throw new Error('No tab.');
    expect(await visibility(first)).toBe('hidden');
    // Something goes on in a conversation while its tab is hidden.
    await bringToFront(first);
    await send(first, 'c0');
    stage.say('c0', 'Hello');
    await expect.poll(() => words(first)).toBe('Hello');
    await bringToFront(last);
    await expect.poll(() => visibility(first)).toBe('hidden');
    stage.say('c0', ' world');
    stage.end('c0');
    await expect.poll(() => stage.isRunning('c0')).toBe(false);
    await bringToFront(first);
    await expect.poll(() => answer(first)).toBe('complete');
    expect(await words(first)).toBe('Hello world');
    // The connection of the tab that was hidden closes in its own time.
    await expect.poll(() => stage.streams()).toBe(1);
  },
);

test.each(systems)(
  '%s: with six tabs on one running conversation a stop in the last is answered at once, and the others show it when they are shown',
  async (system) => {
    await begin(system);
    const tabs = await openTabs(
      () => 'c1',
      async (tab, at) => {
        if (at === 0) {
          await send(tab, 'c1');
          stage.say('c1', 'Hello');
        }
        await expect.poll(() => words(tab)).toBe('Hello');
      },
    );
    const last = tabs.at(-1);
    if (last === undefined) throw new Error('No tab.');
    await press(last);
    await expect.poll(() => answer(last), { timeout: 1_000 }).toBe('stopped');
    await expect.poll(() => stage.isRunning('c1'), { timeout: 1_000 }).toBe(false);
    for (const tab of tabs) {
      await bringToFront(tab);
      await expect.poll(() => answer(tab), { timeout: 1_000 }).toBe('stopped');
      expect(await words(tab)).toBe('Hello');
    }
  },
);

test.each(systems)(
  '%s: with six tabs that each wait for an answer of their own, a stop in the last is answered at once',
  async (system) => {
    await begin(system);
    const tabs = await openTabs(
      (at) => `c${at}`,
      async (tab, at) => {
        await send(tab, `c${at}`);
        stage.say(`c${at}`, 'Hello');
        await expect.poll(() => words(tab)).toBe('Hello');
      },
    );
    const last = tabs.at(-1);
    if (last === undefined) throw new Error('No tab.');
    await press(last);
    await expect.poll(() => answer(last), { timeout: 1_000 }).toBe('stopped');
    await expect.poll(() => stage.isRunning('c5'), { timeout: 1_000 }).toBe(false);
    for (let at = 0; at < 5; at += 1) expect(stage.isRunning(`c${at}`)).toBe(true);
  },
);

test.each(systems)(
  'E10: %s: a hidden tab, which no longer hears the server, is told of a stop by the tab it was made in',
  async (system) => {
    await begin(system);
    const asking = await openTab('c1');
    await send(asking, 'c1');
    stage.say('c1', 'Hello');
    const hidden = await openTab('c1');
    await expect.poll(() => words(hidden)).toBe('Hello');
    const shown = await openTab('c1');
    await expect.poll(() => words(shown)).toBe('Hello');
    await expect.poll(() => visibility(hidden)).toBe('hidden');
    expect(await answer(hidden)).toBe('streaming');
    await press(shown);
    await expect.poll(() => answer(hidden), { timeout: 1_000 }).toBe('stopped');
    expect([await visibility(hidden), await words(hidden)]).toEqual(['hidden', 'Hello']);
  },
);
