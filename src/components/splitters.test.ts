import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { splitMarkdown } from './splitMarkdown.js';
import { type Splitter, splitPlain } from './splitPlain.js';

const SCRAPS = [
  'word', ' ', '\n', '\n\n', '\r\n', '```', '```js\n', '~~~', '````', '- item', '1. one', '12', '.',
  '  ', '    code', '> quote', '$$', '<details>', '</details>', '<!--', '-->', '| a | b |', '**',
  '# Title', '-', '---', '[x](y)', '😀', 'é', '\t', '<div>', '</div>',
]; // oxfmt-ignore

const scraps = fc.array(fc.constantFrom(...SCRAPS), { maxLength: 60 });

function blocksOf(split: () => Splitter, pieces: readonly string[]): string[] {
  const splitter = split();
  for (const piece of pieces) splitter.push(piece);
  return [...splitter.settled, splitter.tail()];
}

describe.each([
  { name: 'plain text', split: splitPlain },
  { name: 'Markdown', split: splitMarkdown },
])('$name', ({ split }) => {
  test('the blocks joined are the text, however it arrives', () => {
    fc.assert(
      fc.property(scraps, (pieces) => {
        expect(blocksOf(split, pieces).join('')).toBe(pieces.join(''));
      }),
    );
  });

  test('the same text gives the same blocks, however it was cut on its way', () => {
    fc.assert(
      fc.property(scraps, fc.array(fc.nat(40), { maxLength: 40 }), (pieces, lengths) => {
        const text = pieces.join('');
        const cut: string[] = [];
        let from = 0;
        for (const length of lengths) {
          cut.push(text.slice(from, from + length));
          from += length;
        }
        cut.push(text.slice(from));
        expect(blocksOf(split, cut)).toEqual(blocksOf(split, [text]));
        expect(blocksOf(split, text.split(''))).toEqual(blocksOf(split, [text]));
      }),
    );
  });

  test('a settled block never changes', () => {
    fc.assert(
      fc.property(scraps, (pieces) => {
        const splitter = split();
        let before: string[] = [];
        for (const piece of pieces) {
          splitter.push(piece);
          expect(splitter.settled.slice(0, before.length)).toEqual(before);
          before = [...splitter.settled];
        }
      }),
    );
  });

  test('paragraphs are blocks', () => {
    expect(blocksOf(split, ['One\ntwo.\n\nThree.\n\n', 'Four'])).toEqual([
      'One\ntwo.\n\n',
      'Three.\n\n',
      'Four',
    ]);
  });
});

test.each([
  ['Chinese', `${'这是一个没有空格的句子。'.repeat(40)}\n`],
  ['a table of figures', `${'1,2,3,'.repeat(4_000)}\n`],
])('plain text without spaces is looked through once, not anew for each line: %s', (_, line) => {
  const text = line.repeat(100);
  const find = String.prototype.indexOf;
  let looked = 0;
  const count = vi.spyOn(String.prototype, 'indexOf').mockImplementation(function (
    this: string,
    sign,
    from = 0,
  ) {
    const at = find.call(this, sign, from);
    looked += (at === -1 ? this.length : at) - from;
    return at;
  });
  const blocks = blocksOf(splitPlain, [text]);
  count.mockRestore();
  expect(looked).toBeLessThanOrEqual(2 * text.length);
  expect(blocks.join('')).toBe(text);
  expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThan(4_096 + line.length);
});

describe('what belongs together in Markdown stays one block', () => {
  test.each([
    ['a code block with blank lines', '```js\na\n\nb\n```\n'],
    ['a code block of tildes that shows one of backticks', '~~~\n```\n\n```\n\nx\n~~~\n'],
    ['a longer fence around a shorter one', '````md\n```js\n\n```\n\n````\n'],
    ['an unclosed code block', '```\na\n\n\nb\n\nc'],
    [
      'a code block that shows one in a list',
      '```markdown\n1. One\n\n    ```bash\n    npm i\n    ```\n\n2. Two\n```\n',
    ],
    [
      'a code block that shows one behind a tab',
      '```md\n- a\n\n\t```sh\n\tnpm i\n\t```\n\n- b\n```\n',
    ],
    ['a code block that shows one in a quote', '```md\n> ```\n\n> ```\n\nx\n```\n'],
    ['a loose list', '- a\n\n- b\n\n  more of b\n\n1. c'],
    ['a list after its sentence', 'These:\n* a\n\n* b'],
    ['code in a list', '1. First\n\n   ```sh\n   npm\n\n   run\n   ```\n\n2. Second'],
    ['code in a quote', '> ```\n> a\n>\n> b\n> ```'],
    ['indented code', 'Text\n\n    a\n\n    b'],
    ['mathematics', '$$\na\n\nb\n$$\n'],
    ['an HTML disclosure', '<details>\n<summary>More</summary>\n\nText\n\n</details>\n'],
    ['a disclosure in a disclosure', '<details>\n\n<details>\n\n</details>\n\nx\n\n</details>'],
    ['a comment', '<!-- one\n\ntwo\n\nthree -->\n'],
    ['a note with two paragraphs', '[^1]: One\n\n    Two'],
  ])('%s', (_, text) => {
    expect(blocksOf(splitMarkdown, [text])).toEqual([text]);
    expect(blocksOf(splitMarkdown, [`Before.\n\n${text}`])).toContain(text);
  });

  test.each([
    ['a code block', '```\na\n```\n\n'],
    ['a list', '- a\n- b\n\n'],
    ['a table', '| a |\n| - |\n| b |\n\n'],
    ['a code block whose end is indented a little', '```\na\n   ```\n\n'],
    ['a code block in a list, indented by tabs', '- a\n\n\t```\n\tb\n\t```\n\n'],
    ['a code block in a list whose end is not indented', '- a\n\n  ```\n  b\n```\n\n'],
    ['mathematics on one line', '$$ x $$\n\n'],
    ['mathematics that began behind words', 'See: $$\nx\n$$\n\n'],
    ['a closed disclosure', '<details>\n\nx\n\n</details>\n\n'],
    ['a comment on one line', '<!-- x -->\n\n'],
    ['a quote that ends inside its code block', '> ```\n> a\n\n'],
    ['inline code that looks like a fence', '```a``` b\n\n'],
  ])('%s ends at the blank line after it', (_, text) => {
    expect(blocksOf(splitMarkdown, [`${text}After`])).toEqual([text, 'After']);
  });

  test('a list ends at bold words, at a rule and at a figure, as soon as they can be told', () => {
    for (const next of ['**bold', '--', '12 apples', 'Text']) {
      expect(blocksOf(splitMarkdown, [`- a\n\n${next}`])).toEqual(['- a\n\n', next]);
    }
  });
});
