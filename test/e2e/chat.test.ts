import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { BROWSER_ARGS, findBrowser } from '../../scripts/browser.mjs';
import { type Chat, startChat } from './startChat.js';
import { hide } from './windows.js';
import { LONG } from '../tier.js';

let chat: Chat;
let shared: Awaited<ReturnType<Chat['open']>>;

beforeAll(async () => {
  chat = await startChat();
  shared = await chat.open();
});
afterAll(() => chat.close());
beforeEach(() => {
  chat.requests.length = 0;
  chat.stops.length = 0;
  chat.stopMode = 'stopped';
});

/** Loads the page anew; what ran in it before is over. */
const open = async (query = ''): Promise<typeof shared> => {
  shared.complaints.length = 0;
  await chat.visit(shared.page, query);
  return shared;
};
const box = (page: Page) => page.getByRole('textbox');
const stopButton = (page: Page) => page.getByRole('button', { name: 'Stop generating' });
const send = async (page: Page, prompt: string): Promise<void> => {
  await box(page).fill(prompt);
  await box(page).press('Enter');
};
/** Presses like a keyboard: the guard against a double click on Send is the composer's own suite's business. */
const press = (page: Page): Promise<void> =>
  stopButton(page).evaluate((button: HTMLElement) => button.click());
const status = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => window.page.generation?.getSnapshot().status);
const shown = async (page: Page): Promise<string> =>
  (await page.locator('[data-part="text"]').allTextContents()).join('');
const whenShown = (page: Page, text: string): Promise<void> =>
  expect.poll(() => shown(page)).toContain(text);

