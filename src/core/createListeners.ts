/** Those who want to hear of something. */
export interface Listeners<Args extends unknown[]> {
  /** One more; returns the way out. */
  add(listener: (...args: Args) => void): () => void;
  tell(...args: Args): void;
}

/** Keeps listeners; who comes, goes or throws while something is told changes nothing about who hears it. */
export function createListeners<Args extends unknown[] = []>(): Listeners<Args> {
  const all = new Set<(...args: Args) => void>();
  return {
    add(listener) {
      // Who adds the same function twice is there twice.
      const own = (...args: Args): void => listener(...args);
      all.add(own);
      return () => void all.delete(own);
    },
    tell(...args) {
      for (const listener of [...all]) guard(() => listener(...args));
    },
  };
}

/** Runs code of the app; what it throws is told to the page, and to nobody else who waits. */
export function guard(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}
