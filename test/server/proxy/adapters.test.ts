import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StartedNode, startNode } from '../startNode.js';
import { type Model, startModel } from '../upstream/startModel.js';
import { nodeBinaries, tellsOfPipelined } from '../nodeBinaries.js';
import type { ServerState } from './ask.js';
import { describeHttp2Adapter, describeServerAdapter } from './describeServerAdapter.js';

const ON_HTTP_1 = ['http', 'express', 'fastify', 'koa', 'hono', 'fetch'] as const;

// A quick cut: only the Node that runs the tests. With STOPKIT_LONG on 20, 22 and 24.
for (const binary of nodeBinaries()) {
  describe(`on ${binary.name}`, () => {
    let model: Model;
    let server: StartedNode;
    beforeAll(async () => {
      [model, server] = await Promise.all([
        startModel(),
        startNode(new URL('./adapterServer.ts', import.meta.url), { node: binary.path }),
      ]);
    });
    afterAll(() => Promise.all([model.stop(), server.stop()]));

    const adapter = (name: string) => ({
      name,
      hearsPipelined: name !== 'hono' || tellsOfPipelined(binary),
      port: () => server.ports[name] ?? 0,
      model: () => model,
      state: async () => {
        const response = await fetch(`http://127.0.0.1:${server.ports.control ?? 0}/`);
        return (await response.json()) as ServerState;
      },
    });
    for (const name of ON_HTTP_1) describeServerAdapter(adapter(name));
    describeHttp2Adapter(adapter('http2'));

    test('G1: after all of that the server lives, and has warned of nothing', () => {
      expect(server.errors()).toBe('');
      expect(server.exit()).toBeNull();
    });
  });
}
