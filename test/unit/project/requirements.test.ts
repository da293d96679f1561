import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testTitles, titlesIn } from './testTitles.js';

const page = readFileSync('docs/requirements.md', 'utf8');
const titles = testTitles();
const keyOf = ({ file, title }: { file: string; title: string }): string => `${file}: ${title}`;

/** What stands under a heading, up to the next of the same rank. */
const section = (heading: string, text = page): string =>
  text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

const listed = [...page.matchAll(/^ {2}- `([^`]+)`: `([^`]+)`$/gm)].map(([, file, title]) => ({
  file: file ?? '',
  title: title ?? '',
}));
const ids: readonly string[] = section('All cases').match(/\b[A-M]\d+\b/g) ?? [];
const idsBulletedIn = (text: string): string[] =>
  [...text.matchAll(/^- \*\*([A-M]\d+)\*\*/gm)].map(([, id]) => id ?? '');

/** Lines of the page that name something nobody runs. */
function unknown(
  named: readonly { file: string; title: string }[],
  from: readonly { file: string; title: string }[],
): string[] {
  const known = new Set(from.map(keyOf));
  return named.map(keyOf).filter((key) => !known.has(key));
}

describe('docs/requirements.md', () => {
  test('every test it names exists in the file it names, and is not skipped', () => {
    expect(listed.length).toBeGreaterThan(ids.length);
    expect(
      unknown(
        listed,
        titles.filter(({ isSkipped }) => !isSkipped),
      ),
    ).toEqual([]);
  });

  test('every case stands there once: as shown, or as not shown yet', () => {
    const total = Number(/There are (\d+) cases/.exec(section('All cases'))?.[1]);
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    const shown = idsBulletedIn(section('The cases'));
    const notYet = idsBulletedIn(section('Not shown yet'));
    expect([...shown, ...notYet].sort()).toEqual([...ids].sort());
  });

  test('a case that is shown in part is one of those shown', () => {
    const inPart = [...section('Shown in part').matchAll(/^- ([A-M]\d+): /gm)].map(([, id]) => id);
    const shown = idsBulletedIn(section('The cases'));
    expect(inPart.length).toBeGreaterThan(0);
    expect(inPart.filter((id) => id === undefined || !shown.includes(id))).toEqual([]);
  });

  test('a case and a sentence that are called shown name a test', () => {
    const shown = section('The cases') + section('What the sources ask');
    const entries = shown.split(/^- /m).slice(1);
    expect(entries.filter((entry) => !entry.includes('\n  - `'))).toEqual([]);
  });

  test('a test whose title names a case stands under that case', () => {
    const underCase = new Map(
      section('The cases')
        .split(/^- \*\*/m)
        .slice(1)
        .map((entry) => [/^[A-M]\d+/.exec(entry)?.[0] ?? '', entry]),
    );
    const strays = titles.flatMap(({ file, title }) =>
      (title.match(/\b[A-M]\d+\b/g) ?? [])
        .filter((id) => ids.includes(id))
        .filter((id) => !underCase.get(id)?.includes(`  - \`${file}\`: \`${title}\`\n`))
        .map((id) => `${id} lacks ${file}: ${title}`),
    );
    expect(strays).toEqual([]);
  });

  test('control: a test that was renamed or moved is noticed', () => {
    const found = titlesIn(
      'a.test.ts',
      "test('A1: one', run); test.each(rows)(`B2: ${x} two`, f);",
    );
    expect(found.map(({ title }) => title)).toEqual(['A1: one', 'B2: ${x} two']);
    expect(unknown([{ file: 'a.test.ts', title: 'A1: one' }], found)).toEqual([]);
    expect(unknown([{ file: 'b.test.ts', title: 'A1: one' }], found)).toHaveLength(1);
    expect(unknown([{ file: 'a.test.ts', title: 'A1: One' }], found)).toHaveLength(1);
    expect(titlesIn('a.test.ts', "test.skip('A1: one', run);")[0]?.isSkipped).toBe(true);
  });
});
