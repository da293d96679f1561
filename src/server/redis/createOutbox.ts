/** What could not be told, and is told again. */
export interface Outbox {
  /** Tells now, or later when this fails; what is told under the same key replaces it. */
  tell(key: string, send: () => Promise<unknown>): Promise<void>;
  /** Tells everything that waits; rejects when that fails again. */
  flush(): Promise<void>;
}

// As long as Redis itself remembers a stop whose run has not come.
const KEEP_MS = 120_000;

/** Keeps what must not be lost in an outage. */
export function createOutbox(): Outbox {
  const waiting = new Map<string, { send: () => Promise<unknown>; until: number }>();

  return {
    async tell(key, send) {
      waiting.delete(key);
      try {
        await send();
      } catch {
        waiting.set(key, { send, until: performance.now() + KEEP_MS });
      }
    },
    async flush() {
      for (const [key, { send, until }] of waiting) {
        if (until > performance.now()) await send();
        waiting.delete(key);
      }
    },
  };
}
