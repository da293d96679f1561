// A model in a process of its own: it follows the script in the URL and logs what it made and when it was left.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAt } from './modelFormats.js';
import type { ModelLog } from './modelLog.js';
import { readScript, type Script } from './script.js';

const WORDS = 'A süd-ward wind 風 tells the truth. '.split(/(?<= )/);
// Enough for a stop at 50 tokens a second; a flood is only counted.
const TIMES_KEPT = 5_000;

const logs = new Map<string, ModelLog>();

function answer(script: Script, path: string, res: ServerResponse): void {
  const log: ModelLog = logs.get(script.id) ?? {
    requests: 0,
    made: 0,
    madeAt: [],
    leftAt: [],
    ended: 0,
  };
  logs.set(script.id, log);
  log.requests += 1;
  const format = formatAt(path);
  let made = 0;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number, next: () => void): void => {
    timer = setTimeout(next, ms);
  };
  res.on('close', () => {
    clearTimeout(timer);
    if (res.writableEnded) log.ended += 1;
    else log.leftAt.push(Date.now());
  });

  const write = (said: string): boolean => {
    if (script.split === 0) return res.write(said);
    const bytes = Buffer.from(said);
    for (let at = 0; at < bytes.length; at += script.split) {
      res.write(bytes.subarray(at, at + script.split));
    }
    return true;
  };
  const makeOne = (): boolean => {
    const room = write(
      format.token((WORDS[made % WORDS.length] ?? '').padEnd(script.tokenBytes, '.')),
    );
    made += 1;
    log.made += 1;
    if (log.madeAt.length < TIMES_KEPT) log.madeAt.push(Date.now());
    return room;
  };
  const makeTokens = (): void => {
    for (;;) {
      if (res.destroyed) return;
      if (made === script.stallAfter) return;
      if (made === script.destroyAfter) {
        res.destroy();
        return;
      }
      if (made === script.count) {
        res.end(format.end);
        return;
      }
      const room = makeOne();
      if (script.intervalMs > 0) return wait(script.intervalMs, makeTokens);
      if (!room) {
        // A drain may come in the same tick: a flood must leave the model time to answer for its log.
        res.once('drain', () => setImmediate(makeTokens));
        return;
      }
    }
  };
  const begin = (): void => {
    if (script.status !== 200) {
      res.writeHead(script.status, { 'content-type': 'application/json', 'retry-after': '7' });
      res.end(format.error(script.status));
      return;
    }
    res.writeHead(200, { 'content-type': format.contentType });
    res.flushHeaders();
    if (format.start !== '') write(format.start);
    wait(script.firstMs, makeTokens);
  };
  wait(script.headersMs, begin);
}

function serve(req: IncomingMessage, res: ServerResponse): void {
  const [, first = '', ...rest] = (req.url ?? '').split('?', 1)[0]?.split('/') ?? [];
  if (first !== 'log') {
    req.resume();
    answer(readScript(first), `/${rest.join('/')}`, res);
    return;
  }
  server.getConnections((_, sockets) => {
    const log = logs.get(rest[0] ?? '') ?? null;
    res.setHeader('content-type', 'application/json').end(JSON.stringify({ log, sockets }));
  });
}

const server = createServer(serve).listen(Number(process.env.MODEL_PORT ?? 0), '127.0.0.1', () => {
  // A TCP server has an address object.
  console.log(JSON.stringify({ model: (server.address() as AddressInfo).port }));
});
