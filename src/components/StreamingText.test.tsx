import { act, render, waitFor } from '@testing-library/react';
import { Profiler, type ReactNode, StrictMode } from 'react';
import { expect, test, vi } from 'vitest';
import { literalGeneration } from '../../stories/literalGeneration.js';
import { describeComponent } from '../../test/describeComponent.js';
import { createGeneration, idleSnapshot, type Snapshot, type Status } from '../core/index.js';
import { appendText } from '../core/textPieces.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { StreamingText } from './StreamingText.js';

const streaming = literalGeneration({ status: 'streaming', text: 'A first word' });

describeComponent('StreamingText', {
  element: <StreamingText generation={streaming} />,
  tag: 'div',
  name: 'streaming-text',
  labels: {},
  shows: {},
});

/** Shows a text as it grows by the given pieces. */
function showPieces(renderText?: (markdown: string) => ReactNode) {
  let part = appendText(null, '');
  let status: Status = 'streaming';
  const snapshot = (): Snapshot => ({ ...idleSnapshot, status, text: part.text, parts: [part] });
  // Written in place, as apps do: another function at every render.
  const element = () => (
    <StrictMode>
      <StreamingText
        generation={snapshot()}
        {...(renderText === undefined
          ? {}
          : { renderText: (markdown: string) => renderText(markdown) })}
      />
    </StrictMode>
  );
  const { container, rerender } = render(element());
  return {
    container,
    say(...pieces: string[]) {
      for (const piece of pieces) {
        part = appendText(part, piece);
        rerender(element());
      }
    },
    become(next: Status) {
      status = next;
      rerender(element());
    },
    replace(text: string) {
      part = { type: 'text', text };
      rerender(element());
    },
    blocks: () => [...container.querySelectorAll('[data-part="block"]')],
  };
}

const LONG_TEXT = Array.from({ length: 60 }, (_, index) => `Paragraph ${index}\nof many.\n\n`);

test('the text on the page is the text of the answer, character for character', () => {
  const page = showPieces();
  const text = LONG_TEXT.join('');
  for (let from = 0; from < text.length; from += 11) {
    page.say(text.slice(from, from + 11));
    expect(page.container.textContent).toBe(text.slice(0, from + 11));
  }
  page.become('complete');
  expect(page.container.textContent).toBe(text);
});

test('an element that was drawn stays the same element, also as its block settles', () => {
  const page = showPieces();
  page.say('One ');
  const [first] = page.blocks();
  page.say('two.\n', '\nThree.');
  const [, second] = page.blocks();
  page.say(...LONG_TEXT);
  page.become('stopped');
  expect(page.blocks()[0]).toBe(first);
  expect(page.blocks()[1]).toBe(second);
  expect(first).toHaveTextContent('One two.');
});

test('another text takes the place of the old one in a single step', () => {
  const page = showPieces();
  page.say('The old answer.\n\nIts end.');
  page.replace('The new');
  expect(page.container.textContent).toBe('The new');
});

test('the same text read again, or a longer one from elsewhere, leaves what is drawn alone', () => {
  const page = showPieces();
  page.say('Kept.\n\nAnd', ' more');
  const [first, second] = page.blocks();
  page.replace('Kept.\n\nAnd more');
  page.replace('Kept.\n\nAnd more, from history');
  expect(page.container.textContent).toBe('Kept.\n\nAnd more, from history');
  expect(page.blocks()).toEqual([first, second]);
});

test('the caret stands at the last block only, and only while the answer is written', () => {
  const page = showPieces();
  page.say('One.\n\nTwo');
  expect(page.container.querySelectorAll('[data-caret]')).toHaveLength(1);
  expect(page.blocks()[1]).toHaveAttribute('data-caret');
  page.become('stopping');
  expect(page.container.querySelector('[data-caret]')).toBeNull();
});

test('a block of Markdown that is settled is parsed once, however long the answer grows', () => {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 50));
  const renderText = vi.fn((markdown: string) => <p>{markdown}</p>);
  const page = showPieces(renderText);
  page.say('First.\n\n', 'Second');
  const parses = () => renderText.mock.calls.filter(([text]) => text.startsWith('First.')).length;
  const before = parses();
  page.say(...LONG_TEXT);
  page.become('complete');
  expect(parses()).toBe(before);
  clock.mockRestore();
});

