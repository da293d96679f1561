import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

const path = fileURLToPath(new URL('../../src/styles.css', import.meta.url));
const css = readFileSync(path, 'utf8');
const rules = css.replaceAll(/\/\*.*?\*\//gs, '');

type Scheme = 0 | 1;
type Rgb = readonly [number, number, number];

/** The tokens as they stand in the stylesheet: name to its light and its dark colour. */
const tokens = new Map(
  [...css.matchAll(/--stopkit-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name, [light, dark]],
  ),
);

function color(name: string, scheme: Scheme): Rgb {
  switch (name) {
    case 'accent-hover':
      return mix('accent', share(name, 80), 'text', scheme);
    case 'accent-soft':
      return mix('accent', share(name, scheme === 0 ? 10 : 18), 'surface', scheme);
    case 'ink-hover':
      return mix('ink', share(name, 84), 'on-ink', scheme);
  }
  const hex = tokens.get(name)?.[scheme];
  if (hex === undefined) throw new Error(`There is no token --stopkit-${name}.`);
  const value = parseInt(hex.slice(1), 16);
  return [linear(value >> 16), linear((value >> 8) & 255), linear(value & 255)];
}

/** The share of a derived colour, and that the stylesheet says the same. */
function share(name: string, percent: number): number {
  const rule = css.slice(css.indexOf(`--stopkit-${name},`)).split(';', 1)[0];
  expect(rule).toContain(` ${percent}%`);
  return percent / 100;
}

const linear = (byte: number): number => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

const dot = (row: Rgb, [a, b, c]: Rgb): number => row[0] * a + row[1] * b + row[2] * c;
const times = (rows: readonly [Rgb, Rgb, Rgb], column: Rgb): Rgb => [
  dot(rows[0], column),
  dot(rows[1], column),
  dot(rows[2], column),
];

// CSS Color 4, section 18: linear sRGB to LMS, LMS to Oklab, and back.
const TO_LMS = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
] as const;
const FROM_LMS = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
] as const;

/** Mixing in Oklab is mixing the cube roots of LMS: the step from there to Oklab is linear. */
function mix(name: string, part: number, other: string, scheme: Scheme): Rgb {
  const root = (of: string): Rgb => {
    const [l, m, s] = times(TO_LMS, color(of, scheme));
    return [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)];
  };
  const [a, b] = [root(name), root(other)];
  const cube = (i: 0 | 1 | 2): number => (a[i] * part + b[i] * (1 - part)) ** 3;
  return times(FROM_LMS, [cube(0), cube(1), cube(2)]);
}

function contrast(one: string, other: string, scheme: Scheme): number {
  const luminance = (name: string): number => dot([0.2126, 0.7152, 0.0722], color(name, scheme));
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const TEXT = 4.5;
const PART = 3;

const pairs: [one: string, other: string, least: number, light: number, dark: number][] = [
  ['text', 'bg', TEXT, 16.5, 15.5],
  ['text', 'surface', TEXT, 17.2, 14.5],
  ['text', 'surface-sunken', TEXT, 15.4, 13.4],
  ['text', 'surface-hover', TEXT, 14.0, 11.9],
  ['text', 'accent-soft', TEXT, 14.9, 10.7],
  ['text-muted', 'bg', TEXT, 6.6, 7.6],
  ['text-muted', 'surface', TEXT, 6.9, 7.1],
  ['text-muted', 'surface-sunken', TEXT, 6.1, 6.6],
  ['text-muted', 'surface-hover', TEXT, 5.6, 5.9],
  ['text-muted', 'accent-soft', TEXT, 5.9, 5.3],
  ['accent', 'bg', TEXT, 6.0, 8.5],
  ['accent', 'surface', TEXT, 6.3, 8.0],
  ['accent', 'surface-sunken', TEXT, 5.6, 7.4],
  ['accent', 'accent-soft', TEXT, 5.4, 5.9],
  ['on-accent', 'accent', TEXT, 6.3, 8.1],
  ['on-accent', 'accent-hover', TEXT, 7.9, 9.3],
  ['on-ink', 'ink', TEXT, 17.2, 14.3],
  ['on-ink', 'ink-hover', TEXT, 11.4, 10.0],
  ['ink', 'surface', TEXT, 17.2, 14.5],
  ['border-control', 'surface', PART, 3.9, 4.4],
  ['border-control', 'surface-sunken', PART, 3.5, 4.1],
  ['border-control', 'surface-hover', PART, 3.2, 3.6],
  ['border-control', 'accent-soft', PART, 3.3, 3.2],
  ['warning', 'warning-soft', TEXT, 6.2, 8.7],
  ['warning', 'surface', TEXT, 6.9, 9.8],
  ['warning-border', 'warning-soft', PART, 3.4, 3.4],
  ['warning-border', 'surface', PART, 3.8, 3.8],
  ['danger', 'danger-soft', TEXT, 6.2, 8.1],
  ['danger', 'surface', TEXT, 7.0, 8.6],
  ['danger-border', 'danger-soft', PART, 3.6, 3.1],
  ['danger-border', 'surface', PART, 4.1, 3.3],
];

test.each(pairs)('%s on %s can be read in both schemes', (one, other, least, light, dark) => {
  const ratios = [contrast(one, other, 0), contrast(one, other, 1)];
  expect(Math.min(...ratios)).toBeGreaterThanOrEqual(least);
  expect(ratios.map((ratio) => Number(ratio.toFixed(1)))).toEqual([light, dark]);
});

test('no rule names a colour outside the tokens', () => {
  expect(css.slice(css.indexOf('/* ── Everywhere'))).not.toMatch(
    /#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch|oklab)a?\(/i,
  );
});

test('the page keeps its own color-scheme: only data-theme sets one', () => {
  const setters = [...css.matchAll(/([^{}]+)\{[^{}]*color-scheme:/g)].map(([, selector]) =>
    selector?.trim(),
  );
  expect(setters).toEqual(["[data-theme='light']", "[data-theme='dark']"]);
});

test('every selector is a data attribute: no class, no id, no element of the page', () => {
  const selectors = [...rules.matchAll(/([^{};]+)\{/g)]
    .map(([, selector]) => selector?.trim() ?? '')
    .filter((selector) => !/^(@|from|to|\d+%)/.test(selector))
    // At commas outside of parentheses.
    .flatMap((list) => list.split(/,(?![^(]*\))/).map((selector) => selector.trim()));
  for (const selector of selectors) {
    // Other libraries have a `data-part`, too.
    expect(selector).toMatch(
      /^(:root|:host|\[data-theme=|(\[dir='rtl'\]\s+)?(:is\(\s*|:where\()?\[data-stopkit)/,
    );
    expect(selector).not.toMatch(/(^|[\s,(])[.#][a-z]/i);
  }
});

test('a bundler that aims at older browsers leaves light and dark to the browser', async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, rolldownOptions: { input: path } },
  });
  const [first] = [result].flat();
  const files = first !== undefined && 'output' in first ? first.output : [];
  const bundled = files.map((file) => (file.type === 'asset' ? String(file.source) : '')).join('');
  expect(bundled.match(/light-dark\(/g)?.length).toBe(rules.match(/light-dark\(/g)?.length);
  expect(bundled).not.toMatch(/var\(--lightningcss|:lang/);
});
