import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import Koa from 'koa';
import { afterEach, describe, expect, test } from 'vitest';
import { fastifyPlugin } from './fastify.js';
import { koaHandler } from './koa.js';
import { type FetchHandler, nodeHandler } from './nodeHandler.js';

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) server.close().closeAllConnections();
});

type Middleware = (req: IncomingMessage, res: ServerResponse) => void;

/** Serves a Fetch handler on a Node server; what a middleware did comes first. */
async function listen(handler: FetchHandler, middleware?: Middleware): Promise<string> {
  const handle = nodeHandler(handler);
  const server = createServer((req, res) => {
    middleware?.(req, res);
    void handle(req, res);
  });
  running.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A TCP server has an address object.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, body: string) => fetch(url, { method: 'POST', body });

describe('a Fetch handler on a Node server', () => {
  test('sees method, URL, headers and body, and its answer arrives with all its cookies', async () => {
    const origin = await listen(async (request) => {
      const headers = new Headers({ 'x-url': request.url, 'x-method': request.method });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2');
      return new Response(await request.text(), { status: 201, headers });
    });
    const response = await post(`${origin}/path?query=1`, 'süd');
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('süd');
    expect(response.headers.get('x-url')).toBe(`${origin}/path?query=1`);
    expect(response.headers.get('x-method')).toBe('POST');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test.each([
    ['an object', { a: 1 }],
    ['text', '{"a":1}'],
    ['bytes', Buffer.from('{"a":1}')],
  ])('gets the body that a middleware has parsed as %s', async (_, body) => {
    const origin = await listen(
      async (request) => new Response(await request.text()),
      (req) => void Object.assign(req, { body }),
    );
    expect(await (await post(origin, 'read before')).text()).toBe('{"a":1}');
  });

  test('headers that a middleware has set stay', async () => {
    const origin = await listen(
      () => new Response('x'),
      (_, res) => void res.setHeader('access-control-allow-origin', '*'),
    );
    const response = await fetch(origin);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('a path that begins with two slashes names no other host', async () => {
    const origin = await listen((request) => new Response(new URL(request.url).host));
    const { port, host } = new URL(origin);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET //elsewhere/x HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(await text(socket)).toContain(host);
  });

  test('a host that is none is no reason to fail', async () => {
    const origin = await listen((request) => new Response(new URL(request.url).pathname));
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('GET /x HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each(['a@b', 'a:b@c', 'a/conversations', 'a?b', 'a#b', 'a\\b'])(
    'a host that is more than a host (%s) is left out',
    async (host) => {
      const origin = await listen((request) => new Response(request.url));
      const socket = connect(Number(new URL(origin).port), '127.0.0.1');
      socket.write(`GET /x HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(await text(socket)).toContain('http://localhost/x');
    },
  );

  test('a method that no Fetch request can have is a 405 with a sentence', async () => {
    const origin = await listen(() => new Response('x'));
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write('TRACE /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const said = await text(socket);
    expect(said).toMatch(/^HTTP\/1.1 405 /);
    expect(said).toContain('TRACE');
  });

  test('a handler that throws is a 500 with a sentence, and the server lives', async () => {
    const origin = await listen(() => Promise.reject(new Error('secret')));
    for (let twice = 0; twice < 2; twice++) {
      const response = await post(origin, 'x');
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ error: 'The server failed. Please try again.' });
    }
  });

  test('a body that is refused unread does not take the answer with it', async () => {
    const origin = await listen(() => Response.json({ error: 'Too long.' }, { status: 413 }));
    const response = await post(origin, 'x'.repeat(1_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: 'Too long.' });
  });

  test("its request's signal aborts when the client leaves, and not after a normal end", async () => {
    const seen: AbortSignal[] = [];
    const origin = await listen((request) => {
      seen.push(request.signal);
      return request.method === 'POST' ? new Response('x') : new Promise(() => undefined);
    });
    await (await post(origin, 'x')).text();
    const leave = new AbortController();
    const waiting = fetch(origin, { signal: leave.signal });
    await expect.poll(() => seen.length).toBe(2);
    leave.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => seen[1]?.aborted).toBe(true);
    expect(seen[0]?.aborted).toBe(false);
  });
});

test('a Fastify plugin answers under its prefix, with the headers of hooks and the parsed body', async () => {
  const app = fastify();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-from-hook', 'kept');
    done();
  });
  const handle = nodeHandler(async (request) => {
    return Response.json({
      path: new URL(request.url).pathname,
      body: (await request.json()) as unknown,
    });
  });
  await app.register(fastifyPlugin(handle), { prefix: '/api' });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const response = await fetch(`${origin}/api/stop`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"runId":"x"}',
  });
  expect(await response.json()).toEqual({ path: '/api/stop', body: { runId: 'x' } });
  expect(response.headers.get('x-from-hook')).toBe('kept');
  await app.close();
});

test('a Koa app answers with it what its own middleware has left', async () => {
  const app = new Koa();
  app.use((context, next) => {
    if (context.path !== '/mine') return next();
    context.body = 'mine';
  });
  app.use(koaHandler(nodeHandler(async (request) => new Response(await request.text()))));
  const server = app.listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  // A TCP server has an address object.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await (await post(`${origin}/mine`, 'x')).text()).toBe('mine');
  expect(await (await post(`${origin}/api/stop`, '{"runId":"x"}')).text()).toBe('{"runId":"x"}');
});
