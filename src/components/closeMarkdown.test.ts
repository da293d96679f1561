import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeMarkdown } from './closeMarkdown.js';

describe('C13: what a stop left open is closed when it is drawn', () => {
  test.each([
    ['a code block', '```js\nconst a', '```js\nconst a\n```'],
    ['a code block of which only the first line is there', '```js', '```js\n```'],
    ['a code block whose end is half written', '```\na\n``', '```\na\n\n```'],
    ['the outer of two fences', '````md\n```js\na\n```', '````md\n```js\na\n```\n````'],
    ['a code block that shows one in a list', '```md\n    ```', '```md\n    ```\n```'],
    ['a code block that shows half of one in a quote', '```md\n> `', '```md\n> `\n```'],
    ['a fence of tildes', '~~~\na', '~~~\na\n~~~'],
    ['a code block in a list', '- a\n\n  ```\n  b', '- a\n\n  ```\n  b\n  ```'],
    ['a code block in a quote', '> ```\n> b', '> ```\n> b\n> ```'],
    ['mathematics', '$$\nx = 1', '$$\nx = 1\n$$'],
    ['mathematics whose end is half written', '$$\nx\n$', '$$\nx\n$$'],
    ['bold', 'a **bo', 'a **bo**'],
    ['bold over two lines', 'a **bo\nld', 'a **bo\nld**'],
    ['bold over two lines of a quote', '> **q\n> r', '> **q\n> r**'],
    ['bold in a quote whose next line has only begun', '> **q\n> ', '> **q**'],
    ['bold in the second paragraph of a quote', '> a **\n>\n> **q', '> a **\n>\n> **q**'],
    ['bold in an item of a list in a quote', '> - **a\n> - **b', '> - **a\n> - **b**'],
    ['a sign above a quote in a quote', '> a **b\n>> c', '> a **b\n>> c'],
    ['a sign in a heading of a quote', '> # T **x\n> y', '> # T **x\n> y'],
    ['a sign above the line of a heading', '> **T\n> ===\n> c', '> **T\n> ===\n> c'],
    [
      'a sign in code that is over in a quote',
      '> ~~~\n> a *b\n> ~~~\n> c',
      '> ~~~\n> a *b\n> ~~~\n> c',
    ],
    ['bold whose end is half written', 'a **bo*', 'a **bo**'],
    ['bold that has not begun yet', 'a **', 'a'],
    ['bold before a space', 'a **bo ', 'a **bo**'],
    ['italics', 'a *it', 'a *it*'],
    ['italics within bold', '**a _b', '**a _b_**'],
    ['bold italics', '***a', '***a***'],
    ['strike-through', '~~no', '~~no~~'],
    ['inline code', 'call `stop', 'call `stop`'],
    ['inline code with two signs', 'call ``a ` b', 'call ``a ` b``'],
    ['inline code within bold', '**call `stop', '**call `stop`**'],
    ['a link whose address is half written', 'see [the docs](https://exa', 'see the docs'],
    ['a link with half a title', 'see [it](https://x.dev "ti', 'see it'],
    ['a picture whose address is half written', 'see ![it](https://exa', 'see '],
    ['the first row of a table', '| a | b', '| a | b\n| --- | --- |'],
    ['the line of dashes of a table', '| a | b |\n| -', '| a | b |\n| --- | --- |'],
    ['bold in a cell', '| a |\n| - |\n| **b', '| a |\n| - |\n| **b**'],
    ['an element that is half written', 'a <stro', 'a '],
    ['a disclosure', '<details>\n\na **b', '<details>\n\na **b**\n\n</details>'],
    ['a comment', '<!-- a', '<!-- a\n\n-->'],
    ['a list item', '- a\n- **b', '- a\n- **b**'],
  ])('%s', (_, written, drawn) => {
    expect(closeMarkdown(written)).toBe(drawn);
  });
});

