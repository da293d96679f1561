import { cpus, loadavg, totalmem } from 'node:os';
import { type Results } from './Results.js';
import type { Target } from './targets.js';

const round = (value: number): string => {
  if (Number.isNaN(value)) return '';
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 1;
  return value.toFixed(digits);
};

/** What the numbers were measured on, and whether something else ran there. */
export interface Machine {
  cpu: string;
  cpus: number;
  memoryGb: number;
  node: string;
  browser: string | null;
  /** Processes that wanted a CPU in the minute before, on average. */
  loadBefore: number;
  isQuiet: boolean;
}

const QUIET_LOAD_PER_CPU = 0.5;

/** Describes this machine, before the bench itself makes it busy. */
export function machine(browser: string | null): Machine {
  const loadBefore = loadavg()[0] ?? NaN;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    browser,
    loadBefore: Math.round(loadBefore * 10) / 10,
    isQuiet: loadBefore / cpus().length < QUIET_LOAD_PER_CPU,
  };
}

/** One line about the machine. */
export const inWords = (on: Machine): string =>
  [
    ...(on.browser === null ? [] : [`Chromium ${on.browser}`]),
    `Node ${on.node}`,
    `${on.cpus} x ${on.cpu}`,
    `${on.memoryGb} GB`,
    on.isQuiet ? 'quiet' : `not quiet: a load of ${on.loadBefore} before the start`,
  ].join(', ');

/** Pass or fail, a probe a line. */
export function verdictTable(results: Results, names: readonly string[]): string {
  const rows = Object.entries(results.verdicts()).map(([probe, row]) => [
    probe,
    ...names.map((name) => row[name] ?? ''),
  ]);
  return align([['', ...names], ...rows]);
}

/** A table of medians, with the spread and the ratio to `base`. */
export function table(results: Results, names: readonly string[], base: string): string {
  const rows = results.measures().map((measure) => {
    const from = results.median(measure, base);
    return [
      measure,
      ...names.map((name) => {
        const values = results.values(measure, name);
        if (values.length === 0) return '';
        const middle = results.median(measure, name);
        const spread =
          values.length === 1
            ? ''
            : ` [${round(Math.min(...values))}..${round(Math.max(...values))}]`;
        const ratio =
          name === base || !(from > 0) || !/ ms$|bytes/.test(measure)
            ? ''
            : ` x${(middle / from).toFixed(2)}`;
        return `${round(middle)}${ratio}${spread}`;
      }),
    ];
  });
  return align([['', ...names], ...rows]);
}

/** A line per target: what was measured in each run, and the limit. */
export function targetTable(runs: readonly (readonly Target[])[]): string {
  const rows = (runs[0] ?? []).map(({ name }) => [
    isMissed(runs, name) ? 'MISSED' : 'ok',
    name,
    ...runs.map((run) => {
      const target = run.find((each) => each.name === name);
      return target === undefined ? '' : `${round(target.value)} <= ${round(target.limit)}`;
    }),
  ]);
  return align(rows);
}

/** A target is missed when more than half of the runs miss it: one bad moment is not a fault. */
export function isMissed(runs: readonly (readonly Target[])[], name: string): boolean {
  const misses = runs.filter((run) =>
    run.some((target) => target.name === name && !(target.value <= target.limit)),
  );
  return misses.length * 2 > runs.length;
}

/** Pads cells, so that columns stand below each other. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
