import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { execute, since, whileWaiting } from './execute.mjs';
import { fetchBrowser } from './fetchBrowser.mjs';
import { setUp } from './setUp.mjs';

const bin = (name) => join('node_modules', '.bin', name);
const REPORTS = join('node_modules', '.cache', 'stopkit', 'reports');

/** Runs a step; its limit is several times what any takes, and is there for what would never end. */
const runStep = (command, args, { env, patient = false }) =>
  execute(command, args, {
    env,
    patient,
    limitMs: (env.STOPKIT_LONG === undefined ? 10 : 60) * 60_000,
  });

/** A command that passes or fails as one, and at which no clock looks: it takes the time that suites leave. */
const check = (name, command, args) => ({
  name,
  async run(env) {
    const { code, output } = await runStep(command, args, { env, patient: true });
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output };
  },
});

/** A command whose last line is "N passed, N failed" (or caught and survived). */
const counted = (name, command, args) => ({
  name,
  async run(env) {
    const { code, output } = await runStep(command, args, { env });
    const line = /(\d+) (?:passed|caught), (\d+) (?:failed|survived)\s*$/.exec(output.trim());
    const failed = Number(line?.[2] ?? 1);
    return {
      passed: Number(line?.[1] ?? 0),
      failed: code === 0 ? failed : Math.max(failed, 1),
      output,
    };
  },
});

/** Which tests failed, by file and title. */
const failedTitles = ({ testResults }) =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${relative(process.cwd(), name)}: ${fullName}`),
  );

/** A project of the test runner; what counts is its own report, and none is a failure. */
const suite = (name, flags = []) => ({
  name,
  async run(env) {
    const file = join(REPORTS, `${name}.json`);
    const { code, output } = await runStep(
      bin('vitest'),
      [
        ...['run', '--project', name, ...flags],
        ...['--reporter=dot', '--reporter=json', `--outputFile=${file}`],
      ],
      { env },
    );
    if (!existsSync(file)) return { passed: 0, failed: 1, output };
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const passed = report.numPassedTests;
    // A file that could not be loaded, or an error outside a test, fails without a failed test.
    const broken = code !== 0 || passed === 0 ? 1 : 0;
    const failed = Math.max(report.numFailedTests, broken);
    return {
      passed,
      failed,
      skipped: report.numPendingTests,
      titles: failedTitles(report),
      output,
    };
  },
});

/** Every story must have had its axe run, in light and in dark. */
const everyStoryWasLookedAt = {
  name: 'axe on every story',
  run() {
    const stories = ['src', 'stories']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) =>
          join(folder, path),
        ),
      )
      .filter((path) => path.endsWith('.stories.tsx'))
      .flatMap((path) => readFileSync(path, 'utf8').match(/^export const \w+: Story/gm) ?? []);
    const file = join(REPORTS, 'stories.json');
    const looks = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
          .testResults.flatMap(({ assertionResults }) => assertionResults)
          .map(({ meta }) => meta?.reports?.filter(({ type }) => type === 'a11y').length ?? 0)
      : [];
    const seen = looks.filter((count) => count === 2).length;
    const isWhole = seen === stories.length;
    const output = `stopkit: ${stories.length} stories; axe looked at ${seen} of them in light and in dark.`;
    return { passed: isWhole ? 1 : 0, failed: isWhole ? 0 : 1, output };
  },
};

/** What comes first. Of ten thousand runs beside a browser a machine of two cores tells more about itself than about them. */
const first = ({ long }) => [
  check('build', 'npm', ['run', 'build', '--silent']),
  ...(long ? [suite('server')] : []),
];
/** What needs a browser waits for it; where there is none it counts as failed. */
const inBrowser = (browser, { name, run }) => ({
  name,
  async run(env) {
    const missing = await browser;
    return missing === null ? run(env) : { passed: 0, failed: 1, output: missing };
  },
});

/** Much of such a suite is waiting: files work while others wait, also where there are two cores. */
const atLeast = (files) => [`--maxWorkers=${Math.max(files, availableParallelism() - 1)}`];

/**
 * What comes then: two that need no browser while it is fetched, then what takes longest. In a row of its own is what
 * follows another.
 */
const steps = ({ long, browser }) => [
  ...(long ? [] : [[suite('server', atLeast(3))]]),
  [suite('dom', atLeast(2))],
  [inBrowser(browser, suite('e2e'))],
  ...(long ? [[counted('examples', 'node', ['scripts/run.mjs', 'test:examples', '--built'])]] : []),
  [suite('node', atLeast(2))],
  [inBrowser(browser, suite('stories')), everyStoryWasLookedAt],
  ...(long ? [[counted('mutants', 'node', ['scripts/mutants.mjs'])]] : []),
  [inBrowser(browser, suite('packaging'))],
  [inBrowser(browser, suite('browser'))],
  ...(long ? [[suite('dom-18')]] : []),
  [counted('sizes', 'node', ['scripts/sizes.mjs'])],
];
/** Much of it is waiting: three share two cores, but not where thousands of runs are timed. */
const lanes = ({ long }) => (long ? 2 : 3);
/** What runs beside the lanes. */
const checks = [
  check('types', 'npm', ['run', 'test:types', '--silent']),
  check('lint', bin('oxlint'), ['--deny-warnings']),
  check('format', bin('oxfmt'), ['--check']),
];

/** Null, or the sentence that says what is missing. */
async function whatIsMissing(fetch) {
  try {
    await fetch();
    return null;
  } catch (error) {
    return error.message;
  }
}

/** Sets up, runs every suite, and ends with one line added up from the runners' own reports. */
export async function test({ long }) {
  const from = performance.now();
  await setUp();
  if (long) await setUp('test/react-18');
  const browser = whatIsMissing(fetchBrowser);
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });

  const env = { DEBUG_PRINT_LIMIT: '0', NO_COLOR: '1', ...(long ? { STOPKIT_LONG: '1' } : {}) };
  const running = new Map();
  const done = whileWaiting(() => {
    const names = [...running].map(([name, mark]) => `${name} ${since(mark)}`);
    console.log(`  … ${names.join(', ')}`);
  }, 20_000);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  const runInTurn = async (row) => {
    for (const { name, run } of row) {
      const mark = performance.now();
      running.set(name, mark);
      const result = await run(env);
      running.delete(name);
      sum.passed += result.passed;
      sum.failed += result.failed;
      sum.skipped += result.skipped ?? 0;
      const word = result.failed === 0 ? 'ok  ' : 'FAIL';
      const skipped = result.skipped ? `, ${result.skipped} skipped` : '';
      console.log(
        `${word} ${name}: ${result.passed} passed, ${result.failed} failed${skipped} (${since(mark)})`,
      );
      for (const line of result.output.split('\n')) {
        if (line.startsWith('stopkit:')) console.log(`     ${line}`);
      }
      if (result.failed === 0) continue;
      failures.push(...(result.titles?.length ? result.titles : [name]));
      console.log(result.output.trimEnd());
    }
  };
  await runInTurn(first({ long }));
  const waiting = steps({ long, browser });
  const runLane = async () => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) await runInTurn(row);
  };
  await Promise.all([runInTurn(checks), ...Array.from({ length: lanes({ long }) }, runLane)]);
  done();
  for (const title of failures) console.log(`FAIL ${title}`);
  console.log(`All of it took ${since(from)}.`);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
}
