// Puts one fault at a time into a copy of the core and expects its tests to notice.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutants } from './mutants.list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const AT_ONCE = 2;
// Enough for every fault of the list; the suite itself runs more of them.
const SCHEDULES = '300';
const SUITES = [
  'src/core/transition.test.ts',
  'src/core/createGeneration.test.ts',
  'src/core/createGenerationEngine.test.ts',
  'src/core/autoStop.test.ts',
  'src/core/seam.test.ts',
  'src/core/toMessages.test.ts',
  'test/unit/core/schedules.test.ts',
];

const base = mkdtempSync(join(tmpdir(), 'stopkit-mutants-'));

/** A copy of what the core's tests need, with nothing else in it. */
function copy(name) {
  const place = join(base, name);
  mkdirSync(place, { recursive: true });
  for (const folder of ['src/core', 'src/testing', 'test/unit/core']) {
    cpSync(join(root, folder), join(place, folder), { recursive: true });
  }
  cpSync(join(root, 'test/tier.ts'), join(place, 'test/tier.ts'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  cpSync(join(root, 'tsconfig.json'), join(place, 'tsconfig.json'));
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(place, 'vitest.config.ts'),
    `export default { test: { include: ${JSON.stringify(SUITES)}, bail: 1, testTimeout: 60_000 } };`,
  );
  return place;
}

/** Runs the tests of one copy; resolves to the title of the first that failed, or `null`. */
function firstFailure(place) {
  const report = join(place, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--reporter=json', `--outputFile=${report}`],
      { cwd: place, stdio: 'ignore', env: { ...process.env, STOPKIT_SCHEDULES: SCHEDULES } },
    );
    child.on('error', reject);
    child.on('exit', () => {
      try {
        const { success, testResults } = JSON.parse(readFileSync(report, 'utf8'));
        if (success) return resolve(null);
        const failed = testResults
          .flatMap(({ assertionResults }) => assertionResults)
          .find(({ status }) => status === 'failed');
        const rule = failed?.failureMessages
          .join('\n')
          .match(/(rule \d+: [^\n(]*|the answer table, row "[^"]*")/);
        resolve(rule?.[1] ?? failed?.fullName ?? 'a suite that could not run');
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function run(mutant, index) {
  const place = copy(String(index));
  try {
    for (const [file, before, after] of mutant.changes) {
      const path = join(place, 'src/core', file);
      const text = readFileSync(path, 'utf8');
      if (text.split(before).length !== 2) return { ...mutant, isStale: true };
      writeFileSync(
        path,
        text.replace(before, () => after),
      );
    }
    return { ...mutant, caughtBy: await firstFailure(place) };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const queue = [{ name: 'no fault at all', changes: [] }, ...mutants].map((mutant, index) => ({
  mutant,
  index,
}));
let caught = 0;
let survived = 0;

async function work() {
  for (;;) {
    const next = queue.shift();
    if (next === undefined) return;
    const { name, isStale, caughtBy } = await run(next.mutant, next.index);
    const isControl = next.index === 0;
    if (isStale) {
      survived += 1;
      console.log(`STALE     ${name}: the line to change is not there any more`);
    } else if (isControl) {
      if (caughtBy !== null)
        throw new Error(`stopkit: the tests fail without a fault: ${caughtBy}`);
      console.log(`passes    ${name}`);
    } else if (caughtBy === null) {
      survived += 1;
      console.log(`SURVIVED  ${name}`);
    } else {
      caught += 1;
      console.log(`caught    ${name}\n          by ${caughtBy}`);
    }
  }
}

try {
  await Promise.all(Array.from({ length: AT_ONCE }, work));
} finally {
  rmSync(base, { recursive: true, force: true });
}
console.log(`${caught} caught, ${survived} survived`);
process.exitCode = survived === 0 ? 0 : 1;
