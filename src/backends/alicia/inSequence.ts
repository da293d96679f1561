/** Gives things back in the order of their numbers, each once, however they came. */
export interface InSequence<T> {
  add(sequence: number, item: T): T[];
  /** Says where it begins, if nothing came yet. */
  begin(first: number): void;
  /** Whether something came that still waits for something before it. */
  hasGap(): boolean;
  /** What still waits, without what is missing. */
  rest(): T[];
}

/** Puts what is numbered in order, beginning with `first`; with `null`, with what comes first. */
export function inSequence<T>(first: number | null): InSequence<T> {
  const early = new Map<number, T>();
  let next = first;
  return {
    add(sequence, item) {
      next ??= sequence;
      if (sequence < next) return [];
      early.set(sequence, item);
      const ready: T[] = [];
      for (let due = early.get(next); due !== undefined; due = early.get(next)) {
        ready.push(due);
        early.delete(next);
        next += 1;
      }
      return ready;
    },
    begin(first) {
      next ??= first;
    },
    hasGap: () => early.size > 0,
    rest() {
      const left = [...early].sort(([a], [b]) => a - b);
      early.clear();
      next = (left.at(-1)?.[0] ?? next ?? 0) + 1;
      return left.map(([, item]) => item);
    },
  };
}
