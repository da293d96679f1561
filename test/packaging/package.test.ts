import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { serveAndDrive } from './driveExample.js';
import { pack, unpackInto, WORKSPACE } from './pack.js';
import { writeViteApp } from './viteApp.js';

const bin = (name: string): string => join(process.cwd(), 'node_modules', '.bin', name);
let tarball: string;

beforeAll(() => {
  tarball = pack();
});

const run = (command: string, args: string[], cwd = process.cwd()): string => {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }; // what execFileSync throws
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
};

test('publint finds nothing to complain about in the package', () => {
  expect(run(bin('publint'), ['--strict', tarball])).toContain('All good');
});

test('the types of every entry resolve for every kind of importer', () => {
  run(bin('attw'), [tarball, '--profile', 'esm-only', '--exclude-entrypoints', 'package.json']);
});

test('the package holds what is built, the licence and the README, and no test or story', () => {
  const files = run('tar', ['-tzf', tarball]).trim().split('\n');
  expect(files).toContain('package/LICENSE');
  expect(files).toContain('package/README.md');
  expect(files.filter((name) => /\.(test|stories)\./.test(name))).toEqual([]);
});

test('"use client" stands where React needs it, and nowhere in core or server', () => {
  const files = run('tar', ['-tzf', tarball]).trim().split('\n');
  const says = (name: string): boolean =>
    readFileSync(name.replace('package/', ''), 'utf8').startsWith('"use client"');
  const clients = files.filter((name) => name.endsWith('.js') && says(name));
  expect(clients).toContain('package/dist/components/StopButton.js');
  expect(clients.filter((name) => /dist\/(core|server|formats|backends|cli)\//.test(name))).toEqual(
    [],
  );
});

test("the README's example type-checks, builds, streams, stops, keeps its text and regenerates", async () => {
  const app = join(WORKSPACE, 'vite-app');
  writeViteApp(app, { name: 'app', private: true, type: 'module' });
  unpackInto(app, tarball);
  run('node', [
    join('node_modules', 'typescript-7', 'bin', 'tsc'),
    '-p',
    join(app, 'tsconfig.json'),
  ]);
  run(bin('vite'), ['build', '--logLevel', 'error'], app);
  await serveAndDrive(join(app, 'dist'));
});
