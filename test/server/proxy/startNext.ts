import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type StartedNode, startArgs } from '../startNode.js';

const run = promisify(execFile);

const cwd = fileURLToPath(new URL('../../next/', import.meta.url));
const NEXT = 'node_modules/next/dist/bin/next';
const ENV = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const;

/** Builds the app of `test/next` from the present source, and installs its packages where that was not done. */
export async function buildNext(): Promise<void> {
  // No lock file: not every registry has Next's packages for all systems, and `npm ci` wants all of them.
  if (!existsSync(`${cwd}${NEXT}`)) await run('npm', ['install', '--no-package-lock'], { cwd });
  await run(process.execPath, [NEXT, 'build'], { cwd, env: { ...process.env, ...ENV } });
}

/** Starts what was built, as `next start` does it. */
export function startNext(node: string): Promise<StartedNode> {
  return startArgs([NEXT, 'start', '-H', '127.0.0.1', '-p', '0'], {
    node,
    cwd,
    env: ENV,
    readPorts(line) {
      const port = /Local:\s+http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      return port === undefined ? null : { next: Number(port) };
    },
  });
}
