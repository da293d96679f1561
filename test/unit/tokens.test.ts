import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COLORS, FOLLOWING, FONTS_AND_SHADOWS, LENGTHS } from '../../stories/guide/tokens.js';

test('the page on theming lists every custom property of the stylesheet, and no other', () => {
  const css = readFileSync('src/styles.css', 'utf8');
  const names = [...css.matchAll(/--stopkit-([\w-]+)/g)].map(([, name = '']) => name);
  const told = [...COLORS, ...FOLLOWING].map(({ name }) => name);
  const pairs = [...FONTS_AND_SHADOWS, ...LENGTHS].flatMap(([name]) => name.split(', '));
  // All of the steps of space are one row.
  const rowOf = (name: string): string => name.replace(/^space-.*/, 'space-1 … space-10');
  expect(new Set([...told, ...pairs])).toEqual(new Set(names.map(rowOf)));
});
