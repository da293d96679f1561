import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STATES } from '../../../stories/guide/states.js';

const read = (path: string): string => readFileSync(path, 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
  engines: { node: string };
  exports: Record<string, unknown>;
  peerDependencies: { react: string };
};

const statuses = [
  ...(/type Status =([^;]+);/.exec(read('src/core/Snapshot.ts'))?.[1] ?? '').matchAll(/'(\w+)'/g),
].map(([, status]) => status);
const formats = readdirSync('src/formats').filter((file) =>
  /^(?:export function \w+\(.*|)\): Format \{$/m.test(read(`src/formats/${file}`)),
);
const entries = Object.keys(manifest.exports).filter((entry) => !/\.(css|json)$/.test(entry));
const sizes = [...read('scripts/sizes.mjs').matchAll(/limit: ([\d_]+)/g)].map(([, bytes = '']) =>
  String(Number(bytes.replaceAll('_', '')) / 1_000),
);

/** Every kind of number the README may claim, and what it has to be. */
const CLAIMS: readonly { claim: RegExp; allowed: readonly string[] }[] = [
  { claim: /Node ([\d.]+) or newer/g, allowed: [manifest.engines.node.replace('>=', '')] },
  { claim: /React ([\d.]+)/g, allowed: manifest.peerDependencies.react.match(/[\d.]+\d/g) ?? [] },
  { claim: /([\d.]+) kB/g, allowed: sizes },
  { claim: /(\w+) (?:wire )?formats/g, allowed: [String(formats.length)] },
  { claim: /(\w+) entries/g, allowed: [String(entries.length)] },
  { claim: /(\w+) (?:states|statuses)/g, allowed: [String(statuses.length)] },
];

const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const toDigits = (word: string): string => {
  const index = WORDS.indexOf(word.toLowerCase());
  return index === -1 ? word : String(index);
};

/** The sentences of a page: no code, neither in blocks nor in lines, and no addresses. */
const proseOf = (page: string): string =>
  page
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']');

/** What a page claims wrongly, or claims and nobody checks. */
function wrongNumbers(page: string): string[] {
  let rest = proseOf(page);
  const wrong: string[] = [];
  for (const { claim, allowed } of CLAIMS) {
    rest = rest.replace(claim, (said, number: string) => {
      const isNumber = /^[\d.]+$/.test(toDigits(number));
      if (isNumber && !allowed.includes(toDigits(number))) {
        wrong.push(`${said}: it is ${allowed.join(' or ')}`);
      }
      return '';
    });
  }
  const unchecked = rest.match(/.{0,20}\d[\d.,]*.{0,20}/g) ?? [];
  return [...wrong, ...unchecked.map((said) => `nobody checks the number in: ${said.trim()}`)];
}

test('every number that the README claims is what the project says', () => {
  expect(wrongNumbers(readme)).toEqual([]);
});

test('the table of states in the README is the type Status, in its order', () => {
  const [, ...rows] = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, status]) => status);
  expect(statuses).toHaveLength(7);
  expect(rows).toEqual(statuses);
});

test('the Storybook says of every state what the README says', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (.+?)\.? +\|$/gm)].slice(1);
  const told = rows.map(([, status, seen]) => [status, seen]);
  expect(told).toEqual(STATES.map(([status, seen]) => [status, seen.replace(/[“”]/g, '"')]));
});

test('the figures that the README is held against are found', () => {
  expect(formats).toEqual(expect.arrayContaining(['openai.ts', 'ndjson.ts', 'stopkitStream.ts']));
  expect(entries).toContain('./server');
  expect(sizes).toHaveLength(2);
});

test('control: a wrong number, in digits or in words, and one that nobody checks are noticed', () => {
  expect(wrongNumbers('Node 18.0 or newer')).toHaveLength(1);
  expect(wrongNumbers('It has eight states.')).toHaveLength(1);
  expect(wrongNumbers('It has seven states.')).toEqual([]);
  expect(wrongNumbers('3.9 kB in all')).toHaveLength(1);
  expect(wrongNumbers('Used by 4,000 people')).toHaveLength(1);
  expect(wrongNumbers('`stop(1)` is code')).toEqual([]);
});

test('every page of docs is among the guides of the README', () => {
  const guides = [...readme.matchAll(/\]\(docs\/([\w-]+\.md)\)/g)].map(([, page]) => page);
  const pages = readdirSync('docs').filter((file) => file.endsWith('.md'));
  // What was asked of the kit is for those who work on it.
  const expected = pages.filter((page) => page !== 'requirements.md');
  expect([...new Set(guides)].sort()).toEqual(expected.sort());
});

test('a link from one page of docs to another leads somewhere', () => {
  const pages = readdirSync('docs').filter((file) => file.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...read(`docs/${page}`).matchAll(/\]\(\.\/([\w-]+\.md)(?:#([\w-]+))?\)/g)].map(
      ([, to = '', heading]) => ({ page, to, heading }),
    ),
  );
  expect(links.length).toBeGreaterThan(10);
  const headings = (page: string): string[] =>
    [...read(`docs/${page}`).matchAll(/^#+ (.+)$/gm)].map(([, words = '']) =>
      words
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
  const broken = links.filter(
    ({ to, heading }) =>
      !pages.includes(to) || (heading !== undefined && !headings(to).includes(heading)),
  );
  expect(broken).toEqual([]);
});
