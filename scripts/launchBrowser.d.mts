import type { Browser } from 'playwright-core';

/** Starts the Chromium that was found, with more flags if they are wanted. */
export function launchBrowser(flags?: readonly string[]): Promise<Browser>;
