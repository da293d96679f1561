// The bench's server, in a process of its own: it serves the page, makes tokens, and notes when it hears of a stop.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchLog, BenchRequest } from './request.js';
import { markdownToken, textOf, token, WIDE_WORDS } from './text.js';
import { type Wire, wires } from './wires.js';

const PAGE = process.env.BENCH_PAGE ?? '';
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const FLOOD_TOKENS = 256;

let log: BenchLog[] = [];
let answers = 0;
const now = (): number => performance.timeOrigin + performance.now();

async function readBody(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const bytes of req) body += String(bytes);
  return body;
}

async function generate(request: BenchRequest, res: ServerResponse): Promise<void> {
  const entry: BenchLog = {
    openedAt: now(),
    sent: 0,
    closedAt: null,
    stopAskedAt: null,
    open: true,
  };
  log.push(entry);
  let timer: NodeJS.Timeout | undefined;
  res.on('close', () => {
    clearInterval(timer);
    entry.open = false;
    if (!res.writableEnded) entry.closedAt = now();
  });
  if (request.headersAfterMs !== undefined) await wait(request.headersAfterMs);
  if (request.failing === true) {
    res.writeHead(500).end();
    return;
  }
  const wire: Wire = wires[request.wire](answers++);
  res.writeHead(200, { 'content-type': wire.contentType, 'cache-control': 'no-store' });
  res.flushHeaders();
  if (wire.open !== '') res.write(wire.open);

  const { tokens: limit, rate, ending = 'complete' } = request;
  const word = request.markdown === true ? markdownToken : token;
  const isOver = (): boolean => limit > 0 && entry.sent >= limit;
  const end = (): void => {
    clearInterval(timer);
    if (ending === 'cut') {
      res.destroy();
      return;
    }
    if (ending === 'complete') res.write(wire.end);
    if (ending === 'error' && wire.error !== null) res.write(wire.error);
    res.end();
  };
  if (request.prefill !== undefined) res.write(wire.text(textOf(request.prefill)));
  if (request.bytewise === true) {
    for (const byte of Buffer.from(wire.text(WIDE_WORDS))) {
      res.write(Buffer.of(byte));
      await wait(1);
    }
    end();
    return;
  }

  const flood = (): void => {
    while (!res.destroyed) {
      let batch = '';
      for (let n = 0; n < FLOOD_TOKENS && !isOver(); n++) batch += wire.text(word(entry.sent++));
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
    while (entry.sent < due && !isOver()) res.write(wire.text(word(entry.sent++)));
    if (isOver()) end();
  };
  if (rate === 0) flood();
  else timer = setInterval(speak, 1);
}

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = new URL(req.url ?? '/', 'http://bench').pathname;
  if (path === '/generate') {
    const { prompt } = JSON.parse(await readBody(req)) as { prompt: BenchRequest };
    await generate(prompt, res);
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
