import { afterEach, beforeEach, expect } from 'vitest';
import { wait } from './startApp.js';

/** No test of this file may leave a rejection that nobody handles; called before hooks of its own, which end first. */
export function nothingUnhandled(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });
  afterEach(async () => {
    await wait(20);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
}
