import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeBinaries, tellsOfPipelined } from '../nodeBinaries.js';
import type { StartedNode } from '../startNode.js';
import { type Model, startModel } from '../upstream/startModel.js';
import type { ServerState } from './ask.js';
import { createWitness, newId } from './createWitness.js';
import { describeServerAdapter } from './describeServerAdapter.js';
import { rawClient } from './rawClient.js';
import { buildNext, startNext } from './startNext.js';
import { LONG } from '../../tier.js';

// Only in the long tier: a build takes half a minute.
describe.skipIf(!LONG)('a route handler of Next', () => {
  beforeAll(buildNext, 600_000);

  for (const binary of nodeBinaries()) {
    describe(`on ${binary.name}`, () => {
      let model: Model;
      let server: StartedNode;
      beforeAll(async () => {
        [model, server] = await Promise.all([startModel(), startNext(binary.path)]);
      });
      afterAll(() => Promise.all([model.stop(), server.stop()]));

      const port = () => server.ports.next ?? 0;
      const url = () => `http://127.0.0.1:${port()}`;
      const watched = {
        port,
        model: () => model,
        state: async () => (await (await fetch(url())).json()) as ServerState,
      };
      describeServerAdapter({
        name: 'next',
        hearsPipelined: tellsOfPipelined(binary),
        holdsHead: true,
        ...watched,
      });
      const { ask, asked, ended, left, log, innocent } = createWitness(watched);

      test('limit: the head waits for the first byte, and a client that leaves until then is noticed', async () => {
        const id = newId();
        const other = await innocent();
        const client = await rawClient(port(), ask(id, { firstMs: 30_000 }));
        await asked(id);
        // Longer than it takes the model to send its own head.
        await other();
        expect(client.received()).toBe('');
        client.ways.FIN();
        await left(id);
        expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
      });

      test('limit: HTTP/2 is not spoken, and the model is not asked', async () => {
        const id = newId();
        const session = connect(url()).on('error', () => undefined);
        const stream = session.request({ ':method': 'POST' });
        stream.end(JSON.stringify(ask(id, {})));
        await expect(once(stream, 'response')).rejects.toThrow('Protocol error');
        expect(await log(id)).toBeNull();
      });

      test('H4: what Next compresses is not the answer, which arrives as it is made', async () => {
        const compressed = await fetch(url());
        expect(compressed.headers.get('content-encoding')).toBe('gzip');
        await compressed.text();

        const id = newId();
        const leave = new AbortController();
        const body = JSON.stringify(ask(id, { count: 100 }));
        const response = await fetch(url(), { method: 'POST', body, signal: leave.signal });
        expect(response.headers.get('content-encoding')).toBeNull();
        const reader = response.body?.getReader();
        await reader?.read();
        expect((await log(id))?.made).toBeLessThan(50);
        leave.abort();
        await left(id);
      });

      test('G1: after all of that the server lives, and has warned of nothing', () => {
        expect(server.errors()).toBe('');
        expect(server.exit()).toBeNull();
      });

      test('limit: a client that takes nothing is ended by the stall limit, which Next logs as an error', async () => {
        const id = newId();
        const flood = { intervalMs: 0, tokenBytes: 16_384 };
        const client = await rawClient(port(), ask(id, flood, { stallMs: 1_000 }));
        client.pause();
        const end = { runId: id, outcome: 'disconnected', reason: 'stalled' };
        expect(await ended(id)).toEqual(end);
        await left(id);
        client.socket.resume();
        await expect.poll(client.closed).toBe(true);
        // No last chunk: a part is not taken for the whole.
        expect(client.received()).not.toMatch(/\r\n0\r\n\r\n$/);
        await expect.poll(server.errors).toContain('the answer ended before it was complete');
        expect(server.exit()).toBeNull();
      });
    });
  }
});
