import puppeteer from 'puppeteer-core';
import type { Engine } from './Tab.js';
import { findProgram } from '../../findProgram.js';

/** Firefox, through WebDriver BiDi. */
export async function startFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    headless: true,
    executablePath: findProgram('STOPKIT_FIREFOX', ['firefox', 'firefox-esr'], 'firefox-esr'),
  });
  return {
    name: 'Firefox',
    cannot: [],
    async open(size) {
      const page = await browser.newPage();
      await page.setViewport(size);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
      });
      return {
        go: (url) => page.goto(url),
        reload: () => page.reload(),
        // An expression has the type its reader says.
        read: <Value>(expression: string) => page.evaluate(expression) as Promise<Value>,
        click: (selector) => page.click(selector),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key),
        complaints: () => complaints,
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
