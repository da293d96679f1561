import type { Page } from 'playwright-core';

/** What a page complains of from now on: its console errors and warnings and its uncaught errors. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports a request that failed; that is not the kit's doing.
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isNetwork) {
      complaints.push(message.text());
    }
  });
  return complaints;
}
