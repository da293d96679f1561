import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeBinaries } from '../nodeBinaries.js';
import type { StartedNode } from '../startNode.js';
import { type Model, startModel } from '../upstream/startModel.js';
import type { ServerState } from './ask.js';
import { describeServerAdapter } from './describeServerAdapter.js';
import { buildNext, startNext } from './startNext.js';

const LONG = process.env.STOPKIT_LONG !== undefined;

// Only in the long tier: a build takes half a minute.
describe.skipIf(!LONG)('a route handler of Next', () => {
  beforeAll(buildNext, 600_000);

  for (const { name, path } of nodeBinaries()) {
    describe(`on ${name}`, () => {
      let model: Model;
      let server: StartedNode;
      beforeAll(async () => {
        [model, server] = await Promise.all([startModel(), startNext(path)]);
      });
      afterAll(() => Promise.all([model.stop(), server.stop()]));

      const port = () => server.ports.next ?? 0;
      describeServerAdapter({
        name: 'next',
        hearsPipelined: true,
        port,
        model: () => model,
        state: async () => {
          const response = await fetch(`http://127.0.0.1:${port()}/`);
          return (await response.json()) as ServerState;
        },
      });

      test('G1: after all of that the server lives, and has warned of nothing', () => {
        expect(server.errors()).toBe('');
        expect(server.exit()).toBeNull();
      });
    });
  }
});
