import { LONGEST_TIMER_MS } from '../core/autoStop.js';

/** Calls back after a time and returns the way out; `Infinity` is never. */
export function after(ms: number, callback: () => void): () => void {
  // Nobody waits that long.
  if (ms > LONGEST_TIMER_MS) return () => undefined;
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