test('the block of Markdown that grows is parsed at most every 50 ms, and wholly at the end', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  const page = showPieces((markdown) => <p>{markdown}</p>);
  page.say('A', 'B', 'C');
  expect(page.container.textContent).toBe('');
  clock.mockReturnValue(1_050);
  page.say('D', 'E');
  expect(page.container.textContent).toBe('ABCD');
  page.become('stopped');
  expect(page.container.textContent).toBe('ABCDE');
  clock.mockRestore();
});

test('what was held back by the 50 ms is drawn though nothing more arrives', async () => {
  const page = showPieces((markdown) => <p>{markdown}</p>);
  page.say('A', 'B');
  await waitFor(() => expect(page.container.textContent).toBe('AB'));
});

test.each(['streaming', 'complete'] as const)(
  'a renderer that arrives after the first words draws them, too: %s',
  (status) => {
    const generation = literalGeneration({ status, text: '```js\na\n\nb\n```\n\nAfter' });
    const { container, rerender } = render(<StreamingText generation={generation} />);
    const renderText = (markdown: string): ReactNode => <section>{markdown}</section>;
    rerender(<StreamingText generation={generation} renderText={renderText} />);
    const blocks = [...container.querySelectorAll('section')];
    expect(blocks.map(({ textContent }) => textContent)).toEqual([
      '```js\na\n\nb\n```\n\n',
      'After',
    ]);
    rerender(<StreamingText generation={generation} renderText={(text) => renderText(text)} />);
    expect([...container.querySelectorAll('section')]).toEqual(blocks);
  },
);

test('C13: an open fence is closed as it is drawn, and only there', () => {
  const drawn: string[] = [];
  const page = showPieces((markdown) => {
    drawn.push(markdown);
    return <pre>{markdown}</pre>;
  });
  page.say('```js\nconst a');
  page.become('stopped');
  expect(drawn.at(-1)).toBe('```js\nconst a\n```');
  // A whole answer is drawn as its author wrote it.
  page.become('complete');
  expect(drawn.at(-1)).toBe('```js\nconst a');
});

test('the caret goes into the last words of Markdown: a code line, a table cell', () => {
  const page = showPieces((markdown) =>
    markdown.startsWith('|') ? (
      <table>
        <tbody>
          <tr>
            <td>a</td>
            <td>
              check <code>writable</code>
            </td>
            <td></td>
          </tr>
        </tbody>
      </table>
    ) : (
      <pre>
        <code>{'line\n'}</code>
      </pre>
    ),
  );
  page.say('| a |');
  page.become('stopped');
  page.become('streaming');
  expect(page.container.querySelector('[data-caret]')?.textContent).toBe('writable');
  page.say('\n\n```\nline');
  page.become('stopped');
  page.become('streaming');
  // On the code's last line, not on an empty one after it.
  expect(page.container.querySelector('[data-caret]')?.textContent).toBe('line');
  expect(page.container.querySelectorAll('[data-caret]')).toHaveLength(1);
});

test('a text that grows is written without a render, until a block begins or the answer is over', async () => {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  let renders = 0;
  const { container } = render(
    <Profiler id="text" onRender={() => (renders += 1)}>
      <StreamingText generation={generation} />
    </Profiler>,
  );
  const say = async (piece: string): Promise<void> => {
    const whole = container.textContent + piece;
    act(() => source.text(piece));
    await expect.poll(() => container.textContent).toBe(whole);
  };
  act(() => void generation.start('Hi'));
  await say('One');
  const before = renders;
  await say(' two');
  await say(' three\n');
  expect(renders).toBe(before);
  await say('\nNext');
  expect(renders).toBe(before + 1);
  expect(container.querySelectorAll('[data-part="block"]')).toHaveLength(2);
  await say(' and on');
  expect(renders).toBe(before + 1);
  act(() => void generation.stop());
  expect(container.textContent).toBe('One two three\n\nNext and on');
  expect(container.querySelector('[data-caret]')).toBeNull();
});

test.each([
  ['plain text', {}],
  ['Markdown', { renderText: (markdown: string) => markdown }],
])(
  'of %s: an answer that is said again, as after a lost connection, goes on where it was',
  async (_, props) => {
    const source = scriptedSource();
    const generation = createGeneration({ source });
    const { container } = render(
      <StrictMode>
        <StreamingText generation={generation} {...props} />
      </StrictMode>,
    );
    let said = '';
    const say = async (piece: string): Promise<void> => {
      said += piece;
      source.text(piece);
      await expect.poll(() => container.textContent).toBe(said);
    };
    act(() => void generation.start('Hi'));
    await say('One ');
    await say('two.\n\nThree');
    source.say({ type: 'replay' }, { type: 'text', delta: said });
    await say(' four');
    await say('.\n\nFive');
  },
);
