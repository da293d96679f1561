import { chromium } from 'playwright-core';
import { BROWSER_ARGS, findBrowser } from './browser.mjs';

/** Starts the Chromium that was found, with more flags if they are wanted. */
export function launchBrowser(flags = []) {
  const executablePath = findBrowser();
  return chromium.launch({
    args: [...BROWSER_ARGS, ...flags],
    ...(executablePath === null ? {} : { executablePath }),
  });
}
