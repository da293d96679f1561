import { after } from '../after.js';

/** What the promise resolves to, or `null` when it takes longer than this. */
export function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  return new Promise((resolve, reject) => {
    const cancel = after(ms, () => resolve(null));
    promise.then(resolve, reject).finally(cancel);
  });
}
