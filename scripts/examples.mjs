// Installs every example from the packed kit, starts it with its own two commands and drives it in a browser.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chatSteps, twoNodesStep } from '../test/examples/chatSteps.mjs';
import { driveExample } from '../test/examples/driveExample.mjs';
import { installExample } from '../test/examples/startExample.mjs';
import { execute, since, whileWaiting } from './execute.mjs';
import { fetchBrowser } from './fetchBrowser.mjs';
import { setUp } from './setUp.mjs';

const EXAMPLES = readdirSync('examples').filter((name) =>
  existsSync(join('examples', name, 'package.json')),
);

/** What an example has to show besides what all of them do. */
const MORE = { 'two-nodes-redis': [twoNodesStep] };

/** Builds the kit, unless that was done, and packs it as npm would publish it. */
async function pack(folder, { isBuilt }) {
  if (!isBuilt) {
    console.log('Building the kit …');
    const { code, output } = await execute('npm', ['run', 'build', '--silent']);
    if (code !== 0) throw new Error(`${output}\nstopkit: the build failed. See the lines above.`);
  }
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    stdio: 'pipe',
  });
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** What is taken away from one example, to see that its steps notice. */
const CONTROL = {
  name: 'openai',
  title: 'control: without the signal the model works on, and the steps notice',
  file: 'server.ts',
  fault: ['{ signal },', '{},'],
  fails: "a stop before the first word closes the model's connection too",
};

async function tryControl(browser, folder) {
  const { title, file, fault, fails } = CONTROL;
  const path = join(folder, file);
  const [before, after] = fault;
  writeFileSync(path, readFileSync(path, 'utf8').replace(before, after));
  const { failed } = await driveExample(browser, folder, chatSteps);
  return failed?.title === fails
    ? { title }
    : { title, why: `What failed was: ${failed?.title ?? 'nothing'}` };
}

/** One example, from a copy of its folder to its last step. */
async function tryExample(browser, name, tarball) {
  const from = performance.now();
  let installed;
  try {
    installed = await installExample(resolve('examples', name), tarball);
  } catch (error) {
    return { passed: [], failed: { title: 'npm install', why: error.message }, times: [] };
  }
  const times = [`installed in ${since(from)}`];
  try {
    const steps = [...chatSteps, ...(MORE[name] ?? [])];
    const { passed, failed, missing, startedIn } = await driveExample(
      browser,
      installed.folder,
      steps,
    );
    if (startedIn !== undefined) times.push(`started in ${startedIn}`);
    if (failed !== null || name !== CONTROL.name) return { passed, failed, missing, times };
    const { title, why } = await tryControl(browser, installed.folder);
    return why === undefined
      ? { passed: [...passed, title], failed, times }
      : { passed, failed: { title, why }, times };
  } finally {
    installed.remove();
  }
}

/** Tries the named examples, or all of them, and ends with one line. */
export async function examples(args) {
  const asked = args.filter((name) => !name.startsWith('--'));
  const unknown = asked.filter((name) => !EXAMPLES.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `stopkit: there is no example "${unknown.join(', ')}". Use ${EXAMPLES.join(', ')}.`,
    );
  }
  await setUp();
  await fetchBrowser();
  // Playwright is there only now.
  const { launchBrowser } = await import('./launchBrowser.mjs');
  const browser = await launchBrowser();
  const packed = mkdtempSync(join(tmpdir(), 'stopkit-pack-'));
  const sum = { passed: 0, failed: 0 };
  let running = 'packing';
  let from = performance.now();
  const done = whileWaiting(() => console.log(`  … ${running} ${since(from)}`));
  try {
    const tarball = await pack(packed, { isBuilt: args.includes('--built') });
    for (const name of asked.length === 0 ? EXAMPLES : asked) {
      from = performance.now();
      running = name;
      const result = await tryExample(browser, name, tarball);
      if (result.missing !== undefined) {
        console.log(`stopkit: the example ${name} was not tried. ${result.missing}`);
        continue;
      }
      sum.passed += result.passed.length;
      sum.failed += result.failed === null ? 0 : 1;
      const times = [...result.times, `${since(from)} in all`].join(', ');
      const word = result.failed === null ? 'ok  ' : 'FAIL';
      console.log(`${word} ${name}: ${result.passed.length} passed (${times})`);
      if (result.failed !== null) console.log(`     ${result.failed.title}\n${result.failed.why}`);
    }
  } finally {
    done();
    await browser.close();
    rmSync(packed, { recursive: true, force: true });
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}
