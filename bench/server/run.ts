// What a proxied stream costs, and how soon a stop reaches the upstream, beside the peers of one run.
import { startModel } from '../../test/server/upstream/startModel.js';
import { type Measurement, measureProxy } from './measureProxy.js';

const STREAMS = Number(process.env.STREAMS ?? 1_000);
const RUNS = 3;
const COST_LIMIT = 1.1;
const STOP_LIMIT_MS = 10;

/** Each of ours beside the peers that reach the upstream in the same way. */
const COMPARED = [
  { ours: 'stopkit, node:http', peers: ['node:http + pipeline', 'http-proxy-3'] },
  { ours: 'stopkit, fetch', peers: ['fetch + pipeline'] },
];

const model = await startModel();
let missedRuns = 0;
for (let run = 1; run <= RUNS; run++) {
  console.log(`Run ${run}: ${STREAMS} streams, 5,000 tokens a second in all`);
  console.log('proxy                     CPU s / 1M tokens   stop p50 / p99 ms');
  const measured = new Map<string, Measurement>();
  for (const name of COMPARED.flatMap(({ ours, peers }) => [...peers, ours])) {
    const result = await measureProxy(name, model, STREAMS);
    measured.set(name, result);
    const { cpu, stopP50, stopP99 } = result;
    console.log(`${name.padEnd(26)}${cpu.toFixed(1).padStart(17)}   ${stopP50} / ${stopP99}`);
  }
  let missed = false;
  for (const { ours, peers } of COMPARED) {
    const mine = measured.get(ours);
    const theirs = peers.flatMap((name) => measured.get(name) ?? []);
    if (mine === undefined) continue;
    const ratio = mine.cpu / Math.min(...theirs.map(({ cpu }) => cpu));
    const laterMs = mine.stopP99 - Math.min(...theirs.map(({ stopP99 }) => stopP99));
    const ok = ratio <= COST_LIMIT && laterMs <= STOP_LIMIT_MS;
    missed ||= !ok;
    console.log(
      `${ok ? 'ok  ' : 'MISS'} ${ours}: cost ${ratio.toFixed(2)} x (limit ${COST_LIMIT}), stop p99 ${laterMs} ms later (limit ${STOP_LIMIT_MS})`,
    );
  }
  if (missed) missedRuns += 1;
}
await model.stop();
console.log(`${missedRuns} of ${RUNS} runs missed a target`);
process.exitCode = missedRuns >= 2 ? 1 : 0;
