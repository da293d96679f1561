import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../freePort.js';

/** A Redis of a test's own. */
export interface StartedRedis {
  url: string;
  port: number;
  /** Kills it at once. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what its append-only file kept, or with nothing. */
  restart(options?: { empty: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Whether a Redis can be started here. */
export function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts a Redis on a free port of this machine only. */
export async function startRedis(flags: readonly string[] = []): Promise<StartedRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'stopkit-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--save',
    '',
    ...flags,
  ];
  let child = await launch();

  async function launch() {
    const started = spawn('redis-server', args, { stdio: 'ignore' });
    const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    await client.ping();
    client.disconnect();
    return started;
  }
  async function kill(): Promise<void> {
    if (child.signalCode !== null) return;
    const exited = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await exited;
  }

  return {
    url,
    port,
    kill,
    async restart({ empty } = { empty: false }) {
      if (empty) rmSync(join(dir, 'appendonlydir'), { recursive: true, force: true });
      child = await launch();
    },
    async stop() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
