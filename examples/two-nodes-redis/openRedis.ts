import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The address in REDIS_URL, else of a Redis of our own where redis-server is installed, else null. */
export async function openRedis(): Promise<string | null> {
  const { REDIS_URL } = process.env;
  if (REDIS_URL !== undefined) return REDIS_URL;
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const socket = join(folder, 'redis.sock');
  const child = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], {
    stdio: 'ignore',
  });
  process.on('exit', () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    await once(child, 'spawn');
    return socket;
  } catch {
    return null;
  }
}
