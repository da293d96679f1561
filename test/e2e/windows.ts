import type { Page } from 'puppeteer-core';

/** Hides a page from its reader: a tab behind another is still shown in some Chromiums, a minimized window in none. */
export const hide = (page: Page): Promise<void> => setWindow(page, 'minimized');

/** Shows a hidden page again. */
export async function show(page: Page): Promise<void> {
  await setWindow(page, 'normal');
  await page.bringToFront();
}

async function setWindow(page: Page, windowState: 'minimized' | 'normal'): Promise<void> {
  const session = await page.createCDPSession();
  const { windowId } = await session.send('Browser.getWindowForTarget');
  await session.send('Browser.setWindowBounds', { windowId, bounds: { windowState } });
  await session.detach();
}
