import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { launchBrowser } from '../../../scripts/launchBrowser.mjs';
import { describeAgixt } from '../../unit/conversations/describeAgixt.js';
import { describeDispatch } from '../../unit/conversations/describeDispatch.js';
import { type Driver, driverOf, type LocalDriver } from '../../unit/conversations/openDriver.js';
import { buildPage, serveFolder } from './startPages.js';

let browser: Browser;
let pages: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  pages = await serveFolder(await buildPage('adapters'));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await pages.close();
});

/** A page of its own, with the browser's own WebSocket, driven from here. */
async function openDriverPage(query: Record<string, string>): Promise<Driver> {
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(`${pages.url}/?${new URLSearchParams(query).toString()}`);
  await page.waitForFunction(() => 'driver' in window);
  const ask = (name: keyof LocalDriver, args: readonly unknown[]): Promise<unknown> =>
    page.evaluate(
      ([what, given]) => {
        // What is asked by name takes what that name takes: `Driver` is made of the same functions.
        const driver = window.driver as unknown as Record<string, (...args: unknown[]) => unknown>;
        return driver[what]?.(...given);
      },
      [name, args] as const,
    );
  return driverOf(ask);
}

describe('stopkit/dispatch in Chromium', () => {
  describeDispatch(({ baseUrl, socketUrl }) =>
    openDriverPage({ backend: 'dispatch', base: baseUrl, socket: socketUrl, driver: '400' }),
  );
});

describe('stopkit/agixt in Chromium', () => {
  describeAgixt(({ baseUrl, token }) =>
    openDriverPage({ backend: 'agixt', base: baseUrl, token, driver: '3000' }),
  );
});
