import { agixtBackend } from 'stopkit/agixt';
import { webSocketChannel } from 'stopkit/alicia';
import { dispatchBackend } from 'stopkit/dispatch';
import { httpBackend } from 'stopkit/http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openSocket, type SocketLike } from '../../../src/backends/openSocket.js';
import { startAgixtServer } from '../../servers/agixt/startAgixtServer.js';
import { listen, sendJson } from '../../servers/listen.js';

const closers: (() => unknown)[] = [];

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

type Script = 'open' | 'open and lost' | 'refused' | 'throws';

/** A class of sockets that do what the test says, one after the other; the last word is repeated. */
function sockets(...scripts: [Script, ...Script[]]) {
  const urls: string[] = [];
  class TestSocket extends EventTarget implements SocketLike {
    constructor(url: string) {
      super();
      const script = scripts[Math.min(urls.length, scripts.length - 1)];
      urls.push(url);
      if (script === 'throws') throw new SyntaxError('not an address');
      const say = (...types: string[]): void =>
        types.forEach((type) => this.dispatchEvent(new Event(type)));
      queueMicrotask(() => {
        if (script === 'open') say('open');
        else if (script === 'open and lost') say('open', 'close');
        else say('error', 'close');
      });
    }
    send(): void {}
    close(): void {
      this.dispatchEvent(new Event('close'));
    }
    declare addEventListener: SocketLike['addEventListener'];
  }
  return { Socket: TestSocket, urls };
}

test('G15: a socket that is lost twenty times leaves nothing behind', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  closers.push(() => process.off('warning', hear));
  const { Socket, urls } = sockets('open and lost');
  const socket = openSocket(() => 'ws://x', Socket, { onState() {}, onMessage() {} });
  closers.push(socket.close);
  while (urls.length < 20) await vi.advanceTimersByTimeAsync(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test('a socket that cannot even be made is tried again', async () => {
  const { Socket } = sockets('throws', 'throws', 'open');
  const states: string[] = [];
  const socket = openSocket(() => 'ws://x', Socket, {
    onState: (state) => states.push(state),
    onMessage() {},
  });
  closers.push(socket.close);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(states).toEqual(['reconnecting', 'reconnecting', 'open']);
});

test('agixt: a socket that was refused is opened again with a fresh key', async () => {
  const { Socket, urls } = sockets('refused', 'open');
  const asked: [number, number | null][] = [];
  const backend = agixtBackend({
    baseUrl: 'http://agixt',
    webSocket: Socket,
    headers({ attempt, status }) {
      asked.push([attempt, status]);
      return { authorization: attempt === 1 ? 'old' : 'fresh' };
    },
  });
  closers.push(backend.connect(() => undefined));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual([
    [1, null],
    [2, 401],
  ]);
  expect(urls.map((url) => new URL(url).searchParams.get('authorization'))).toEqual([
    'old',
    'fresh',
  ]);
});

test('agixt: a socket that is let in and put out again is opened with a fresh key', async () => {
  vi.useRealTimers();
  const server = await startAgixtServer();
  closers.push(server.close);
  const statuses: (number | null)[] = [];
  const states: string[] = [];
  const backend = agixtBackend({
    baseUrl: server.baseUrl,
    webSocket: WebSocket,
    headers({ status }) {
      statuses.push(status);
      return { authorization: status === null ? 'Bearer old' : `Bearer ${server.token}` };
    },
  });
  const disconnect = backend.connect((event) => {
    if (event.type === 'connection') states.push(event.state);
  });
  closers.push(disconnect);
  // As AGiXT does, the server accepts the socket before it looks at the key.
  await expect.poll(() => statuses).toEqual([null, 401]);
  await expect.poll(() => states).toEqual(['open', 'reconnecting', 'open']);
});

test('a socket that is put out again each time is opened less and less often', async () => {
  const { Socket, urls } = sockets('open and lost');
  const socket = openSocket(() => 'ws://x', Socket, { onState() {}, onMessage() {} });
  closers.push(socket.close);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(urls.length).toBeLessThan(20);
});

test('alicia: where there is no WebSocket a sentence says what to pass', () => {
  vi.stubGlobal('WebSocket', undefined);
  closers.push(() => vi.unstubAllGlobals());
  const channel = webSocketChannel('ws://x');
  expect(() => channel.subscribe(() => undefined)).toThrow(
    'stopkit: there is no WebSocket here. Pass the class of `ws` as `webSocket`.',
  );
});

test('alicia: a socket that is put out again each time is opened less and less often', async () => {
  const { Socket, urls } = sockets('open and lost');
  class BinaryTestSocket extends Socket {
    binaryType = '';
  }
  const channel = webSocketChannel('ws://x', { webSocket: BinaryTestSocket });
  closers.push(channel.subscribe(() => undefined));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(urls.length).toBeLessThan(20);
});

test('dispatch: where the socket is cannot be told from half an address', () => {
  const { Socket } = sockets('open');
  expect(() => dispatchBackend({ baseUrl: '/dispatch', webSocket: Socket })).toThrow(
    /^stopkit: .* or socketUrl\.$/,
  );
  expect(dispatchBackend({ baseUrl: '/dispatch', webSocket: null }).name).toBe('dispatch');
});

test('http: events that are answered with a page are asked for less and less often', async () => {
  vi.useRealTimers();
  const asked = { list: 0, events: 0 };
  const { server, port } = await listen((req, res) => {
    if (req.url === '/conversations/active') {
      asked.list += 1;
      sendJson(res, 200, { conversations: [] });
    } else {
      asked.events += 1;
      res.writeHead(200, { 'content-type': 'text/html' });
      res.end('<h1>Welcome</h1>');
    }
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const states = new Set<string>();
  const backend = httpBackend({ baseUrl: `http://127.0.0.1:${port}`, listEveryMs: 20 });
  const disconnect = backend.connect((event) => {
    if (event.type === 'connection') states.add(event.state);
  });
  closers.push(disconnect, backend.watch?.('c1') ?? (() => undefined));
  await expect.poll(() => asked.list).toBeGreaterThan(50);
  expect(asked.events).toBeLessThan(5);
  expect([...states]).toEqual(['open']);
});