describe('words are never taken for signs', () => {
  test.each([
    ['The loop runs while i<n and then the array is sorted. Each pass\nmoves one element.'],
    ['Use $x<y$ when both fit, else $y<x$'],
    ['it runs while i <n and then'],
    ['while f(x)<limit and then it ends'],
    ['a "<" before a break: x <y\nmore'],
    ['see [1](which says that the text is gone'],
    ['see [1](which\nsays more'],
    ['see <https://x.dev>'],
    ['a <a href="x" title=\'y\'>'],
  ])('a sign between words hides none of them: %j', (text) => {
    expect(closeMarkdown(text)).toBe(text);
  });

  test.each([
    ['The vector $x_{i}$ is the'],
    ['where \\(x_{1}\\) and'],
    ['f_{n} = f_{n-1} + 1'],
    ['$\\hat{x}_i$ and'],
    ['2*(3+4) and then'],
    ['f(x)*g(x) and then'],
    ['5*, 6 and'],
    ['src/**/*.ts and'],
    ['größe_öl and'],
    ['**“引用”**的意思'],
  ])('a star or a line in a formula, a name or a path is drawn as it is: %j', (text) => {
    expect(closeMarkdown(text)).toBe(text);
  });

  test.each([
    ['either/**or', 'either/**or**'],
    ['(**`code', '(**`code`**'],
    ['"**[a', '"**[a**'],
    ['**/api', '**/api**'],
    ['(_so', '(_so_'],
    ['这是**粗体', '这是**粗体**'],
    ['见(图1)**结论**如下：一', '见(图1)**结论**如下：一'],
    ['[1]**Основа**это', '[1]**Основа**это'],
    ['它是**"引用"**的', '它是**"引用"**的'],
  ])('beside a punctuation mark bold and italics begin all the same: %j', (written, drawn) => {
    expect(closeMarkdown(written)).toBe(drawn);
  });

  test('what stands behind a "<" is closed like any other words', () => {
    expect(closeMarkdown('$x<y$ when **both')).toBe('$x<y$ when **both**');
  });

  test.each([
    ['a disclosure that is open', 'a <details open', 'a '],
    ['an address', 'a <https://exa', 'a '],
    ['the name of an attribute', 'a <a hre', 'a '],
    ['the value of an attribute', 'a <a href="https://x.dev/a b', 'a '],
    ['a second attribute', "a <img src='x' alt=\"it's", 'a '],
    ['a bare attribute after others', 'a <input type="checkbox" checked /', 'a '],
    ['the end of an element', 'a <b>bold</b', 'a <b>bold'],
    ['a link before its title', 'see [it](https://x.dev ', 'see it'],
  ])('what can still become a tag or a link waits: %s', (_, written, drawn) => {
    expect(closeMarkdown(written)).toBe(drawn);
  });

  test.each([
    ['Pros:\n-', 'Pros:\n'],
    ['Some words\n--', 'Some words\n'],
    ['Some words\n=', 'Some words\n'],
    ['a **bo\n- ', 'a **bo**'],
    ['- Pros:\n  - fast\n    -', '- Pros:\n  - fast\n'],
    ['> Pros:\n> -', '> Pros:\n'],
  ])('the first sign of a list makes no heading of the line above it: %j', (written, drawn) => {
    expect(closeMarkdown(written)).toBe(drawn);
  });

  test.each([['Words\n\n-'], ['-'], ['```\na\n-\n```'], ['Words\n---']])(
    'a sign that makes no heading yet, or one on purpose, stays: %j',
    (text) => {
      expect(closeMarkdown(text)).toBe(text);
    },
  );

  test.each([
    ['**a *b*', '**a *b***'],
    ['**a *b* ', '**a *b***'],
    ['***a*', '***a***'],
    ['**a \\*', '**a \\***'],
    ['**a*', '**a**'],
  ])('the star that ends italics is not half of the end of bold: %j', (written, drawn) => {
    expect(closeMarkdown(written)).toBe(drawn);
  });
});

describe('what is not open stays as it is', () => {
  test.each([
    ['a sentence.'],
    ['2 * 3 = 6 and 2*3'],
    ['snake_case_name'],
    ['**bold** and *it* and `code` and ~~no~~'],
    ['[a](https://x.dev) and [b'],
    ['an array[0'],
    ['a \\*star'],
    ['a < b'],
    ['```\na **b\n```'],
    ['`**`'],
    ['$$\nx\n$$'],
    ['See: $$\nx\n$$'],
    ['See: $$\nx\n$$ and\n$$\ny\n$$'],
    ['~ 20 and ~5'],
    ['costs $5'],
    ['* item\n* item'],
    ['| a |\n| - |\n| b |'],
    ['***both*** done'],
    ['**a *b* c** d'],
    [''],
  ])('%j', (text) => {
    expect(closeMarkdown(text)).toBe(text);
  });

  test('closing adds signs and takes signs away, and never a word', () => {
    const signs = ['\n', '**', '*', '`', '```\n', '~~', '| ', '$$', '- ', '-', '=', '_', '\\', '['];
    const scraps = [...signs, 'a', 'b ', '| c', '<n ', 'a<b', '](x y'];
    const words = (text: string): string => text.replace(/[^a-c]/g, '');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...scraps), { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        expect(words(closeMarkdown(text))).toBe(words(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
