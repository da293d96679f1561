import { launchBrowser } from '../../../scripts/launchBrowser.mjs';
import type { Engine } from './Tab.js';

/** Chromium, through Playwright. */
export async function startChromium(): Promise<Engine> {
  const browser = await launchBrowser();
  const person = await browser.newContext();
  return {
    name: 'Chromium',
    cannot: [],
    async open(size) {
      const page = await person.newPage();
      await page.setViewportSize(size);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      return {
        go: (url) => page.goto(url),
        reload: () => page.reload(),
        read: (expression) => page.evaluate(expression),
        click: (selector) => page.locator(selector).first().click(),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key),
        complaints: () => complaints,
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
