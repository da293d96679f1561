// One proxy in a process of its own, so that its CPU time is its own; `PROXY` names it.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { getRequestListener } from '@hono/node-server';
import { streamText } from 'ai';
import { Hono } from 'hono';
import { proxy as honoProxy } from 'hono/proxy';
import { createProxyServer } from 'http-proxy-3';
import { proxyGeneration } from 'stopkit/server';

const target = process.env.TARGET ?? '';
const SSE = { 'content-type': 'text/event-stream' };

const askByHttp = (url: string, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { signal }, resolve).on('error', reject).end();
  });

/** Aborts when the response closes before its end, as every correct proxy must. */
const signalOf = (res: ServerResponse): AbortSignal => {
  const controller = new AbortController();
  res.on('close', () => {
    if (!res.writableEnded) controller.abort();
  });
  return controller.signal;
};

const passOn = createProxyServer({ target });
passOn.on('error', () => undefined);

const app = new Hono();
app.get('*', ({ req }) => honoProxy(`${target}${req.path}`, { signal: req.raw.signal }));
const hono = getRequestListener(app.fetch);

const proxies: Record<string, (url: string, req: IncomingMessage, res: ServerResponse) => unknown> =
  {
    'node:http + pipeline': async (url, _, res) => {
      const upstream = await askByHttp(url, signalOf(res));
      res.writeHead(200, SSE);
      await pipeline(upstream, res);
    },
    'http-proxy-3': (_url, req, res) => passOn.web(req, res),
    'fetch + pipeline': async (url, _, res) => {
      const upstream = await fetch(url, { signal: signalOf(res) });
      res.writeHead(200, SSE);
      // DOM and Node type the same stream twice.
      await pipeline(Readable.fromWeb(upstream.body as NodeReadableStream), res);
    },
    'hono proxy': (_url, req, res) => hono(req, res),
    // It parses every event and writes another: what it does is more than to pass on.
    'AI SDK UI message stream': (url, _, res) =>
      streamText({
        model: createOpenAICompatible({
          name: 'bench',
          baseURL: url.replace(/\/events$/, '/v1'),
        }).chatModel('bench'),
        prompt: 'Go on',
        maxRetries: 0,
        abortSignal: signalOf(res),
        onError: () => undefined,
      }).pipeUIMessageStreamToResponse(res),
    'stopkit, node:http': (url, req, res) =>
      proxyGeneration(req, res, ({ signal }) => askByHttp(url, signal), {
        contentType: SSE['content-type'],
      }),
    'stopkit, fetch': (url, req, res) =>
      proxyGeneration(req, res, ({ signal }) => fetch(url, { signal })),
  };

const proxy = proxies[process.env.PROXY ?? ''];
if (proxy === undefined) throw new Error(`No such proxy: ${process.env.PROXY ?? ''}`);

const server = createServer((req, res) => {
  if (req.url === '/cpu') {
    const { user, system } = process.cpuUsage();
    res.end(JSON.stringify((user + system) / 1e6));
    return;
  }
  // A client that leaves rejects the others' pipelines; stopkit's promise never does.
  Promise.resolve(proxy(`${target}${req.url ?? ''}`, req, res)).catch(() => undefined);
}).listen(0, '127.0.0.1', () => {
  // A TCP server has an address object.
  console.log(JSON.stringify({ proxy: (server.address() as AddressInfo).port }));
});
