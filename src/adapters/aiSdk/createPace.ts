import type { Publish } from '../../core/index.js';

// A frame that is this late is one that the page did not get.
const LATE_MS = 12;

/**
 * Lets the page have its frames while a chat reads: the SDK handles a flood in one task of a second and more,
 * in which nobody can press Stop. Gives a promise when it is time to wait for a frame.
 */
export function createPace(publish: Publish): () => Promise<void> | null {
  let dueSince: number | null = null;
  let resume: (() => void) | null = null;
  return () => {
    const now = performance.now();
    if (dueSince === null) {
      dueSince = now;
      publish(() => {
        dueSince = null;
        resume?.();
        resume = null;
      });
    }
    if (now - dueSince < LATE_MS) return null;
    return new Promise((resolve) => {
      resume = resolve;
    });
  };
}
