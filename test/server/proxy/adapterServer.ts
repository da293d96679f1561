// One process with every kind of server that passes an answer on, and no net under any of them.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type HttpBindings, serve } from '@hono/node-server';
import compression from 'compression';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import {
  fastifyHandler,
  koaHandler,
  type NodeRequest,
  type NodeResponse,
  nodeHandler,
  proxyGeneration,
} from 'stopkit/server';
import type { Ask } from './ask.js';
import { createScenario } from './createScenario.js';

const scenario = createScenario();

const whenGone = (req: NodeRequest) => () =>
  once('stream' in req ? req.stream : req.socket, 'close');

/** As an app does it whose middleware has read the body, after an auth check that takes its time. */
async function proxy(req: NodeRequest, res: NodeResponse, ask: Ask): Promise<void> {
  const { upstream, options } = scenario.read(ask);
  await scenario.preflight(ask, whenGone(req));
  await proxyGeneration(req, res, upstream, options);
}

const answer = (request: Request, raw: NodeRequest): Promise<Response> =>
  scenario.answer(request, whenGone(raw));

const bodyOf = async (req: NodeRequest): Promise<Ask> => JSON.parse(await text(req)) as Ask;

const plain = (req: NodeRequest, res: NodeResponse): void => {
  // A client that leaves before its request is whole asked for nothing.
  void bodyOf(req).then(
    (ask) => proxy(req, res, ask),
    () => {
      res.statusCode = 400;
      res.end();
    },
  );
};

/** What a framework left as the parsed body. */
const parsed = (req: IncomingMessage, res: ServerResponse): Promise<void> =>
  // Every framework here parses JSON with a parser of its own.
  proxy(req, res, (req as IncomingMessage & { body: Ask }).body);

function expressApp(middleware?: express.RequestHandler): Server {
  const app = express();
  if (middleware !== undefined) app.use(middleware);
  app.use(express.json());
  app.post('/', parsed);
  return createServer(app);
}

function koaApp(): Server {
  const app = new Koa();
  app.use(async (context, next) => {
    Object.assign(context.request, { body: await bodyOf(context.req) });
    await next();
  });
  app.use(koaHandler(parsed));
  return createServer((req, res) => void app.callback()(req, res));
}

async function fastifyApp(): Promise<Server> {
  const app = fastify({ forceCloseConnections: true });
  app.post('/', (request, reply) => {
    reply.header('x-from-hook', 'kept');
    return fastifyHandler(parsed)(request, reply);
  });
  await app.ready();
  return app.server;
}

function honoApp(): Server {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.post('/', (context) => answer(context.req.raw, context.env.incoming));
  // Without TLS options it is a plain server.
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
}

/** Takes `no-transform` away, so that compression() really compresses. */
const compressAnyway: express.RequestHandler = (_req, res, next) => {
  const setHeader = res.setHeader.bind(res);
  res.setHeader = (name, value) =>
    setHeader(name, name.toLowerCase() === 'cache-control' ? 'no-cache' : value);
  next();
};

const servers: Record<string, Server | Http2Server> = {
  http: createServer(plain),
  http2: createHttp2Server(plain),
  express: expressApp(),
  compression: expressApp(express.Router().use(compressAnyway, compression())),
  fastify: await fastifyApp(),
  koa: koaApp(),
  hono: honoApp(),
  fetch: createServer((req, res) => void nodeHandler(answer)(req, res)),
  control: createServer((_req, res) => {
    res.end(JSON.stringify(scenario.state()));
  }),
};

const ports: Record<string, number> = {};
for (const [name, server] of Object.entries(servers)) {
  if (!server.listening) server.listen(0, '127.0.0.1');
  if (server.address() === null) await new Promise((resolve) => server.once('listening', resolve));
  // A TCP server has an address object.
  ports[name] = (server.address() as AddressInfo).port;
}
console.log(JSON.stringify(ports));
