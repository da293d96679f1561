// The two commands of the project: `npm start` and `npm test`. Needs Node and npm, nothing else.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browser.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const reports = join(root, 'node_modules', '.cache', 'stopkit', 'reports');

const say = (line) => console.log(line);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function run(command, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, DEBUG_PRINT_LIMIT: '0', ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (bytes) => (output += bytes));
    child.stderr?.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function install() {
  const lock = join(root, 'package-lock.json');
  const done = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  const from = performance.now();
  say('Installing packages …');
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: true });
  if (code !== 0) {
    say(output);
    throw new Error('stopkit: npm ci failed, so nothing can run. See the lines above.');
  }
  say(`Installed in ${seconds(from)}`);
}

async function test() {
  await install();
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  if (findBrowser() === null) {
    throw new Error('stopkit: no Chromium was found. Install one, or set STOPKIT_CHROMIUM.');
  }
  let passed = 0;
  let failed = 0;
  const check = async (name, command, args) => {
    const from = performance.now();
    const { code, output } = await run(command, args, { quiet: true });
    if (code === 0) passed += 1;
    else failed += 1;
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds(from)})`);
    if (code !== 0) say(output);
  };
  const suite = async (name) => {
    const from = performance.now();
    const file = join(reports, `${name}.json`);
    await run(bin('vitest'), [
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${file}`,
    ]);
    if (!existsSync(file)) {
      failed += 1;
      say(`FAIL ${name}: the runner did not start (${seconds(from)})`);
      return;
    }
    const report = JSON.parse(readFileSync(file, 'utf8'));
    passed += report.numPassedTests;
    const bad = report.numFailedTests + (report.success || report.numFailedTests > 0 ? 0 : 1);
    failed += bad + (report.numTotalTests === 0 ? 1 : 0);
    say(
      `${bad === 0 ? 'ok  ' : 'FAIL'} ${name}: ${report.numPassedTests} tests (${seconds(from)})`,
    );
  };
  await check('build', 'npm', ['run', 'build', '--silent']);
  await check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
  await check('types', bin('tsc'), ['-p', 'tsconfig.json']);
  await check('lint', bin('eslint'), ['.']);
  for (const name of ['node', 'dom', 'browser', 'e2e', 'stories']) await suite(name);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function start() {
  await install();
  say('Building the demo and the Storybook …');
  for (const [command, args] of [
    [bin('vite'), ['build', '--config', 'demo/vite.config.ts', '--logLevel', 'error']],
    [bin('storybook'), ['build', '--quiet', '--disable-indexer']],
  ]) {
    const { code, output } = await run(
      command,
      args.filter((a) => a !== '--disable-indexer'),
      { quiet: true },
    );
    if (code !== 0) throw new Error(`stopkit: the build failed.\n${output}`);
  }
  const children = [];
  const launch = (file, env) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', file], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      child.stdout.on('data', (bytes) => resolve(Number(/ (\d+)/.exec(String(bytes))?.[1])));
    });
  const end = () => {
    for (const child of children) child.kill();
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  const model = await launch('demo/model.ts', {});
  const demo = await launch('demo/server.ts', {
    MODEL_URL: `http://127.0.0.1:${model}`,
    PORT: process.env.PORT ?? '4800',
  });
  say(`Demo       http://127.0.0.1:${demo}/`);
  say(`Storybook  http://127.0.0.1:${demo}/storybook/`);
}

const commands = { start, test, 'test:all': test };
const command = commands[process.argv[2]];
try {
  if (command === undefined) {
    throw new Error(`stopkit: no such command. Use one of: ${Object.keys(commands).join(', ')}.`);
  }
  await command();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
