// Starts the model and the servers, each in a process of its own, and ends all of them with this one.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findRedis } from './findRedis.js';

const children: ChildProcess[] = [];

function launch(file: string, env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = / (\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', () => {
      if (!ending) console.error(`stopkit: ${file} has ended. Its own words are above.`);
      end(1);
    });
  });
}

let ending = false;

/** Ends the children first, so that no process is left. */
function end(code: number): void {
  if (ending) return;
  ending = true;
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  let left = running.length;
  if (left === 0) process.exit(code);
  for (const child of running) {
    child.once('exit', () => {
      left -= 1;
      if (left === 0) process.exit(code);
    });
    child.kill('SIGTERM');
  }
}

process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

const nodes = Number(process.argv[2] ?? 1);
const PORT = process.env.PORT ?? '4800';
const MODEL_URL = `http://127.0.0.1:${await launch('demo/model.ts', {})}`;
const port =
  nodes === 1 ? await launch('demo/server.ts', { MODEL_URL, PORT }) : await launchNodes(nodes);
console.log(`Demo       http://127.0.0.1:${port}/`);
console.log(`Storybook  http://127.0.0.1:${port}/storybook/`);
if (nodes > 1) console.log(`${nodes} nodes answer in turn; a stop goes to another than writes.`);
console.log('Ctrl+C ends everything.');

/** The nodes, the Redis between them, and one address before them. */
async function launchNodes(count: number): Promise<number> {
  const redis = await findRedis().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    end(1);
    return new Promise<never>(() => undefined);
  });
  if (redis.child !== null) children.push(redis.child);
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].slice(0, count);
  const ports: number[] = [];
  for (const NODE_NAME of names) {
    const env = { MODEL_URL, NODE_NAME, PORT: '0', DEMO_REDIS_URL: redis.url };
    ports.push(await launch('demo/server.ts', env));
  }
  return launch('demo/frontDoor.ts', { PORT, NODE_PORTS: ports.join(',') });
}
