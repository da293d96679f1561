/** "pass", "fail", or "n/a" where the contestant's wire cannot say such a thing. */
export type Verdict = 'pass' | 'fail' | 'n/a';

/** What could not be measured, of whom, and why. */
export interface Failure {
  measure: string;
  contestant: string;
  reason: string;
}

/** Everything that was measured: what, for whom, and every value. */
export interface Results {
  add(measure: string, contestant: string, value: number): void;
  /** Adds everything that another book holds. */
  take(other: Results): void;
  measures(): string[];
  values(measure: string, contestant: string): readonly number[];
  /** NaN where nothing was measured. */
  median(measure: string, contestant: string): number;
  /** Notes why something could not be measured. */
  fail(measure: string, contestant: string, reason: string): void;
  /** Notes whether a contestant does what is right; one failure among the runs is a failure. */
  judge(probe: string, contestant: string, verdict: Verdict): void;
  failures(): readonly Failure[];
  verdicts(): Readonly<Record<string, Readonly<Record<string, Verdict>>>>;
  toJSON(): Record<string, Record<string, readonly number[]>>;
}

/** An empty book of measurements. */
export function createResults(): Results {
  const book = new Map<string, Map<string, number[]>>();
  const failures: Failure[] = [];
  const verdicts: Record<string, Record<string, Verdict>> = {};
  const values = (measure: string, contestant: string): readonly number[] =>
    book.get(measure)?.get(contestant) ?? [];
  const add: Results['add'] = (measure, contestant, value) => {
    const row = book.get(measure) ?? new Map<string, number[]>();
    book.set(measure, row);
    row.set(contestant, [...(row.get(contestant) ?? []), value]);
  };
  const judge: Results['judge'] = (probe, contestant, verdict) => {
    const row = (verdicts[probe] ??= {});
    if (row[contestant] !== 'fail') row[contestant] = verdict;
  };
  return {
    add,
    judge,
    take(other) {
      for (const [measure, row] of Object.entries(other.toJSON())) {
        for (const [contestant, each] of Object.entries(row)) {
          for (const value of each) add(measure, contestant, value);
        }
      }
      for (const [probe, row] of Object.entries(other.verdicts())) {
        for (const [contestant, verdict] of Object.entries(row)) judge(probe, contestant, verdict);
      }
    },
    fail(measure, contestant, reason) {
      failures.push({ measure, contestant, reason });
    },
    failures: () => failures,
    verdicts: () => verdicts,
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
