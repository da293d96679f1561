const MOST = 64;

/** Names of turns that are over, the oldest forgotten first. */
export interface RecentNames {
  add(name: string): void;
  has(name: string): boolean;
  delete(name: string): void;
}

/** Remembers as many names as late events can still mention. */
export function createRecentNames(): RecentNames {
  const names = new Set<string>();
  return {
    add(name) {
      names.delete(name);
      names.add(name);
      if (names.size <= MOST) return;
      for (const oldest of names) {
        names.delete(oldest);
        return;
      }
    },
    has: (name) => names.has(name),
    delete: (name) => void names.delete(name),
  };
}
