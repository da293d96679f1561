/** Everything that was measured: what, for whom, and every value. */
export interface Results {
  add(measure: string, contestant: string, value: number): void;
  measures(): string[];
  values(measure: string, contestant: string): readonly number[];
  /** NaN where nothing was measured. */
  median(measure: string, contestant: string): number;
  toJSON(): Record<string, Record<string, readonly number[]>>;
}

/** An empty book of measurements. */
export function createResults(): Results {
  const book = new Map<string, Map<string, number[]>>();
  const values = (measure: string, contestant: string): readonly number[] =>
    book.get(measure)?.get(contestant) ?? [];
  return {
    add(measure, contestant, value) {
      const row = book.get(measure) ?? new Map<string, number[]>();
      book.set(measure, row);
      row.set(contestant, [...(row.get(contestant) ?? []), value]);
    },
    measures: () => [...book.keys()],
    values,
    median: (measure, contestant) => median(values(measure, contestant)),
    toJSON: () =>
      Object.fromEntries([...book].map(([measure, row]) => [measure, Object.fromEntries(row)])),
  };
}

/** The middle of the values; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  const low = sorted[Math.ceil(middle) - 1] ?? NaN;
  const high = sorted[Math.floor(middle)] ?? NaN;
  return (low + high) / 2;
}
