// Starts the model and the server, each in a process of its own, and ends both with this one.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const children: ChildProcess[] = [];

function launch(file: string, env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = / (\d+)$/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', () => {
      reject(new Error(`stopkit: ${file} ended before it listened. Its own words are above.`));
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

const model = await launch('demo/model.ts', {});
const port = await launch('demo/server.ts', {
  MODEL_URL: `http://127.0.0.1:${model}`,
  PORT: process.env.PORT ?? '4800',
});
console.log(`Demo       http://127.0.0.1:${port}/`);
console.log(`Storybook  http://127.0.0.1:${port}/storybook/`);
console.log('Ctrl+C ends both.');
