import { afterAll, describe, expect, test } from 'vitest';
import { madeAfter } from '../upstream/modelLog.js';
import type { Ask } from './ask.js';
import { createWitness, newId, type Watched } from './createWitness.js';
import {
  type Leaving,
  rawClient,
  type RawClient,
  rawHttp2Client,
  type RawHttp2Client,
} from './rawClient.js';
import { receives, streaming } from './receives.js';

/** A server that passes answers on, as the suite sees it. */
export interface ServerAdapter extends Watched {
  name: string;
  /** Whether the framework tells of a pipelined request whose client has gone. */
  hearsPipelined: boolean;
  /** Whether the framework sends the head of an answer only with its first byte. */
  holdsHead?: boolean;
}

const LEAVINGS: readonly Leaving[] = ['FIN', 'RST', 'half-close'];
/** Tokens come at 50 a second: what was made in the half second that a busy machine may take. */
const TOKENS_LATER = 25;

/** The table "when does the server learn that the client has gone", for any adapter on HTTP/1.1. */
export function describeServerAdapter(adapter: ServerAdapter): void {
  const { ask, asked, inPreflight, ended, left, blocked, log, innocent } = createWitness(adapter);
  const clients: RawClient[] = [];
  const open = async (body: Ask) => {
    const client = await rawClient(adapter.port(), body);
    clients.push(client);
    return client;
  };

  describe.concurrent(`${adapter.name}: when the client has gone`, () => {
    afterAll(() => clients.forEach((client) => client.socket.destroy()));

    test('G7: a POST whose body was read streams to its end, and nothing is aborted', async () => {
      const id = newId();
      const client = await open(ask(id, { count: 5 }));
      expect(await ended(id)).toEqual({ runId: id, outcome: 'complete' });
      await receives(client, /\r\n0\r\n\r\n$/);
      const head = client.received().split('\r\n\r\n', 1)[0]?.toLowerCase();
      expect(head).toContain(`run-id: ${id}`);
      expect(head).toContain('content-type: text/event-stream');
      expect(head).toContain('cache-control: no-cache, no-transform');
      expect(head).toContain('x-accel-buffering: no');
      expect(await log(id)).toMatchObject({ ended: 1, leftAt: [] });
    });

    test.each(LEAVINGS)('%s in the middle closes the upstream, and only this one', async (way) => {
      const id = newId();
      const other = await innocent();
      const client = await open(ask(id, {}));
      await streaming(client);
      const at = Date.now();
      client.ways[way]();
      expect(madeAfter(await left(id), at)).toBeLessThanOrEqual(TOKENS_LATER);
      expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
      await other();
    });

    test.each(LEAVINGS)('G12: %s before the upstream has answered closes it', async (way) => {
      const id = newId();
      const client = await open(ask(id, { headersMs: 30_000 }));
      await asked(id);
      client.ways[way]();
      expect(await left(id)).toMatchObject({ made: 0 });
      expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
    });

    test('G12: leaving before the first byte closes the upstream', async () => {
      const id = newId();
      // A head that is held back comes with a heartbeat.
      const options = adapter.holdsHead === true ? { heartbeatMs: 200 } : {};
      const client = await open(ask(id, { firstMs: 30_000 }, options));
      await receives(client, /\r\n\r\n/);
      client.ways.FIN();
      expect(await left(id)).toMatchObject({ made: 0 });
    });

    test('the second request on a connection is left alone, the first stays complete', async () => {
      const [first, second] = [newId(), newId()];
      const client = await open(ask(first, { count: 2 }));
      expect(await ended(first)).toMatchObject({ outcome: 'complete' });
      client.post(ask(second, {}));
      await streaming(client);
      client.ways.FIN();
      await left(second);
      expect(await ended(second)).toMatchObject({ outcome: 'disconnected' });
      expect(await log(first)).toMatchObject({ ended: 1, leftAt: [] });
    });

    /** Two requests at once, of which the second waits for its turn; then the client leaves. */
    const leavePipelined = async (limits: Ask['options'] = {}) => {
      const [first, second] = [newId(), newId()];
      const client = await open(ask(first, {}));
      client.post(ask(second, {}, limits));
      await streaming(client);
      await asked(second);
      client.ways.FIN();
      await Promise.all([left(first), left(second)]);
      return ended(second);
    };

    if (adapter.hearsPipelined) {
      test('a pipelined request that waits for its turn is closed with the first', async () => {
        expect(await leavePipelined()).toMatchObject({ outcome: 'disconnected' });
      });
    } else {
      test('limit: a pipelined request that waits for its turn is not told, and ends by its maximum duration', async () => {
        const end = await leavePipelined({ maxDurationMs: 2_000 });
        expect(end).toMatchObject({ outcome: 'interrupted', reason: 'total-time' });
      });
    }

    test('a client that left during a slow preflight costs the upstream nothing', async () => {
      const id = newId();
      const client = await open({ ...ask(id, {}), preflight: 'until gone' });
      await inPreflight(id);
      client.ways.FIN();
      expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
      expect(await log(id)).toBeNull();
    });

    test('a slow reader that leaves while the server waits for it closes the upstream', async () => {
      const id = newId();
      const client = await open(ask(id, { intervalMs: 0, tokenBytes: 16_384 }));
      client.pause();
      await blocked(id);
      client.ways.RST();
      await left(id);
      expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
    });

    test('an upstream that refuses is a status and a sentence', async () => {
      const id = newId();
      const client = await open(ask(id, { status: 500 }));
      await receives(client, /The model answered with an error \(500\)\./);
      expect(client.received()).toMatch(/^HTTP\/1.1 502 /);
      expect(await ended(id)).toMatchObject({ outcome: 'error' });
    });

    test('G2: an upstream that is destroyed in the middle ends in an error frame', async () => {
      const id = newId();
      const client = await open(ask(id, { destroyAfter: 3 }));
      await receives(
        client,
        /event: error\ndata: .*The connection to the model was lost.*\n\n\r\n0\r\n\r\n$/,
      );
      expect(await ended(id)).toMatchObject({ outcome: 'interrupted' });
    });
  });
}

