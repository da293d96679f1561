import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The code that a person copies, as the stories and the browser tests run it. */
test('the code on docs/markdown.md is the code of the recipes, line for line', () => {
  const recipes = ['ReactMarkdownAnswer', 'StreamdownAnswer'].map((name) =>
    read(`stories/markdown/${name}.tsx`).replace(/^.*oxlint-disable.*\n/gm, ''),
  );
  const shown = [...read('docs/markdown.md').matchAll(/^```tsx\n(.*?)^```$/gms)];
  expect(shown.map(([, code]) => code)).toEqual(recipes);
});
