import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, since, whileWaiting } from './execute.mjs';

/** Installs the packages of a folder's lock file, unless they are there already. */
export async function setUp(folder = '.') {
  if (isInstalled(folder)) return;
  const from = performance.now();
  console.log(
    folder === '.'
      ? 'Installing packages (about a minute) …'
      : `Installing packages of ${folder} …`,
  );
  const done = whileWaiting(() => console.log(`  still installing, ${since(from)}`));
  const { code, output } = await execute('npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--prefix',
    folder,
  ]);
  done();
  if (code !== 0) {
    throw new Error(
      `${output}\nstopkit: npm ci failed, so nothing can run. Check the connection to the npm registry and try again.`,
    );
  }
  console.log(`Installed in ${since(from)}.`);
}

/** npm keeps a copy of what it installed: the same packages in both mean there is nothing to do. */
function isInstalled(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const versions = (file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
      .filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional)
      .map(([path, entry]) => `${path}@${entry.version}`)
      .join();
  return versions(installed) === versions(join(folder, 'package-lock.json'));
}
