/** A map that forgets; it needs no timer, because every change clears out what is over. */
export interface ExpiringMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/** A map whose entries are gone `keepMs` after they were last set. */
export function createExpiringMap<Value>(keepMs: number): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; until: number }>();

  return {
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && entry.until > performance.now() ? entry.value : undefined;
    },
    set(key, value) {
      const now = performance.now();
      for (const [oldest, { until }] of entries) {
        if (until > now) break;
        entries.delete(oldest);
      }
      // Deleted first, so that it goes to the end: the order of the map is that of expiry.
      entries.delete(key);
      entries.set(key, { value, until: now + keepMs });
    },
    delete: (key) => void entries.delete(key),
  };
}
