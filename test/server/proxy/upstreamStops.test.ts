import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedNode, startNode } from '../startNode.js';
import { until } from '../until.js';
import { madeAfter } from '../upstream/modelLog.js';
import type { Script } from '../upstream/script.js';
import { type Model, startModel } from '../upstream/startModel.js';
import { newId } from './createWitness.js';
import { rawClient } from './rawClient.js';
import { LONG } from '../../tier.js';

// A tenth of it in the everyday run.
const MID_STREAM = LONG ? 40 : 4;
const BEFORE_HEADERS = LONG ? 10 : 1;
const TOKENS_PER_SECOND = 50;

const CLIENTS = ['openai', 'anthropic', 'ollama', 'ai'] as const;

let model: Model;
let server: StartedNode;
beforeAll(async () => {
  [model, server] = await Promise.all([
    startModel(),
    startNode(new URL('./sdkServer.ts', import.meta.url)),
  ]);
});
afterAll(() => Promise.all([model.stop(), server.stop()]));

const ask = async (path: string, script: Partial<Script>) => {
  const id = newId();
  const base = model.url({ id, intervalMs: 1000 / TOKENS_PER_SECOND, ...script });
  const client = await rawClient(server.ports.server ?? 0, { base, runId: id }, path);
  return { id, client };
};

const requested = (id: string) =>
  until(
    `${id} to be asked`,
    () => model.log(id),
    (log) => log?.requests === 1,
  );

/** A client that leaves; the tokens made later, or `null` when the model went on. */
async function leave(path: string, phase: 'mid-stream' | 'before headers'): Promise<number | null> {
  const { id, client } = await ask(path, phase === 'mid-stream' ? {} : { headersMs: 60_000 });
  await requested(id);
  if (phase === 'mid-stream') await until('text', client.received, (all) => all.includes('wind'));
  const at = Date.now();
  client.ways.FIN();
  const goesOn = Date.now() + 1_000;
  const log = await until(
    `${id} to be left, or to go on`,
    () => model.log(id),
    (log) => log?.leftAt.length === 1 || Date.now() > goesOn,
  );
  return log?.leftAt.length === 1 ? madeAfter(log, at) : null;
}

async function leaveAll(path: string, phase: Parameters<typeof leave>[1], times: number) {
  const tokens: (number | null)[] = [];
  for (let run = 0; run < times; run++) tokens.push(await leave(path, phase));
  return { stopped: tokens.filter((made) => made !== null), of: tokens.length };
}

describe.each(CLIENTS)('the model is reached with %s', (name) => {
  test(`G8: ${MID_STREAM} of ${MID_STREAM} stops in mid-stream reach it, and a second stream is left alone`, async () => {
    const other = await ask(`/${name}`, { count: 20 });
    const { stopped } = await leaveAll(`/${name}`, 'mid-stream', MID_STREAM);
    expect(stopped).toHaveLength(MID_STREAM);
    // The long run has the machine to itself; in an everyday one neighbours may hold up all but one.
    const sorted = stopped.sort((a, b) => a - b);
    expect(sorted.at(LONG ? -1 : 0)).toBeLessThanOrEqual(3);
    await until(
      'the second stream to end',
      () => model.log(other.id),
      (log) => log?.ended === 1,
    );
  });

  test(`G12: ${BEFORE_HEADERS} of ${BEFORE_HEADERS} stops before its headers reach it`, async () => {
    const { stopped } = await leaveAll(`/${name}`, 'before headers', BEFORE_HEADERS);
    expect(stopped).toHaveLength(BEFORE_HEADERS);
  });

  test('control: without the signal no stop before its headers reaches it', async () => {
    const { stopped } = await leaveAll(`/unwired-${name}`, 'before headers', BEFORE_HEADERS);
    expect(stopped).toHaveLength(0);
  });
});

describe('controls: proxies as tutorials have them', () => {
  test.each([
    ['G8: .pipe(res)', '/pipe'],
    ['G10: for await and write', '/for-await'],
    ["G7: req.on('close') after an awaited body", '/req-close'],
  ])('control: %s stops nothing', async (_, path) => {
    for (const phase of ['mid-stream', 'before headers'] as const) {
      const { stopped } = await leaveAll(path, phase, 1);
      expect(stopped).toHaveLength(0);
    }
  });
});

test('G1: after all of that the server lives', () => {
  expect(server.exit()).toBeNull();
});
