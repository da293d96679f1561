import { createRunId } from 'stopkit/core';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

let app: App;
afterEach(() => app.close());

test('C12: a checkpoint that hangs does not keep the final text from being saved, once', async () => {
  const warned: string[] = [];
  let checkpoints = 0;
  app = await startApp({
    limits: { checkpointMs: 1, settleMs: 200 },
    logger: { info: () => undefined, warn: (_fields, message) => warned.push(message) },
    onCheckpoint() {
      checkpoints += 1;
      return new Promise(() => undefined);
    },
  });
  const runId = createRunId();
  await (await app.send({ runId })).body?.getReader().read();
  await expect.poll(() => checkpoints).toBe(1);
  expect(await app.stop(runId, { seenChars: 5 })).toMatchObject({
    outcome: 'stopped',
    saved: true,
    receipt: { savedChars: 5 },
  });
  expect(app.settled).toMatchObject([{ id: runId, outcome: 'stopped', text: 'word0' }]);
  expect(warned).toEqual([expect.stringContaining('stopkit: onCheckpoint took over 100 ms')]);
  expect(checkpoints).toBe(1);
});

test('an answer whose checkpoints are infinitely far apart is given to its end alone', async () => {
  let checkpoints = 0;
  app = await startApp({
    limits: { checkpointMs: Infinity },
    onCheckpoint: () => {
      checkpoints += 1;
    },
  });
  await (await app.send({ words: 10 })).text();
  expect(app.settled).toHaveLength(1);
  expect(checkpoints).toBe(0);
});
