import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the packed kit is tried out: below the project, so that its packages are found, but outside its source. */
export const WORKSPACE = resolve('node_modules', '.cache', 'stopkit', 'packaging');

/** Packs the built kit as npm would publish it and returns the tarball's path. */
export function pack(): string {
  rmSync(WORKSPACE, { recursive: true, force: true });
  mkdirSync(WORKSPACE, { recursive: true });
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', WORKSPACE], {
    stdio: 'pipe',
  });
  const tarball = readdirSync(WORKSPACE).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('stopkit: npm pack made no tarball. Build first.');
  return join(WORKSPACE, tarball);
}

/** Puts the packed kit into an app's own node_modules, as an install would. */
export function unpackInto(app: string, tarball: string): void {
  const target = join(app, 'node_modules', 'stopkit');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]);
}
