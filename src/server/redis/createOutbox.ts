import { isRefusal } from './redisReplies.js';

/** What could not be told, and is told again. */
export interface Outbox {
  /** Tells now, or later when this fails; what is told under the same key replaces it. `drop` hears that it became too old to be told. */
  tell(key: string, send: () => Promise<unknown>, drop?: () => void): Promise<void>;
  /** Tells everything that waits; rejects when that fails again. */
  flush(): Promise<void>;
}

// As long as Redis itself remembers a stop whose run has not come.
const KEEP_MS = 120_000;

interface Waiting {
  send: () => Promise<unknown>;
  drop: (() => void) | undefined;
  until: number;
}

/** What is refused once is refused again: it is dropped. */
async function sent({ send, drop }: Pick<Waiting, 'send' | 'drop'>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    drop?.();
  }
}

/** Keeps what must not be lost in an outage. */
export function createOutbox(): Outbox {
  /** In the order of expiry. */
  const waiting = new Map<string, Waiting>();

  return {
    async tell(key, send, drop) {
      waiting.delete(key);
      try {
        await sent({ send, drop });
      } catch {
        // Nothing is flushed in an outage, and what is too old must not pile up until its end.
        for (const [old, told] of waiting) {
          if (told.until > performance.now()) break;
          told.drop?.();
          waiting.delete(old);
        }
        // Another attempt may have left it there meanwhile: this one goes to the end.
        waiting.delete(key);
        waiting.set(key, { send, drop, until: performance.now() + KEEP_MS });
      }
    },
    async flush() {
      for (const [key, told] of waiting) {
        if (told.until > performance.now()) await sent(told);
        else told.drop?.();
        // Something newer may have failed meanwhile.
        if (waiting.get(key) === told) waiting.delete(key);
      }
    },
  };
}
