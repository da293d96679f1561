import { createRunId } from 'stopkit/core';
import { type Format, openai } from 'stopkit/formats';
import type { RunsOptions } from 'stopkit/server';
import { expect, test } from 'vitest';
import { nothingUnhandled } from './nothingUnhandled.js';
import { startApp } from './startApp.js';

nothingUnhandled();

const nothing = (): void => undefined;
const breaks = (): never => {
  throw new Error('The disk is full.');
};
const loggers: [string, Partial<RunsOptions>][] = [
  ['a counter', { telemetry: meter({ add: breaks }) }],
  ['a histogram', { telemetry: meter({ record: breaks }) }],
  ['a logger that is told of every run', { logger: { info: breaks, warn: nothing } }],
  ['a logger that is told of onStop', { logger: { info: nothing, warn: breaks }, onStop: breaks }],
  [
    'a logger that is told of onSettled',
    { logger: { info: nothing, warn: breaks }, onSettled: breaks },
  ],
];

function meter({ add = nothing, record = nothing }): RunsOptions['telemetry'] & object {
  return { createCounter: () => ({ add }), createHistogram: () => ({ record }) };
}

test.each(loggers)('%s that fails changes nothing about a stop', async (_, options) => {
  const app = await startApp(options);
  const runId = createRunId();
  const sent = (await app.send({ runId })).text().catch(() => 'cut');
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  await sent;
  expect(app.settled).toHaveLength(1);
  await app.close();
});

test('a logger that fails when a model fails changes nothing about what the page is told', async () => {
  const app = await startApp({
    logger: { info: nothing, warn: breaks },
    describe: () => ({ upstream: breaks }),
  });
  expect((await app.send({})).status).toBe(502);
  await app.close();
});

test.each(['stopped', 'failed'] as const)(
  'a format that cannot say that an answer has %s leaves the words to ours',
  async (which) => {
    const format: Format = { ...openai(), [which]: breaks };
    const app = await startApp({
      describe: () => ({
        format,
        contentType: 'text/event-stream',
        async *upstream({ signal }) {
          yield 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
          if (which === 'failed') breaks();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      }),
    });
    const runId = createRunId();
    const response = await app.send({ runId });
    const sent = response.text();
    if (which === 'stopped') await app.stop(runId);
    expect(await sent).toContain(which === 'stopped' ? '"outcome":"stopped"' : 'event: error');
    expect(app.settled).toHaveLength(1);
    await app.close();
  },
);
