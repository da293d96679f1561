import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { allowAnyone, createRuns, fastifyPlugin, koaHandler } from 'stopkit/server';
import { expect, onTestFinished, test } from 'vitest';

const routes = createRuns({ authorize: allowAnyone }).routes();

/** The second is a route of stopkit by its path, and not by its method. */
const MINE = ['/api/chat', '/api/conversations/1/run'];

/** Servers whose own routes come behind those of stopkit. */
const servers: Record<string, () => Server | Promise<Server>> = {
  Express() {
    const app = express();
    app.use('/api', routes);
    app.post(MINE, (_req, res) => void res.send('mine'));
    return createServer(app);
  },
  Koa() {
    const app = new Koa();
    app.use(koaHandler(routes));
    app.use((context) => {
      if (MINE.includes(context.path)) context.body = 'mine';
    });
    return createServer((req, res) => void app.callback()(req, res));
  },
  async Fastify() {
    const app = fastify();
    await app.register(fastifyPlugin(routes), { prefix: '/api' });
    for (const path of MINE) app.post(path, () => 'mine');
    await app.ready();
    return app.server;
  },
};

async function listen(server: Server): Promise<(path: string) => Promise<Response>> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  // A TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  return (path) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
}

for (const [name, start] of Object.entries(servers)) {
  test(`mounted before the routes of an app, those of stopkit leave them alone: ${name}`, async () => {
    const post = await listen(await start());
    for (const path of MINE) expect(await (await post(path)).text()).toBe('mine');
    expect(await (await post('/api/conversations/stop')).json()).toEqual({
      stopped: 0,
      results: [],
    });
    expect((await post('/api/nothing')).status).toBe(404);
  });
}

test.each(['/v1/', 'v1', '/:tenant'])(
  'in a Fastify app they answer below %s, inside another prefix',
  async (prefix) => {
    const app = fastify();
    await app.register(
      async (api) => {
        await api.register(fastifyPlugin(routes), { prefix });
      },
      { prefix: '/api' },
    );
    await app.ready();
    const post = await listen(app.server);
    expect((await post('/api/v1/conversations/stop')).status).toBe(200);
  },
);

test('a stop without a body is heard behind a parser that makes an empty object of it', async () => {
  const server = createServer((req, res) => void routes(Object.assign(req, { body: {} }), res));
  const post = await listen(server);
  expect((await post('/api/conversations/stop')).status).toBe(200);
});

test('where nothing comes after them, what is none of them is answered with 404 and a sentence', async () => {
  const post = await listen(createServer((req, res) => void routes(req, res)));
  const response = await post('/api/chat');
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: 'There is nothing here.' });
});
