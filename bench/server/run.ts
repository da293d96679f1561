// `npm run bench:server`: what a proxied stream costs, and how soon a stop reaches the upstream, beside others.
import { parseArgs } from 'node:util';
import { startModel } from '../../test/server/upstream/startModel.js';
import { type ServerRecord, spreadOf, writeRecord } from '../record.js';
import { align, inWords, machine } from '../report.js';
import { createResults } from '../Results.js';
import { measureNodes } from './measureNodes.js';
import { measureProxies } from './measureProxies.js';

const COST_LIMIT = 1.1;
const STOP_LIMIT_MS = 10;

/** Each of ours beside the peers that reach the upstream in the same way. */
const COMPARED = [
  { ours: 'stopkit, node:http', peers: ['node:http + pipeline', 'http-proxy-3'] },
  { ours: 'stopkit, fetch', peers: ['fetch + pipeline'] },
];
/** Measured as well; they do something else, so that no target speaks of them. */
const BUSES = ['ioredis', 'node-redis'] as const;
const OTHERS = ['hono proxy', 'AI SDK UI message stream'];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    streams: { type: 'string', default: '200,1000' },
    record: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const sizes = values.streams.split(',').map(Number);
const names = [...COMPARED.flatMap(({ ours, peers }) => [...peers, ours]), ...OTHERS];
const on = machine(null);
const results = createResults();
const misses = new Map<string, number>();

console.log(inWords(on));
const model = await startModel();
for (let run = 1; run <= runs; run++) {
  for (const streams of sizes) {
    const cost = `${streams} streams: CPU s for 1M tokens`;
    const stop = `${streams} streams: stop p99, ms`;
    const now = createResults();
    for (const group of [...COMPARED.map(({ ours, peers }) => [ours, ...peers]), OTHERS]) {
      const isKnown = (name: string): boolean =>
        results.failures().some((each) => each.contestant === name && each.measure === cost);
      const able = group.filter((name) => !isKnown(name));
      const measured = await measureProxies(able, model, streams, (name, error) =>
        results.fail(cost, name, String(error instanceof Error ? error.message : error)),
      );
      for (const [name, { cpu, stopP50, stopP99 }] of measured) {
        now.add(cost, name, cpu);
        now.add(`${streams} streams: stop p50, ms`, name, stopP50);
        now.add(stop, name, stopP99);
      }
    }
    results.take(now);
    for (const { ours, peers } of COMPARED) {
      // A peer that failed is compared with nobody; where all have, nothing is met.
      const best = (measure: string): number => {
        const known = peers.flatMap((name) => now.values(measure, name));
        return known.length === 0 ? NaN : Math.min(...known);
      };
      const ratio = now.median(cost, ours) / best(cost);
      const laterMs = now.median(stop, ours) - best(stop);
      const isMet = ratio <= COST_LIMIT && laterMs <= STOP_LIMIT_MS;
      const target = `${ours}, ${streams} streams`;
      misses.set(target, (misses.get(target) ?? 0) + (isMet ? 0 : 1));
      console.log(
        `run ${run}: ${isMet ? 'ok  ' : 'MISS'} ${target}: cost ${ratio.toFixed(2)} x (limit ${COST_LIMIT}), stop p99 ${laterMs.toFixed(1)} ms later (limit ${STOP_LIMIT_MS})`,
      );
    }
  }
  await acrossNodes();
}
await model.stop();

/** A stop that reaches the node of its run, and one that reaches another. */
async function acrossNodes(): Promise<void> {
  for (const bus of BUSES) {
    try {
      const { sameNode, otherNode } = await measureNodes(bus);
      results.add('stop at the same node, p50 ms', bus, sameNode.p50);
      results.add('stop at the same node, p99 ms', bus, sameNode.p99);
      results.add('stop at the other node, p50 ms', bus, otherNode.p50);
      results.add('stop at the other node, p99 ms', bus, otherNode.p99);
    } catch (error) {
      results.fail(
        'stops across nodes',
        bus,
        String(error instanceof Error ? error.message : error),
      );
    }
  }
}

const measures = Object.fromEntries(
  Object.entries(results.toJSON()).map(([measure, row]) => [
    measure,
    Object.fromEntries(Object.entries(row).map(([name, each]) => [name, spreadOf(each)])),
  ]),
);
for (const columns of [names, BUSES]) {
  const rows = Object.entries(measures).filter(([, row]) => columns.some((name) => name in row));
  console.log(
    align([
      ['median [least..most]', ...columns],
      ...rows.map(([measure, row]) => [
        measure,
        ...columns.map((name) => {
          const spread = row[name];
          return spread === undefined ? '' : `${spread.median} [${spread.least}..${spread.most}]`;
        }),
      ]),
    ]),
  );
}
for (const { contestant, measure, reason } of results.failures()) {
  console.log(`${contestant} did not start or finish: ${measure}: ${reason}`);
}
const missed = [...misses].filter(([, count]) => count * 2 > runs).map(([target]) => target);
if (values.record) {
  const failures = results.failures();
  const kept: ServerRecord = { machine: on, runs, measures, failures, missed };
  await writeRecord('server', kept);
}
console.log(`${inWords(on)}\n${missed.length} targets missed in more than half of the runs`);
process.exitCode = missed.length > 0 ? 1 : 0;
