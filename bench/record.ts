import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'oxfmt';
import { chart } from './chart.js';
import { contestants } from './contestants.js';
import { isMissed, type Machine } from './report.js';
import { median, type Failure, type Results, type Verdict } from './Results.js';
import { probes } from './scenarios/probes.js';
import type { Target } from './targets.js';

const FOLDER = 'docs/bench';

/** A median and its spread. */
export interface Spread {
  median: number;
  least: number;
  most: number;
  values: number;
}

/** A recorded run: what the documents may claim. */
export interface BrowserRecord {
  machine: Machine;
  runs: number;
  /** Of the libraries that were measured beside the kit. */
  versions: Record<string, string>;
  measures: Record<string, Record<string, Spread>>;
  failures: readonly Failure[];
  targets: { name: string; values: number[]; limits: number[]; missed: boolean }[];
}

/** What proxies cost, as it was recorded. */
export interface ServerRecord {
  machine: Machine;
  runs: number;
  measures: Record<string, Record<string, Spread>>;
  failures: readonly Failure[];
  missed: readonly string[];
}

/** What each contestant did right, as it was recorded. */
export interface CorrectnessRecord {
  machine: Machine;
  versions: Record<string, string>;
  verdicts: Readonly<Record<string, Readonly<Record<string, Verdict>>>>;
  failures: readonly Failure[];
}

const round = (value: number): number => Number(value.toPrecision(3));

/** Says how values lie. */
export const spreadOf = (values: readonly number[]): Spread => ({
  median: round(median(values)),
  least: round(Math.min(...values)),
  most: round(Math.max(...values)),
  values: values.length,
});

/** Writes a JSON file the way the formatter would. */
export async function writeRecord(name: string, what: unknown): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const text = JSON.stringify(what);
  const { code } = await format(`${name}.json`, text, { printWidth: 100 });
  writeFileSync(`${FOLDER}/${name}.json`, code);
}

/** Keeps for the documents what was measured, as numbers and as a chart, and what was probed. */
export async function record(
  results: Results,
  runs: readonly (readonly Target[])[],
  machine: Machine,
): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync('bench/peers/package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const failures = results.failures();
  const verdicts = results.verdicts();
  if (Object.keys(verdicts).length > 0) {
    const kept: CorrectnessRecord = {
      machine,
      versions: dependencies,
      verdicts,
      failures: failures.filter(({ measure }) => measure in probes),
    };
    await writeRecord('correctness', kept);
  }
  if (results.measures().length === 0) return;
  const measures: BrowserRecord['measures'] = {};
  for (const measure of results.measures()) {
    const row: Record<string, Spread> = {};
    for (const { name } of contestants) {
      const values = results.values(measure, name);
      if (values.length > 0) row[name] = spreadOf(values);
    }
    measures[measure] = row;
  }
  const kept: BrowserRecord = {
    machine,
    runs: runs.length,
    versions: dependencies,
    measures,
    failures: failures.filter(({ measure }) => !(measure in probes)),
    targets: (runs[0] ?? []).map(({ name }) => {
      const each = runs.flatMap((run) => run.filter((target) => target.name === name));
      return {
        name,
        values: each.map(({ value }) => round(value)),
        limits: each.map(({ limit }) => round(limit)),
        missed: isMissed(runs, name),
      };
    }),
  };
  await writeRecord('browser', kept);
  writeFileSync(`${FOLDER}/browser.svg`, chart(kept));
}