/** The same for HTTP/2, where a connection has many streams. */
export function describeHttp2Adapter(adapter: ServerAdapter): void {
  const { ask, asked, inPreflight, ended, left, log } = createWitness(adapter);
  const clients: RawHttp2Client[] = [];
  const open = (body: Ask) => {
    const client = rawHttp2Client(adapter.port(), body);
    clients.push(client);
    return client;
  };

  describe.concurrent(`${adapter.name}: when the client has gone`, () => {
    afterAll(() => clients.forEach((client) => client.close()));

    test('G7: a stream that is read to its end aborts nothing', async () => {
      const id = newId();
      const client = open(ask(id, { count: 5 }));
      expect(await ended(id)).toEqual({ runId: id, outcome: 'complete' });
      await receives(client, /^(data:[^]*){5}$/);
      expect(await log(id)).toMatchObject({ ended: 1, leftAt: [] });
    });

    test.each(['stream reset', 'session destroy'] as const)(
      'a %s in the middle closes the upstream',
      async (way) => {
        const id = newId();
        const client = open(ask(id, {}));
        await streaming(client);
        const at = Date.now();
        client.ways[way]();
        expect(madeAfter(await left(id), at)).toBeLessThanOrEqual(TOKENS_LATER);
        expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
      },
    );

    test.each(['stream reset', 'session destroy'] as const)(
      'G12: a %s before the upstream has answered closes it',
      async (way) => {
        const id = newId();
        const client = open(ask(id, { headersMs: 30_000 }));
        await asked(id);
        client.ways[way]();
        await left(id);
      },
    );

    test('a stream reset during a slow preflight costs the upstream nothing', async () => {
      const id = newId();
      const client = open({ ...ask(id, {}), preflight: 'until gone' });
      await inPreflight(id);
      client.ways['stream reset']();
      expect(await ended(id)).toEqual({ runId: id, outcome: 'disconnected' });
      expect(await log(id)).toBeNull();
    });

    test('G2: an upstream that is destroyed in the middle ends in an error frame', async () => {
      const id = newId();
      const client = open(ask(id, { destroyAfter: 3 }));
      await receives(client, /event: error\ndata: .*\n\n$/);
      expect(await ended(id)).toMatchObject({ outcome: 'interrupted' });
    });
  });
}
