// A longer wait would overflow and fire at once; nobody waits that long.
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back after a time and returns the way out; `Infinity` is never. */
export function after(ms: number, callback: () => void): () => void {
  if (ms > LONGEST_MS) return () => undefined;
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}
