// One address before many nodes. A question goes to each node in turn, and a stop on purpose to another than writes.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { sayWhere } from './server/sayWhere.js';

const ports = (process.env.NODE_PORTS ?? '').split(',').map(Number);
/** Which node writes what: by run and by conversation. */
const writers = new Map<string, number>();
const WRITERS_KEPT = 1_000;
const BASE = 'http://localhost';
let turns = 0;

const server = createServer((req, res) => {
  void text(req).then(
    (body) => route(req, body, res),
    // Who left while asking gets no answer.
    () => res.destroy(),
  );
});

function route(req: IncomingMessage, body: string, res: ServerResponse): void {
  const url = req.url ?? '/';
  if (!URL.canParse(url, BASE)) {
    res.writeHead(400, { 'content-type': 'application/json' });
    res.end('{"error":"This is no address."}');
    return;
  }
  const path = new URL(url, BASE).pathname;
  const names = namesIn(path, body);
  if (path === '/api/demo' && req.method === 'PUT') {
    // What a visitor breaks is broken on every node.
    for (const port of ports.slice(1)) pass(req, body, port, null);
    pass(req, body, portOf(0), res);
    return;
  }
  if (path.endsWith('/stop')) {
    const writer = names.map((name) => writers.get(name)).find((node) => node !== undefined) ?? 0;
    pass(req, body, portOf(writer + 1), res);
    return;
  }
  turns += 1;
  if (path === '/api/chat' || path === '/api/compare') {
    for (const name of names) remember(name, turns);
  }
  pass(req, body, portOf(turns), res);
}

const portOf = (turn: number): number => ports[turn % ports.length] ?? 0;

function remember(name: string, turn: number): void {
  writers.delete(name);
  writers.set(name, turn);
  const oldest = writers.keys().next();
  if (writers.size > WRITERS_KEPT && !oldest.done) writers.delete(oldest.value);
}

/** The run and the conversation that a request speaks of. */
function namesIn(path: string, body: string): string[] {
  const inPath = /^\/api\/conversations\/([^/]+)\//.exec(path)?.[1];
  let said: { runId?: unknown; conversationId?: unknown } = {};
  try {
    said = JSON.parse(body) as typeof said;
  } catch {
    // No JSON names nothing; the node itself complains where it has to.
  }
  const names = [said.runId, said.conversationId];
  return [
    ...names.filter((name) => typeof name === 'string'),
    ...(inPath === undefined ? [] : [inPath]),
  ];
}

function pass(req: IncomingMessage, body: string, port: number, res: ServerResponse | null): void {
  const { url, method, headers } = req;
  const asked = request({ host: '127.0.0.1', port, path: url, method, headers });
  asked.on('error', () => {
    if (res?.headersSent === false) {
      res.writeHead(502, { 'content-type': 'application/json' });
      res.end('{"error":"This node cannot be reached just now."}');
    } else res?.destroy();
  });
  asked.on('response', (answer) => {
    if (res === null) {
      answer.resume();
      return;
    }
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => res.destroy());
    answer.pipe(res);
  });
  // The node learns at once that a reader has left.
  res?.on('close', () => asked.destroy());
  asked.end(body);
}

sayWhere('front', server.listen(Number(process.env.PORT ?? 0), '127.0.0.1'));
