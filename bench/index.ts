// `npm run bench`: the kit beside pages written by hand and other libraries; `-- --help` tells the options.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setUp } from '../scripts/setUp.mjs';
import { contestants } from './contestants.js';
import { openLab } from './Lab.js';
import { record } from './record.js';
import { inWords, isMissed, machine, table, targetTable, verdictTable } from './report.js';
import { createResults } from './Results.js';
import { append } from './scenarios/append.js';
import { cycles } from './scenarios/cycles.js';
import { flood } from './scenarios/flood.js';
import { markdown } from './scenarios/markdown.js';
import { press } from './scenarios/press.js';
import { correctness } from './scenarios/probes.js';
import { rendering } from './scenarios/rendering.js';
import type { Bench } from './scenarios/Scenario.js';
import { size } from './scenarios/size.js';
import { steady } from './scenarios/steady.js';
import { checkTargets, type Target } from './targets.js';

const FOLDER = 'node_modules/.cache/stopkit/reports';
const PEERS = 'bench/peers';
const scenarios = {
  correctness,
  size,
  rendering,
  steady,
  flood,
  markdown,
  press,
  append,
  cycles,
};
/** A peer that takes longer is reported as one that did not finish. */
const PEER_LIMIT_MS = 20_000;
const CYCLES_LIMIT_MS = 180_000;
const OWN_LIMIT_MS = 120_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    contestants: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm run bench -- [--runs 3] [--rounds 3] [--only ${Object.keys(scenarios).join(',')}]
                 [--contestants ${contestants.map(({ name }) => name).join(',')}]
                 [--record]  writes what docs/bench keeps`);
  process.exit(0);
}

/** Whether a comma-separated choice has this name; no choice has all. */
const chosen = (choice: string, name: string): boolean =>
  choice === '' || choice.split(',').includes(name);

const taking = contestants.filter(({ name }) => chosen(values.contestants, name));
const names = taking.map(({ name }) => name);
const all = createResults();
const runs: Target[][] = [];
const on = machine(null);

if (taking.some(({ peer }) => peer === true)) {
  await setUp(PEERS).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    console.error(
      'The bench goes on without the peers: each is named below as one that did not start.',
    );
  });
}
const lab = await openLab();
on.browser = lab.version;
console.log(inWords(on));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void lab.close().finally(() => process.exit(1)));
}

const attempt: Bench['attempt'] = async ({ name, peer }, measure, work) => {
  // What took too long once would take as long again.
  const isKnown = all
    .failures()
    .some((failure) => failure.contestant === name && failure.measure === measure);
  if (isKnown) return;
  const peerLimitMs = measure.startsWith('heap') ? CYCLES_LIMIT_MS : PEER_LIMIT_MS;
  try {
    await lab.attempt(work, peer === true ? peerLimitMs : OWN_LIMIT_MS);
  } catch (error) {
    const reason = String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
    all.fail(measure, name, reason);
  }
};

try {
  for (let run = 1; run <= Number(values.runs); run++) {
    const results = createResults();
    for (const [name, scenario] of Object.entries(scenarios)) {
      if (!chosen(values.only, name)) continue;
      const from = performance.now();
      await scenario({
        lab,
        results,
        contestants: taking,
        rounds: Number(values.rounds),
        attempt,
      });
      console.log(`run ${run}: ${name} (${((performance.now() - from) / 1_000).toFixed(1)} s)`);
    }
    all.take(results);
    runs.push(checkTargets(results));
  }
} finally {
  await lab.close();
}

const ownFailures = all
  .failures()
  .filter(({ contestant }) =>
    taking.some(({ name, peer }) => name === contestant && peer !== true),
  );
const missed = (runs[0] ?? []).filter(({ name }) => isMissed(runs, name));
console.log(`\nMedians, x ratio to raw, [least..most]\n\n${table(all, names, 'raw')}`);
console.log(`\nWhat is right\n\n${verdictTable(all, names)}`);
for (const { contestant, measure, reason } of all.failures()) {
  console.log(`${contestant} did not start or finish: ${measure}: ${reason}`);
}
console.log(`\nTargets, a run a column\n\n${targetTable(runs)}`);
mkdirSync(FOLDER, { recursive: true });
writeFileSync(
  `${FOLDER}/bench.json`,
  JSON.stringify(
    {
      machine: on,
      results: all,
      verdicts: all.verdicts(),
      failures: all.failures(),
      targets: runs,
    },
    null,
    2,
  ),
);
if (values.record) await record(all, runs, on);
console.log(`\n${inWords(on)}\nWritten to ${FOLDER}/bench.json. ${missed.length} missed.`);
process.exitCode = missed.length + ownFailures.length === 0 ? 0 : 1;
