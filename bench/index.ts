// `npm run bench`: the kit beside pages written by hand, in a real browser; `-- --help` tells the options.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { contestants } from './contestants.js';
import { openLab } from './Lab.js';
import { isMissed, machine, table, targetTable } from './report.js';
import { createResults } from './Results.js';
import { append } from './scenarios/append.js';
import { cycles } from './scenarios/cycles.js';
import { flood } from './scenarios/flood.js';
import { press } from './scenarios/press.js';
import { rendering } from './scenarios/rendering.js';
import { steady } from './scenarios/steady.js';
import { checkTargets, type Target } from './targets.js';

const FOLDER = 'node_modules/.cache/stopkit/reports';
const scenarios = { steady, flood, press, rendering, append, cycles };

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    contestants: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench -- [--runs 3] [--rounds 3] [--only ${Object.keys(scenarios).join(',')}]
                 [--contestants ${contestants.map(({ name }) => name).join(',')}]`);
  process.exit(0);
}

/** Whether a comma-separated choice has this name; no choice has all. */
const chosen = (choice: string, name: string): boolean =>
  choice === '' || choice.split(',').includes(name);

const taking = contestants.filter(({ name }) => chosen(values.contestants, name));
const names = taking.map(({ name }) => name);
const all = createResults();
const runs: Target[][] = [];

const lab = await openLab();
console.log(machine(lab.version));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void lab.close().finally(() => process.exit(1)));
}
try {
  for (let run = 1; run <= Number(values.runs); run++) {
    const results = createResults();
    for (const [name, scenario] of Object.entries(scenarios)) {
      if (!chosen(values.only, name)) continue;
      const from = performance.now();
      await scenario({ lab, results, contestants: taking, rounds: Number(values.rounds) });
      console.log(`run ${run}: ${name} (${((performance.now() - from) / 1_000).toFixed(1)} s)`);
    }
    for (const measure of results.measures()) {
      for (const name of names) {
        for (const value of results.values(measure, name)) all.add(measure, name, value);
      }
    }
    runs.push(checkTargets(results));
  }
} finally {
  await lab.close();
}

const missed = (runs[0] ?? []).filter(({ name }) => isMissed(runs, name));
console.log(`\nMedians, x ratio to raw, [least..most]\n\n${table(all, names, 'raw')}`);
console.log(`\nTargets, a run a column\n\n${targetTable(runs)}`);
mkdirSync(FOLDER, { recursive: true });
writeFileSync(
  `${FOLDER}/bench.json`,
  JSON.stringify({ machine: machine(lab.version), results: all, targets: runs }, null, 2),
);
console.log(`\n${machine(lab.version)}\nWritten to ${FOLDER}/bench.json. ${missed.length} missed.`);
process.exitCode = missed.length === 0 ? 0 : 1;
