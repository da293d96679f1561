import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedNode, startNode } from '../startNode.js';
import { type Model, startModel } from '../upstream/startModel.js';
import type { Ask, ServerState } from './ask.js';
import { createWitness, newId } from './createWitness.js';
import { hasNginx, type Nginx, startNginx } from './startNginx.js';
import { LONG } from '../../tier.js';

const canRun = hasNginx() || LONG;
if (!canRun) console.log('nginx is not installed: the tests behind it are left out.');

let model: Model;
let server: StartedNode;
beforeAll(async () => {
  [model, server] = await Promise.all([
    startModel(),
    startNode(new URL('./adapterServer.ts', import.meta.url)),
  ]);
});
afterAll(() => Promise.all([model.stop(), server.stop()]));

const state = async () => {
  const response = await fetch(`http://127.0.0.1:${server.ports.control ?? 0}/`);
  return (await response.json()) as ServerState;
};
const port = () => server.ports.http ?? 0;
const { ask, asked, ended, left, log } = createWitness({ port, model: () => model, state });

const post = (port: number, body: Ask, signal: AbortSignal) =>
  fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });

/** How many tokens the model has made when the client has read the third. */
async function madeAtThirdToken(port: number, id: string): Promise<number> {
  const leave = new AbortController();
  const response = await post(port, ask(id, { count: 100 }), leave.signal);
  let said = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    said += text;
    if (said.split('data:').length > 3) break;
  }
  const made = (await log(id))?.made ?? 0;
  leave.abort();
  return made;
}

// Half of the answer: what is held back arrives with its end, or with a full buffer.
const UNBUFFERED = 50;

describe.skipIf(!canRun)('behind nginx with its default configuration', () => {
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await startNginx(port());
  });
  afterAll(() => nginx.stop());

  test('H4: tokens arrive as they are made, and leaving closes the upstream', async () => {
    const id = newId();
    expect(await madeAtThirdToken(nginx.port, id)).toBeLessThan(UNBUFFERED);
    await left(id);
    expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
  });

  test('leaving before the upstream has answered closes it', async () => {
    const id = newId();
    const leave = new AbortController();
    const response = post(nginx.port, ask(id, { headersMs: 30_000 }), leave.signal);
    await asked(id);
    leave.abort();
    await expect(response).rejects.toThrow();
    await left(id);
  });

  test('control: an nginx that overlooks our header holds the tokens back', async () => {
    const deaf = await startNginx(port(), 'proxy_ignore_headers X-Accel-Buffering;');
    try {
      expect(await madeAtThirdToken(deaf.port, newId())).toBeGreaterThan(UNBUFFERED);
    } finally {
      await deaf.stop();
    }
  });
});

describe('behind compression()', () => {
  test('tokens arrive as they are made, and leaving closes the upstream', async () => {
    const id = newId();
    expect(await madeAtThirdToken(server.ports.compression ?? 0, id)).toBeLessThan(UNBUFFERED);
    await left(id);
  });

  test('it does compress here, so that there was something to flush', async () => {
    const leave = new AbortController();
    const body = ask(newId(), { count: 3 });
    const response = await post(server.ports.compression ?? 0, body, leave.signal);
    expect(response.headers.get('content-encoding')).toMatch(/gzip|br|deflate/);
    await response.text();
  });
});

test('H7: a proxy that gives up after two silent seconds does not give up on us', async () => {
  const impatient = await startImpatient();
  const options = { contentType: 'text/event-stream', heartbeatMs: 500 };
  const id = newId();
  const body = ask(id, { headersMs: 3_000, count: 3 }, options);
  const response = await post(impatient.port, body, new AbortController().signal);
  expect(await response.text()).toMatch(/^(: \n\n){2,}data: /);
  expect(await ended(id)).toMatchObject({ outcome: 'complete' });
  impatient.stop();
});

/** A proxy that cuts what is silent for two seconds. */
async function startImpatient(): Promise<{ port: number; stop: () => void }> {
  const proxy = createServer((client) => {
    const upstream = connect(port(), '127.0.0.1');
    upstream.setTimeout(2_000, () => upstream.destroy());
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    client.on('error', () => undefined).on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  // A TCP server has an address object.
  return { port: (proxy.address() as AddressInfo).port, stop: () => void proxy.close() };
}
