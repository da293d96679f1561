// The bench's server, in a process of its own: it serves the page, makes tokens, and notes when it hears of a stop.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchLog, BenchRequest } from './request.js';
import { textOf, token } from './text.js';

const PAGE = fileURLToPath(new URL('../node_modules/.cache/stopkit/bench', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const FLOOD_TOKENS = 256;

let log: BenchLog[] = [];
const now = (): number => performance.timeOrigin + performance.now();

const frame = (wire: BenchRequest['wire'], content: string): string =>
  wire === 'text'
    ? content
    : `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

const END =
  'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

async function readBody(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const bytes of req) body += String(bytes);
  return body;
}

function generate(request: BenchRequest, res: ServerResponse): void {
  const entry: BenchLog = {
    openedAt: now(),
    sent: 0,
    closedAt: null,
    stopAskedAt: null,
    open: true,
  };
  log.push(entry);
  res.writeHead(200, {
    'content-type': request.wire === 'text' ? 'text/plain; charset=utf-8' : 'text/event-stream',
    'cache-control': 'no-store',
  });
  const { wire, tokens: limit, rate } = request;
  const isOver = (): boolean => limit > 0 && entry.sent >= limit;
  const end = (): void => {
    clearInterval(timer);
    if (wire === 'sse') res.write(END);
    res.end();
  };
  res.on('close', () => {
    clearInterval(timer);
    entry.open = false;
    if (!res.writableEnded) entry.closedAt = now();
  });
  if (request.prefill !== undefined) res.write(frame(wire, textOf(request.prefill)));

  const flood = (): void => {
    while (!res.destroyed) {
      let batch = '';
      for (let n = 0; n < FLOOD_TOKENS && !isOver(); n++) batch += frame(wire, token(entry.sent++));
      const drinks = res.write(batch);
      if (isOver()) return end();
      if (!drinks) {
        res.once('drain', flood);
        return;
      }
    }
  };
  const from = performance.now();
  const speak = (): void => {
    const due = Math.floor(((performance.now() - from) * rate) / 1_000);
    // A token a write, also when the timer is late: a model does not join what it has to say.
    while (entry.sent < due && !isOver()) res.write(frame(wire, token(entry.sent++)));
    if (isOver()) end();
  };
  const timer = rate === 0 ? undefined : setInterval(speak, 1);
  if (rate === 0) flood();
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = new URL(req.url ?? '/', 'http://bench').pathname;
  if (path === '/generate') {
    const { prompt } = JSON.parse(await readBody(req)) as { prompt: BenchRequest };
    generate(prompt, res);
  } else if (path === '/stop') {
    const at = now();
    await readBody(req);
    const entry = log.at(-1);
    if (entry !== undefined) entry.stopAskedAt ??= at;
    res.setHeader('content-type', 'application/json').end('{"outcome":"stopped"}');
  } else if (path === '/log') {
    res.setHeader('content-type', 'application/json').end(JSON.stringify(log));
    if (req.method === 'DELETE') log = [];
  } else {
    const file = path === '/' ? '/index.html' : path;
    const bytes = await readFile(join(PAGE, file)).catch(() => null);
    if (bytes === null) res.writeHead(404).end();
    else res.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(bytes);
  }
}

const server = createServer((req, res) => {
  answer(req, res).catch((error: unknown) => {
    console.error(error);
    res.destroy();
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`bench ${typeof address === 'object' && address !== null ? address.port : ''}`);
});
