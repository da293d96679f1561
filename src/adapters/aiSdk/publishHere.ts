import type { Publish } from '../../core/index.js';
import { publishByFrame } from '../../react/publishByFrame.js';

const byTimer: Publish = (callback) => {
  const timer = setTimeout(callback);
  return () => clearTimeout(timer);
};

/** When what is shown may change: with a frame of the page, and where there is none, soon. */
export const publishHere = (): Publish =>
  typeof document === 'undefined' ? byTimer : publishByFrame;
