import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chart, CHARTED } from '../../../bench/chart.js';
import type { BrowserRecord, CorrectnessRecord, ServerRecord } from '../../../bench/record.js';
import type { Verdict } from '../../../bench/Results.js';
import { testTitles } from './testTitles.js';

const page = readFileSync('docs/beside-others.md', 'utf8');
const readme = readFileSync('README.md', 'utf8');
// The file is written by the bench with this type.
const kept = JSON.parse(readFileSync('docs/bench/correctness.json', 'utf8')) as CorrectnessRecord;
const run = JSON.parse(readFileSync('docs/bench/browser.json', 'utf8')) as BrowserRecord;
const proxies = JSON.parse(readFileSync('docs/bench/server.json', 'utf8')) as ServerRecord;

/** The columns of the page, and who was probed for each. */
const COLUMNS = [
  ['kit', 'kit-sse'],
  ['ai-sdk', 'ai-sdk-throttled'],
  ['tanstack-ai'],
  ['assistant-ui'],
  ['x-sdk'],
  ['naive'],
];

/** The columns and rows of "What it costs", and what was measured for each. */
const MEASURED = [
  'kit',
  'kit-sse',
  'ai-sdk',
  'tanstack-ai',
  'assistant-ui',
  'x-sdk',
  'naive',
  'raw',
];
/** Where there are two, the first that was measured: only stopkit asks for a stop. */
const COSTS: Readonly<Record<string, string | readonly string[]>> = {
  'CPU of 1,500 tokens in 1.5 s, ms': 'steady, 0 earlier: CPU ms',
  'the same below 200 messages, ms': 'steady, 200 earlier: CPU ms',
  'CPU of 40,000 tokens at once, ms': 'flood of 40000: CPU ms',
  'CPU of one more frame at 150,000 characters, ms': 'a frame at 150000 characters: CPU ms',
  'CPU of an answer in Markdown, with streamdown, ms': 'streamdown: CPU ms',
  'from the press to frozen text, under a flood, ms': 'stop under flood: press to frozen, ms',
  'from the press until the server knows, ms': [
    'stop at 500/s: press to stop request, ms',
    'stop at 500/s: press to server sees the close, ms',
  ],
  'from the press to a closed connection at the server, ms':
    'stop at 500/s: press to server sees the close, ms',
  'characters shown after the finger is down':
    'human press at 500/s: characters after pointer down',
  'heap that a stopped answer leaves, bytes': 'heap per cycle, bytes',
  'kB beside React, gzipped': 'kB gzip over React',
};
const SERVED = [
  '200 streams: CPU s for 1M tokens',
  '1000 streams: CPU s for 1M tokens',
  '200 streams: stop p99, ms',
  '1000 streams: stop p99, ms',
];

/** One failure is a failure, and what was not probed is not guessed. */
function cellOf(verdicts: readonly (Verdict | undefined)[]): string {
  if (verdicts.includes('fail')) return 'no';
  if (verdicts.includes(undefined)) return 'not measured';
  return verdicts.includes('pass') ? 'yes' : 'n/a';
}

/** The rows of a table, without its head and the line below it. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([name = '']) => name !== '' && !name.startsWith('---'));
const [probed = '', seen = '', costs = '', served = '', proof = ''] = page.split(/^## /m).slice(1);

/** What a table says that the record does not. */
function untrue(text: string): string[] {
  return rowsOf(text).flatMap(([name = '', ...cells]) => {
    const row = kept.verdicts[name];
    if (row === undefined) return [`nobody probed: ${name}`];
    const expected = COLUMNS.map((who) => cellOf(who.map((each) => row[each])));
    return String(cells) === String(expected) ? [] : [`${name}: it is ${expected.join(', ')}`];
  });
}

test('every cell of "What was probed" is what the bench recorded, and no probe is left out', () => {
  expect(untrue(probed)).toEqual([]);
  expect(rowsOf(probed).map(([name]) => name)).toEqual(Object.keys(kept.verdicts));
});

test('every row names a test of stopkit, which exists and is not skipped', () => {
  const known = new Set(
    testTitles().flatMap(({ file, title, isSkipped }) => (isSkipped ? [] : [`${file}: ${title}`])),
  );
  const entries = proof.split(/^- \*\*/m).slice(1);
  const named = entries.flatMap((entry) =>
    [...entry.matchAll(/^ {2}- `([^`]+)`: `([^`]+)`$/gm)].map(
      ([, file = '', title = '']) => `${file}: ${title}`,
    ),
  );
  expect(named.filter((key) => !known.has(key))).toEqual([]);
  expect(entries.filter((entry) => !entry.includes('\n  - `'))).toEqual([]);
  const rows = [...rowsOf(probed), ...rowsOf(seen)].map(([name]) => name);
  expect(entries.map((entry) => entry.split('**')[0])).toEqual(rows);
});

test('the page says which versions were probed and whether the machine was quiet, and the README leads to it', () => {
  for (const [name, version] of Object.entries(kept.versions)) {
    expect(page).toContain(`${name} ${version}`);
  }
  expect(page.includes('not quiet')).toBe(!kept.machine.isQuiet);
  expect(readme).toContain('(docs/beside-others.md)');
});

test('control: a cell that is better than the record is noticed', () => {
  const [name = ''] = Object.keys(kept.verdicts);
  expect(untrue(`| ${name} | no | no | no | no | no | no |`)).toHaveLength(1);
  expect(untrue('| it makes coffee | yes | no | no | no | no | no |')).toHaveLength(1);
});

/** What the table of costs says that the run does not. */
function unmeasured(text: string): string[] {
  return rowsOf(text).flatMap(([name = '', ...cells]) => {
    const measures = [COSTS[name] ?? []].flat().map((measure) => run.measures[measure]);
    const expected = MEASURED.map((who) =>
      String(measures.map((of) => of?.[who]?.median).find((median) => median !== undefined) ?? '–'),
    );
    return String(cells) === String(expected) ? [] : [`${name}: it is ${expected.join(', ')}`];
  });
}

test('every number of "What it costs" is the median of the recorded runs, and no row is left out', () => {
  expect(unmeasured(costs)).toEqual([]);
  expect(rowsOf(costs).map(([name]) => name)).toEqual(Object.keys(COSTS));
  expect(run.runs).toBe(3);
  expect(run.machine.isQuiet).toBe(true);
});

test('control: a number that is better than the record is noticed', () => {
  const [name = ''] = Object.keys(COSTS);
  expect(unmeasured(`| ${name} | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |`)).toHaveLength(1);
});

test('every number of "What a proxied stream costs" is the median of the recorded runs', () => {
  const medians = (name: string): string[] =>
    SERVED.map((measure) => String(proxies.measures[measure]?.[name]?.median ?? '–'));
  const rows = rowsOf(served);
  expect(rows).toEqual(rows.map(([name = '']) => [name, ...medians(name)]));
  expect(rows.map(([name]) => name).sort()).toEqual(
    Object.keys(proxies.measures[SERVED[0] ?? ''] ?? {}).sort(),
  );
  expect(proxies.runs).toBe(3);
  expect(proxies.machine.isQuiet).toBe(true);
});

test('the chart in the README is drawn from the recorded run, and says whether the machine was quiet', () => {
  const drawn = readFileSync('docs/bench/browser.svg', 'utf8');
  expect(drawn).toBe(chart(run));
  expect(drawn.includes('not a quiet machine')).toBe(!run.machine.isQuiet);
  expect(drawn).toContain(`${String(run.measures[CHARTED]?.kit?.median)} ms`);
  expect(readme).toContain('](docs/bench/browser.svg)');
});
