import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
  if (!isInstalled()) await run('npm', ['install', '--no-package-lock'], { cwd });
  await run(process.execPath, [NEXT, 'build'], { cwd, env: { ...process.env, ...ENV } });
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
}

/** The versions are exact, so that they can be compared. */
function isInstalled(): boolean {
  const read = (folder: string): Manifest | null => {
    const file = `${cwd}${folder}package.json`;
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : null;
  };
  return Object.entries(read('')?.dependencies ?? {}).every(
    ([name, version]) => read(`node_modules/${name}/`)?.version === version,
  );
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
