import { expect, test } from 'vitest';
import { createSeam, joinText } from './seam.js';

const BEFORE = 'The quick brown fox jumps over the lazy dog and runs aw';

function continued(before: string, deltas: readonly string[]): string {
  const seam = createSeam(before);
  return before + deltas.map((delta) => seam.push(delta)).join('') + seam.end();
}

test('C18: a continuation that echoes the last 40 characters is joined without them', () => {
  const echo = BEFORE.slice(-40);
  expect(continued(BEFORE, [`${echo}ay.`])).toBe(`${BEFORE}ay.`);
});

test('C18: the echo is found however it is cut', () => {
  const said = `${BEFORE.slice(-25)}ay.`;
  for (let size = 1; size <= said.length; size++) {
    const deltas = said.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
    expect(continued(BEFORE, deltas)).toBe(`${BEFORE}ay.`);
  }
});

test('a continuation without an echo is joined as it is, also inside a word', () => {
  expect(continued(BEFORE, ['ay', ' fast.'])).toBe(`${BEFORE}ay fast.`);
});

test('a short repeat is language, not an echo', () => {
  expect(continued('hel', ['lo'])).toBe('hello');
  expect(continued('It was the', ['the', ' end'])).toBe('It was thethe end');
});

test('an echo of more than 200 characters is not looked for', () => {
  const before = Array.from({ length: 100 }, (_, index) => `${index} `).join('');
  expect(continued(before, [before.slice(-200), 'end'])).toBe(`${before}end`);
  expect(continued(before, [before.slice(-210), 'end'])).toBe(`${before}${before.slice(-210)}end`);
});

test('what may still be an echo is held back, and given out when the answer ends', () => {
  const seam = createSeam(BEFORE);
  expect(seam.push('quick')).toBe('');
  expect(seam.held()).toBe(5);
  expect(seam.end()).toBe('quick');
  expect(seam.held()).toBe(0);
});

test('a server may give the whole of a continued answer, or the continuation alone', () => {
  expect(joinText('One tw', 'One two.', 'prefill')).toBe('One two.');
  expect(joinText('One tw', 'o.', 'prefill')).toBe('One two.');
  expect(joinText(BEFORE, `${BEFORE.slice(-20)}ay.`, 'instruct')).toBe(`${BEFORE}ay.`);
});
