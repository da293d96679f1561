import { createRunId } from 'stopkit/core';
import {
  createRuns,
  memoryBus,
  type Runs,
  type RunSettled,
  type RunsOptions,
} from 'stopkit/server';
import { afterEach, expect, test, vi } from 'vitest';
import { say, type ScriptedModel } from './startApp.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A node of an app on a platform that has Fetch requests only. */
function startNode(options: Partial<RunsOptions> = {}) {
  const settled: RunSettled[] = [];
  const runs: Runs = createRuns({
    authorize: () => ({ userId: 'ada' }),
    onSettled: (run) => void settled.push(run),
    ...options,
  });
  closers.push(() => runs.close());
  const stop = async (runId: string): Promise<unknown> => {
    const body = JSON.stringify({ runId });
    const headers = { 'content-type': 'application/json' };
    const request = new Request('http://app/stop', { method: 'POST', headers, body });
    return (await runs.fetch(request)).json();
  };
  return { runs, settled, stop };
}

/** Starts a run whose client leaves by the given signal, and reads its first words. */
async function startRun({ runs }: { runs: Runs }, signal?: AbortSignal) {
  const model: ScriptedModel = { calls: 0, words: 0, open: 0 };
  const runId = createRunId();
  const request = new Request('http://app/chat', {
    method: 'POST',
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await runs.response(request, {
    runId,
    userId: 'ada',
    upstream: (context) => say(model, {}, context.signal),
  });
  await response.body?.getReader().read();
  return { model, runId };
}

test('H1: where the signal of the request never fires, the stop endpoint still stops the model', async () => {
  const node = startNode();
  const { model, runId } = await startRun(node);
  expect(await node.stop(runId)).toMatchObject({ runId, outcome: 'stopped' });
  expect(model.open).toBe(0);
  expect(node.settled).toMatchObject([{ outcome: 'stopped', by: 'user' }]);
});

test('H1: a signal that fires only after the stop changes nothing about it', async () => {
  const node = startNode();
  const late = new AbortController();
  const { runId } = await startRun(node, late.signal);
  await node.stop(runId);
  late.abort();
  expect(await node.stop(runId)).toMatchObject({ outcome: 'stopped' });
  expect(node.settled).toMatchObject([{ outcome: 'stopped', by: 'user' }]);
});

test('H3: where no disconnect is ever heard, a stop on another node ends the run within a second', async () => {
  const bus = memoryBus();
  const [owner, other] = [startNode({ bus }), startNode({ bus })];
  const { model, runId } = await startRun(owner);
  const startedAt = performance.now();
  expect(await other.stop(runId)).toMatchObject({ runId, outcome: 'stopped' });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(model.open).toBe(0);
});

test('E3: a conversation that was stopped is active on no node, however often it is asked', async () => {
  const bus = memoryBus();
  const nodes = [startNode({ bus }), startNode({ bus })] as const;
  const { runId } = await startRun(nodes[0]);
  expect(await nodes[1].runs.active('ada')).toMatchObject([{ id: runId }]);
  await nodes[0].stop(runId);
  for (let reload = 0; reload < 5; reload++) {
    for (const { runs } of nodes) {
      expect(await runs.active('ada')).toEqual([]);
      const list = await runs.fetch(new Request('http://app/conversations/active'));
      expect(JSON.stringify(await list.json())).not.toContain(runId);
    }
  }
});

test('M3: nothing is read from the model after a stop, not even for its bill', async () => {
  const node = startNode();
  let pulls = 0;
  const cancelled = vi.fn();
  const upstream = new ReadableStream<string>({
    async pull(controller) {
      pulls += 1;
      controller.enqueue(`word${pulls} `);
      await new Promise((resolve) => setImmediate(resolve));
    },
    cancel: cancelled,
  });
  const runId = createRunId();
  const response = await node.runs.response(new Request('http://app/chat'), {
    runId,
    userId: 'ada',
    upstream: () => upstream,
  });
  await response.body?.getReader().read();
  await node.stop(runId);
  const atTheStop = pulls;
  expect(cancelled).toHaveBeenCalledOnce();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(pulls).toBe(atTheStop);
  expect(node.settled).toMatchObject([{ outcome: 'stopped', usage: { estimated: true } }]);
});
