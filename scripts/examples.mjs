// Installs every example from the packed kit, starts it with its own two commands and drives it in a browser.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { chatSteps, twoNodesStep } from '../test/examples/chatSteps.mjs';
import { installExample, startExample } from '../test/examples/startExample.mjs';
import { startModel } from '../test/examples/startModel.mjs';
import { BROWSER_ARGS, findBrowser } from './browser.mjs';
import { since, whileWaiting } from './execute.mjs';

const EXAMPLES = readdirSync('examples').filter((name) =>
  existsSync(join('examples', name, 'package.json')),
);

/** What an example has to show besides what all of them do. */
const MORE = { 'two-nodes-redis': [twoNodesStep] };

/** Packs the built kit as npm would publish it. */
function pack(folder) {
  if (!existsSync('dist/index.js')) {
    throw new Error(
      'stopkit: there is no build to try the examples with. Run npm run build first.',
    );
  }
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    stdio: 'pipe',
  });
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** Does with an example what a person does; gives the steps that passed and the one that did not. */
async function drive(browser, folder, steps) {
  const model = await startModel();
  let example;
  let page;
  const passed = [];
  const from = performance.now();
  try {
    example = await startExample(folder, model.url);
    const startedIn = since(from);
    page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => {
      const isIcon = message.location().url.endsWith('/favicon.ico');
      if (['error', 'warning'].includes(message.type()) && !isIcon) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    for (const { title, run } of steps) {
      try {
        await run({ page, model, complaints, url: example.url, output: example.output() });
        passed.push(title);
      } catch (error) {
        return { passed, failed: title, why: `${error.message}\n${example.output()}`, startedIn };
      }
    }
    return { passed, failed: null, startedIn };
  } catch (error) {
    return { passed, failed: 'npm start serves the page', why: error.message };
  } finally {
    await page?.close();
    await example?.stop();
    model.close();
  }
}

/** One example, from a copy of its folder to its last step. */
async function tryExample(browser, name, tarball) {
  const from = performance.now();
  let installed;
  try {
    installed = await installExample(resolve('examples', name), tarball);
  } catch (error) {
    return { passed: [], failed: 'npm install', why: error.message };
  }
  const times = [`installed in ${since(from)}`];
  try {
    const result = await drive(browser, installed.folder, [...chatSteps, ...(MORE[name] ?? [])]);
    if (result.startedIn !== undefined) times.push(`started in ${result.startedIn}`);
    return { ...result, times };
  } finally {
    installed.remove();
  }
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !EXAMPLES.includes(name));
if (unknown.length > 0) {
  throw new Error(`stopkit: no example ${unknown.join(', ')}. There are: ${EXAMPLES.join(', ')}.`);
}
const names = asked.length === 0 ? EXAMPLES : asked;
const packed = mkdtempSync(join(tmpdir(), 'stopkit-pack-'));
const executablePath = findBrowser();
const browser = await chromium.launch({
  args: BROWSER_ARGS,
  ...(executablePath === null ? {} : { executablePath }),
});
let passed = 0;
let failed = 0;
let running = '';
let from = performance.now();
const done = whileWaiting(() => console.log(`  … ${running}, ${since(from)}`));
try {
  const tarball = pack(packed);
  for (const name of names) {
    from = performance.now();
    running = name;
    const result = await tryExample(browser, name, tarball);
    passed += result.passed.length;
    failed += result.failed === null ? 0 : 1;
    const times = [...(result.times ?? []), `${since(from)} in all`].join(', ');
    const word = result.failed === null ? 'ok  ' : 'FAIL';
    console.log(`${word} ${name}: ${result.passed.length} passed (${times})`);
    if (result.failed !== null) console.log(`     not: ${result.failed}\n${result.why}`);
  }
} finally {
  done();
  await browser.close();
  rmSync(packed, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