test.each([
  ['before the headers', 'none'],
  ['after the headers and before the first word', 'silent'],
  ['in the middle', 'endless'],
])('A1: after a stop %s the next message can be sent and is answered', async (_, prompt) => {
  const { page, complaints } = await open();
  await send(page, prompt);
  await expect.poll(() => chat.requests).toHaveLength(1);
  if (prompt === 'endless') await whenShown(page, 'endless 1.');
  await press(page);
  expect(await status(page)).toBe('stopped');
  await expect.poll(() => chat.requests[0]?.closed).toBe(true);
  await send(page, 'short');
  await expect.poll(() => status(page)).toBe('complete');
  expect(await shown(page)).toContain('short 20.');
  // B6: nothing was reported as an error, in any phase.
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('A2: Stop is there and usable in every frame from the send to the end', async () => {
  const { page } = await open();
  const watching = page.evaluate(() => window.page.watchStop());
  await send(page, 'late');
  await whenShown(page, 'late 5.');
  await press(page);
  const { frames, without, statuses } = await watching;
  expect(statuses).toEqual(['connecting', 'streaming']);
  expect(frames).toBeGreaterThan(10);
  expect(without).toBe(0);
});

test.each(LONG ? [0, 5, 20, 50, 150, 300] : [0, 20, 150])(
  'A4: a stop %i ms after the send, before the first word, ends the run on the server too',
  async (afterMs) => {
    const { page } = await open();
    const stopped = page.evaluate(async (ms) => {
      void window.page.generation?.start('later');
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return window.page.generation?.stop();
    }, afterMs);
    expect(await stopped).toMatchObject({ by: 'user', seenChars: 0 });
    expect(await status(page)).toBe('stopped');
    await expect.poll(() => chat.requests.every(({ closed }) => closed)).toBe(true);
    expect(chat.requests.every(({ tokens }) => tokens === 0)).toBe(true);
  },
);

test('A7: a draft that is typed while an answer streams leaves Stop where it is, and A8: Stop leaves the draft alone', async () => {
  const { page } = await open();
  await send(page, 'endless');
  await whenShown(page, 'endless 1.');
  await box(page).fill('And another thing');
  expect(await stopButton(page).isVisible()).toBe(true);
  expect(await stopButton(page).getAttribute('type')).toBe('button');
  await press(page);
  expect(await status(page)).toBe('stopped');
  expect(await box(page).inputValue()).toBe('And another thing');
  expect(chat.requests).toHaveLength(1);
});

test.each(['error', 'cut', 'hang'] as const)(
  'A10, A11: when the stop request fails (%s) the text stands, nothing claims success, and a retry works',
  async (mode) => {
    chat.stopMode = mode;
    const { page, complaints } = await open('?stop');
    await send(page, 'endless');
    await whenShown(page, 'endless 3.');
    await press(page);
    const frozen = await shown(page);
    const retry = page.getByRole('button', { name: 'Retry stop' }).first();
    await retry.waitFor();
    const message = page.locator('[data-stopkit="assistant-message"]');
    expect(await message.textContent()).not.toMatch(/You stopped this answer\b(?!.*not)/i);
    expect(await shown(page)).toBe(frozen);
    chat.stopMode = 'stopped';
    await retry.click();
    await expect
      .poll(() =>
        page.evaluate(() => window.page.generation?.getSnapshot().stopRecord?.confirmation),
      )
      .toBe('confirmed');
    // The browser itself asks once more when a connection is cut without an answer; all name the same run.
    expect(chat.stops.length).toBeGreaterThanOrEqual(2);
    for (const stop of chat.stops) expect(stop).toMatchObject({ runId: chat.requests[0]?.runId });
    expect(complaints).toEqual([]);
  },
);

test('B1: stop and send, again and again: the new answer is whole, and old words never reach it', async () => {
  const { page } = await open();
  for (const gapMs of [0, 1, 16, 100]) {
    const result = await page.evaluate(async (ms) => {
      const { generation } = window.page;
      void generation?.start('endless');
      while (generation?.getSnapshot().text === '') await new Promise(requestAnimationFrame);
      void generation?.stop();
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return generation?.start('short');
    }, gapMs);
    expect(result?.status).toBe('complete');
    expect(result?.text).not.toContain('endless');
    expect(result?.text).toMatch(/^short 1\. .*short 20\. $/);
  }
  await send(page, 'endless');
  await whenShown(page, 'endless 1.');
  await press(page);
  expect(await status(page)).toBe('stopped');
});

test('B16: under StrictMode one send is one request, and Stop works', async () => {
  const { page } = await open();
  await send(page, 'endless');
  await whenShown(page, 'endless 2.');
  expect(chat.requests).toHaveLength(1);
  await press(page);
  await expect.poll(() => chat.requests[0]?.closed).toBe(true);
});

test('B19: leaving the page of an answer closes its connection, and coming back can start anew', async () => {
  const { page, complaints } = await open();
  await send(page, 'endless');
  await whenShown(page, 'endless 1.');
  // With the keyboard: the text above it grows, and the button moves.
  await page.getByRole('button', { name: 'Leave' }).press('Enter');
  await expect.poll(() => chat.requests[0]?.closed).toBe(true);
  await page.getByRole('button', { name: 'Come back' }).click();
  await send(page, 'short');
  await whenShown(page, 'short 20.');
  expect(complaints).toEqual([]);
});

test('B19: with onUnmount "keep" the answer is written to its end without its component', async () => {
  const { page } = await open('?keep');
  await send(page, 'short');
  await whenShown(page, 'short 1.');
  // With the keyboard: the text above it grows, and the button moves.
  await page.getByRole('button', { name: 'Leave' }).press('Enter');
  await expect
    .poll(() => page.evaluate(() => window.page.settled.map((snapshot) => snapshot.status)))
    .toEqual(['complete']);
});

test.runIf(LONG)(
  'B21: React never complains of too many updates, on a machine six times slower',
  async () => {
    const { page, complaints } = await chat.open();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await send(page, 'endless');
    await expect.poll(() => chat.requests[0]?.tokens, { timeout: 20_000 }).toBeGreaterThan(600);
    await press(page);
    expect(await status(page)).toBe('stopped');
    expect(complaints).toEqual([]);
    await page.close();
  },
);

test('K3: under a flood a click on Stop is handled at once', async () => {
  const { page } = await open();
  const { x, y } = await page.evaluate(() => window.page.startFlood());
  await page.mouse.click(x, y);
  await page.waitForFunction(() => window.page.clickLate !== null);
  const late = await page.evaluate(() => window.page.clickLate);
  console.log(
    `stopkit: under a flood the press was handled after ${late?.ms.toFixed(0)} ms, ${late?.frames} frames`,
  );
  await expect.poll(() => status(page)).toBe('stopped');
  // Counted in frames, because beside other suites a frame takes as long as the machine likes.
  expect(late?.frames).toBeLessThanOrEqual(2);
  const { texts } = await page.evaluate(() => window.page.sampleText(300));
  expect(texts).toHaveLength(1);
});

test('C1: what was on the screen at the stop stays there, byte for byte', async () => {
  const { page } = await open('?stop');
  await send(page, 'endless');
  await whenShown(page, 'endless 10.');
  const before = await page.evaluate(() => {
    const text = document.querySelector('[data-part="text"]')?.textContent ?? '';
    void window.page.generation?.stop();
    return text;
  });
  const { texts } = await page.evaluate(() => window.page.sampleText(1_000));
  expect(texts).toEqual([before]);
  expect(chat.stops).toMatchObject([{ seenChars: before.length }]);
});

test('E12: an answer that ends in a hidden tab is whole and over before the tab is shown again', async () => {
  const executablePath = findBrowser();
  // Playwright pretends that every page is visible, so this one test drives a real window itself.
  const browser = await puppeteer.launch({
    args: BROWSER_ARGS,
    ...(executablePath === null ? { channel: 'chrome' } : { executablePath }),
  });
  try {
    const page = await browser.newPage();
    await page.goto(chat.address);
    await page.waitForFunction(() => window.page.generation !== null);
    await hide(page);
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
    await page.evaluate(() => void window.page.generation?.start('short'));
    await expect
      .poll(() => page.evaluate(() => window.page.generation?.getSnapshot().status))
      .toBe('complete');
    expect(
      await page.evaluate(() => [
        document.visibilityState,
        document.querySelector('[data-part="text"]')?.textContent,
      ]),
    ).toEqual(['hidden', expect.stringContaining('short 20.')]);
    // One that streams while the tab is hidden goes on without animation frames, and a stop works.
    await page.evaluate(() => void window.page.generation?.start('endless'));
    await expect
      .poll(() => page.evaluate(() => document.querySelector('[data-part="text"]')?.textContent))
      .toContain('endless 5.');
    expect(await page.evaluate(() => window.page.generation?.stop())).toMatchObject({ by: 'user' });
  } finally {
    await browser.close();
  }
});
