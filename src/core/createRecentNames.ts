/** Names that were heard, the oldest forgotten first. */
export interface RecentNames {
  add(name: string): void;
  has(name: string): boolean;
  delete(name: string): void;
}

/** Remembers as many names as late events can still mention. */
export function createRecentNames(most = 64): RecentNames {
  const names = new Set<string>();
  return {
    add(name) {
      names.delete(name);
      names.add(name);
      if (names.size <= most) return;
      for (const oldest of names) {
        names.delete(oldest);
        return;
      }
    },
    has: (name) => names.has(name),
    delete: (name) => void names.delete(name),
  };
}
