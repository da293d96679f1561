import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, cutAt, readEvents, toAnswer } from '../../test/unit/formats/readAnswer.js';
import { plainText } from './plainText.js';

const text = '你好世界 🌍 é — Grüße\r\n';
const bytes = new TextEncoder().encode(text);
const read = async (pieces: Uint8Array[]) =>
  toAnswer(await readEvents(plainText(), bodyOf(pieces)));

test('B9: cut in two at any byte, it is the same text', async () => {
  for (let place = 0; place <= bytes.length; place++) {
    expect((await read(cutAt(bytes, [place]))).text, `cut at ${place}`).toBe(text);
  }
});

test('B9: in any pieces it is the same text', async () => {
  const places = fc
    .array(fc.integer({ min: 0, max: bytes.length }))
    .map((some) => some.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(places, async (some) => {
      expect((await read(cutAt(bytes, some))).text).toBe(text);
    }),
  );
});

test('B9: cut off at any byte, nothing but whole characters was said', async () => {
  for (let place = 0; place < bytes.length; place++) {
    const { text: partial } = await read([bytes.slice(0, place)]);
    expect(text.startsWith(partial), partial).toBe(true);
  }
});

test('the end of the body is the end of the answer: plain text has no other', async () => {
  expect((await read([bytes])).end).toBe('none');
  expect(await readEvents(plainText(), bodyOf([]))).toEqual([]);
});
