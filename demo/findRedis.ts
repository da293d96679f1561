import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis for the nodes, and its process where it was started here. */
export interface FoundRedis {
  url: string;
  child: ChildProcess | null;
}

/** The Redis of `REDIS_URL`, or one that is started on this machine and keeps nothing. */
export async function findRedis(): Promise<FoundRedis> {
  const { REDIS_URL } = process.env;
  if (REDIS_URL !== undefined) return { url: REDIS_URL, child: null };
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Error(
      'stopkit: more than one node needs a Redis, and none was found. Set REDIS_URL, or install one with `apt install redis-server` or `brew install redis`.',
    );
  }
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'stopkit-demo-redis-'));
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  const child = spawn('redis-server', flags, { stdio: 'ignore' });
  child.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  while (!(await answers(port))) {
    if (child.exitCode !== null) {
      throw new Error(
        `stopkit: redis-server ended at once, with code ${child.exitCode}. Start one yourself and set REDIS_URL.`,
      );
    }
  }
  return { url: `redis://127.0.0.1:${port}`, child };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    const end = (isThere: boolean): void => {
      socket.destroy();
      setTimeout(resolve, isThere ? 0 : 50, isThere);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
