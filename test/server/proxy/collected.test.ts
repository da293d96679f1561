import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { allowAnyone, createRuns, nodeHandler, proxyResponse, type Upstream } from 'stopkit/server';
import { expect, onTestFinished, test } from 'vitest';

setFlagsFromString('--expose-gc');
// Only a context that is made after the flag has it.
const collect = runInNewContext('gc') as () => void;

test.each(['proxyResponse', 'runs.response'] as const)(
  'a client that leaves before the first byte is noticed, however much the server has collected meanwhile (%s)',
  async (how) => {
    const runs = createRuns({ authorize: allowAnyone, limits: { nameMs: 10 } });
    const model = { calls: 0, aborted: 0 };
    const upstream: Upstream = ({ signal }) => {
      model.calls += 1;
      signal.addEventListener('abort', () => (model.aborted += 1));
      return new Promise(() => undefined);
    };
    const handle = nodeHandler((request) =>
      how === 'proxyResponse'
        ? proxyResponse(request, upstream)
        : runs.response(request, { userId: 'anyone', upstream }),
    );
    const server = createServer((req, res) => void handle(req, res));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(async () => {
      server.close();
      await runs.close();
    });
    // A TCP server has an address object.
    const { port } = server.address() as AddressInfo;
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      return socket;
    });
    await expect.poll(() => model.calls).toBe(10);
    for (let turn = 0; turn < 5; turn += 1) {
      collect();
      await new Promise((done) => setImmediate(done));
    }
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => model.aborted, { timeout: 2_000 }).toBe(10);
  },
);
