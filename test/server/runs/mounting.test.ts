import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import Koa from 'koa';
import { allowAnyone, createRuns, fastifyPlugin, koaHandler } from 'stopkit/server';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from './startApp.js';

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

test('mounted below a path that ends in "conversations", a stop that names its run ends that one alone', async () => {
  const asked: string[] = [];
  const app = await startApp({
    authorize({ action, runId }) {
      asked.push(`${action} ${runId ?? ''}`);
      return { userId: 'ada' };
    },
    onDisconnect: 'continue',
  });
  onTestFinished(() => app.close());
  const [one, other] = ['run-number-one', 'run-number-two'];
  for (const runId of [one, other]) await app.send({ runId });
  const stop = (body?: unknown) => app.post('/conversations/stop', body);
  expect(await (await stop({ runId: one })).json()).toMatchObject({
    runId: one,
    outcome: 'stopped',
  });
  expect(await app.runs.active()).toMatchObject([{ id: other }]);
  expect(asked).toEqual([`stop ${one}`]);
  // A stop of everything, whatever else it says.
  expect(await (await stop({})).json()).toMatchObject({ stopped: 1 });
  for (const body of [undefined, [], { runId: 'no id' }, { reason: 3 }]) {
    expect(await (await stop(body)).json()).toEqual({ stopped: 0, results: [] });
  }
  expect(asked.slice(1)).toEqual(Array.from({ length: 5 }, () => 'stop-all '));
});
