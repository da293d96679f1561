import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import pino from 'pino';
import { createRunId } from 'stopkit/core';
import { expect, test } from 'vitest';
import { startApp } from './startApp.js';

test('what is asked of a dashboard can be drawn from the counters: runs, stops by reason and answer, how long, how many tokens after', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const lines: string[] = [];
  const app = await startApp({
    telemetry: provider.getMeter('stopkit'),
    logger: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
  });
  for (const reason of ['user', 'a word of the app']) {
    const runId = createRunId();
    await app.send({ runId });
    await app.stop(runId, { reason });
  }
  await (await app.send({ words: 1 })).text();
  await app.stop(createRunId());
  await app.close();
  await reader.forceFlush();

  const metrics = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const read = (name: string) =>
    metrics
      .find(({ descriptor }) => descriptor.name === name)
      ?.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  expect(read('stopkit.runs.started')).toEqual([{ attributes: {}, value: 3 }]);
  expect(read('stopkit.runs.settled')).toEqual([
    { attributes: { outcome: 'stopped', reason: 'user', by: 'user', saved: true }, value: 1 },
    { attributes: { outcome: 'stopped', reason: 'other', by: 'user', saved: true }, value: 1 },
    { attributes: { outcome: 'complete', saved: true }, value: 1 },
  ]);
  expect(read('stopkit.stops')).toEqual([
    { attributes: { by: 'user', reason: 'user', outcome: 'stopped' }, value: 1 },
    { attributes: { by: 'user', reason: 'other', outcome: 'stopped' }, value: 1 },
    { attributes: { by: 'user', reason: 'user', outcome: 'remembered' }, value: 1 },
  ]);
  expect(read('stopkit.stop.upstream_closed')).toMatchObject([{ value: { count: 2 } }]);
  expect(read('stopkit.stop.tokens_after')).toMatchObject([{ value: { count: 2, sum: 0 } }]);
  expect(read('stopkit.run.duration')).toHaveLength(3);
  expect(lines.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([30, 30, 30]);
});
