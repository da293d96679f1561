import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import type { AddressInfo } from 'node:net';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** A server as an app has it before it knows the kit: static files and a plain text endpoint that never ends. */
export interface AnswerServer {
  url: string;
  /** How many answers were asked for, and how many of their connections were closed before the end. */
  counts: { asked: number; closed: number };
  close(): void;
}

/** Serves a built app and streams plain text to whoever asks `/api/chat`. */
export async function startAnswerServer(folder: string): Promise<AnswerServer> {
  const counts = { asked: 0, closed: 0 };
  const server: Server = createServer((req, res) => {
    if (req.url === '/api/chat') {
      const answer = (counts.asked += 1);
      res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      let word = 0;
      const timer = setInterval(() => res.write(`answer${answer}word${word++} `), 10);
      res.on('close', () => {
        clearInterval(timer);
        counts.closed += 1;
      });
      return;
    }
    const path = join(folder, req.url === '/' || req.url === undefined ? 'index.html' : req.url);
    if (!existsSync(path)) {
      res.writeHead(404).end();
      return;
    }
    res.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://127.0.0.1:${port}/`,
    counts,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
