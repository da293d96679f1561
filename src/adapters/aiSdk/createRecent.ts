/** The names of the last stops of a page. */
export interface Recent {
  add(runId: string): void;
  has(runId: string): boolean;
}

const KEPT = 100;

/** Keeps the names of the last stops, so that a resume cannot revive one. */
export function createRecent(): Recent {
  const names = new Set<string>();
  return {
    add(runId) {
      names.add(runId);
      const [oldest = ''] = names;
      if (names.size > KEPT) names.delete(oldest);
    },
    has: (runId) => names.has(runId),
  };
}
