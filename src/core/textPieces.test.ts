import { expect, test } from 'vitest';
import { appendText, textPieces } from './textPieces.js';

const read = (part: Parameters<typeof textPieces>[0]): string => {
  const { list, count } = textPieces(part);
  return list.slice(0, count).join('');
};

test('the pieces of a text are its text', () => {
  const part = appendText(appendText(appendText(null, 'One '), 'two '), 'three');
  expect(part.text).toBe('One two three');
  expect(textPieces(part)).toEqual({ list: ['One ', 'two ', 'three'], count: 3 });
});

test('a part that grew shares its list with the part it grew from', () => {
  const first = appendText(null, 'One ');
  const second = appendText(first, 'two');
  expect(textPieces(second).list).toBe(textPieces(first).list);
  expect(read(first)).toBe('One ');
  expect(read(second)).toBe('One two');
});

test('two parts that grew from the same one do not disturb each other', () => {
  const first = appendText(null, 'One ');
  const left = appendText(first, 'two');
  const right = appendText(first, 'three');
  expect([read(first), read(left), read(right)]).toEqual(['One ', 'One two', 'One three']);
});

test('a part from a history is one piece, and can grow', () => {
  const stored = { type: 'text' as const, text: 'One ' };
  expect(textPieces(stored)).toEqual({ list: ['One '], count: 1 });
  expect(read(appendText(stored, 'two'))).toBe('One two');
  expect(textPieces({ type: 'text', text: '' }).count).toBe(0);
});
