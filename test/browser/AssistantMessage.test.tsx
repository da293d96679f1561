import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { ReactMarkdownAnswer } from '../../stories/markdown/ReactMarkdownAnswer.js';
import { StreamdownAnswer } from '../../stories/markdown/StreamdownAnswer.js';
import { AssistantMessage } from '../../src/components/AssistantMessage.js';
import { StreamingText } from '../../src/components/StreamingText.js';
import { createGeneration, idleSnapshot, type Snapshot } from '../../src/core/index.js';
import { appendText } from '../../src/core/textPieces.js';
import { publishByFrame } from '../../src/react/publishByFrame.js';
import { scriptedSource } from '../../src/testing/scriptedSource.js';
import '../../src/styles.css';

afterEach(cleanup);

/** A run that streams into a message, frame by frame. */
async function streaming(text: string) {
  const source = scriptedSource();
  const generation = createGeneration({ source, publish: publishByFrame });
  const view = render(<AssistantMessage generation={generation} />);
  void generation.start('hello');
  const say = async (delta: string): Promise<void> => {
    const whole = generation.getSnapshot().text + delta;
    await act(async () => {
      source.text(delta);
      await expect.poll(() => generation.getSnapshot().text).toBe(whole);
    });
  };
  await say(text);
  return { ...view, generation, say };
}

/** Selects from the first to the last words given. */
function select(container: HTMLElement, first: string, last: string): string {
  const find = (words: string): [Text, number] => {
    const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = node.nodeValue?.indexOf(words) ?? -1;
      if (node instanceof Text && at !== -1) return [node, at];
    }
    throw new Error(`"${words}" is not on the page`);
  };
  const [from, start] = find(first);
  const [to, end] = find(last);
  getSelection()?.setBaseAndExtent(from, start, to, end + last.length);
  return getSelection()?.toString() ?? '';
}

test('a selection stays while the answer goes on, in what is settled and in what is being written', async () => {
  const { container, say, generation } = await streaming('One two.\n\nThree four ');
  expect(select(container, 'two', 'four')).toContain('Three four');
  const selected = getSelection()?.toString();
  await say('five.\n\n');
  await say('Six.\n\nSeven');
  expect(getSelection()?.toString()).toBe(selected);
  await act(() => generation.stop());
  expect(getSelection()?.toString()).toBe(selected);
});

test('an answer that is said again after a lost connection goes on, on a page that is still there', async () => {
  const source = scriptedSource();
  const generation = createGeneration({ source, publish: publishByFrame });
  render(
    <main>
      <h1>My app</h1>
      <AssistantMessage generation={generation} />
    </main>,
  );
  const text = () => document.querySelector('[data-part="text"]')?.textContent;
  // React draws when it would on a page, not when a test says so.
  const say = async (...pieces: string[]): Promise<void> => {
    const whole = generation.getSnapshot().text + pieces.join('');
    for (const piece of pieces) source.text(piece);
    await expect.poll(text).toBe(whole);
  };
  void generation.start('hello');
  await say('One');
  await say(' two.\n\nThree');
  source.say({ type: 'replay' }, { type: 'text', delta: 'One two.\n\nThree' });
  await say(' four');
  await say('.\n\nFive');
  expect(screen.getByRole('heading')).toHaveTextContent('My app');
});

test('a menu that opens in a message lies above the next one', async () => {
  const menu = () => (
    <span style={{ position: 'relative' }}>
      <button type="button">Open</button>
      <span
        role="menu"
        style={{ position: 'absolute', zIndex: 1, top: '100%', left: 0, width: 200, height: 200 }}
      />
    </span>
  );
  const said = (text: string): Snapshot => ({
    ...idleSnapshot,
    status: 'complete',
    text,
    parts: [{ type: 'text', text }],
  });
  render(
    <>
      <AssistantMessage generation={said('A table.')} renderText={menu} />
      <AssistantMessage generation={said('The next answer.')} />
    </>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  await userEvent.unhover(screen.getByRole('button', { name: 'Open' }));
  const { left, top, height } = screen.getByText('The next answer.').getBoundingClientRect();
  const above = document.elementFromPoint(left + 10, top + height / 2);
  expect(above).toBe(screen.getByRole('menu'));
});

test('what a person selects and copies by hand is the text of the answer', async () => {
  const text = 'One.\n\nTwo\nlines.\n\n\nThree.';
  const { container } = await streaming(text);
  const block = container.querySelector('[data-part="text"]');
  if (block !== null) getSelection()?.selectAllChildren(block);
  expect(getSelection()?.toString()).toBe(text);
});

test('the caret is drawn at the last character, and is in no text', async () => {
  const { container } = await streaming('One.\n\nTwo');
  const caret = container.querySelector('[data-caret]');
  expect(caret?.textContent).toBe('Two');
  if (caret === null) throw new Error('no caret');
  expect(getComputedStyle(caret, '::after').inlineSize).toBe('7px');
  expect(container.textContent).toBe('One.\n\nTwo');
});

describe('K1: no scroll on a stop', () => {
  test('a person who reads further up stays where they are when the mark appears', async () => {
    const { generation, container, say } = await streaming('Line\n\n'.repeat(100));
    container.style.cssText = 'height: 200px; overflow-y: auto';
    container.scrollTop = 120;
    await say('More\n\n'.repeat(20));
    expect(container.scrollTop).toBe(120);
    await act(() => generation.stop());
    expect(container.querySelector('[data-part="end-mark"]')).not.toBeNull();
    expect(container.scrollTop).toBe(120);
  });
});

test('after the press no word moves and no word comes', async () => {
  const { generation, container } = await streaming('One two three.\n\nFour');
  const text = container.querySelector('[data-part="text"]');
  const before = {
    html: text?.textContent,
    box: text?.getBoundingClientRect().toJSON() as unknown,
  };
  await act(() => generation.stop());
  expect(text?.textContent).toBe(before.html);
  expect(text?.getBoundingClientRect().toJSON()).toEqual(before.box);
  for (const animation of text?.getAnimations({ subtree: true }) ?? []) {
    expect(animation.playState).not.toBe('running');
  }
});

test('"Copied" goes when its animation ends, without a timer', async () => {
  const write = navigator.clipboard.writeText;
  navigator.clipboard.writeText = () => Promise.resolve();
  render(
    <AssistantMessage generation={literalGeneration({ status: 'complete', text: 'Copy me' })} />,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Copy' }));
  const copied = await screen.findByRole('button', { name: 'Copied' });
  const animation = copied
    .getAnimations()
    .find((one) => one instanceof CSSAnimation && one.animationName === 'stopkit-hold');
  expect(animation?.effect?.getComputedTiming().duration).toBe(2_000);
  act(() => animation?.finish());
  await expect.poll(() => copied.textContent).toBe('Copy');
  navigator.clipboard.writeText = write;
});

test('the words of waiting come by a delay of the stylesheet, one after the other', () => {
  render(<AssistantMessage generation={literalGeneration({ status: 'connecting' })} />);
  const first = screen.getByText('Waiting for the first word');
  const second = screen.getByText('Still waiting for the first word');
  const at = (ms: number): string => {
    for (const element of [first, second]) {
      for (const animation of element.getAnimations()) animation.currentTime = ms;
    }
    return [first, second].map((element) => getComputedStyle(element).visibility).join();
  };
  expect(at(300)).toBe('hidden,hidden');
  expect(at(500)).toBe('visible,hidden');
  expect(at(7_900)).toBe('visible,hidden');
  expect(at(8_100)).toBe('hidden,visible');
});

test('once the second words of waiting have come, the first stay away', async () => {
  render(<AssistantMessage generation={literalGeneration({ status: 'connecting' })} />);
  const words = ['Waiting for the first word', 'Still waiting for the first word'];
  const elements = words.map((text) => screen.getByText(text));
  const animations = elements.flatMap((element) => element.getAnimations());
  expect(animations).toHaveLength(3);
  // They are played to their end, which is not quite the same as to be put there.
  for (const animation of animations) animation.updatePlaybackRate(100);
  await Promise.all(animations.map(({ finished }) => finished));
  expect(elements.map((element) => getComputedStyle(element).visibility)).toEqual([
    'hidden',
    'visible',
  ]);
});

const OPEN = {
  'a code block': '```js\nconst a = 1',
  'a code block in a longer one': '````md\n```js\na',
  'a code block of tildes': '~~~\na',
  'a table row': '| a | b |\n| - | - |\n| one | **tw',
  'bold words': 'a **bo',
  'a link': 'see [the docs](ht',
  'a disclosure': '<details>\n\nIn it',
  mathematics: '$$\nx = 1',
};

describe.each([
  ['react-markdown', ReactMarkdownAnswer],
  ['Streamdown', StreamdownAnswer],
])('with %s', (_, Answer) => {
  beforeEach(() => {
    getSelection()?.removeAllRanges();
  });

  test.each(Object.entries(OPEN))(
    'C13: %s left open: the mark and the actions are outside it',
    (_name, text) => {
      const generation = literalGeneration({
        status: 'stopped',
        text: `Before.\n\n${text}`,
        stopRecord: literalStop(),
      });
      const { container } = render(<Answer generation={generation} />);
      const mark = screen.getByText('You stopped this answer');
      expect(
        mark.closest('pre, code, table, details, blockquote, a, strong, [data-part="text"]'),
      ).toBeNull();
      expect(screen.getByRole('button', { name: 'Copy' }).closest('[data-part="text"]')).toBeNull();
      expect(generation.getSnapshot().text).toBe(`Before.\n\n${text}`);
      // Drawn as what it is about to be, not as signs.
      expect(container.querySelector('[data-part="text"]')?.textContent).not.toMatch(
        /\*\*|\]\(|\| one/,
      );
    },
  );

  test('a selection in a settled block stays while the answer goes on', () => {
    let part = appendText(null, 'One **two** three.\n\nFour ');
    const answer = (status: 'streaming' | 'stopped'): Snapshot => ({
      ...idleSnapshot,
      status,
      text: part.text,
      parts: [part],
    });
    const { container, rerender } = render(<Answer generation={answer('streaming')} />);
    select(container, 'One', 'three');
    const selected = getSelection()?.toString();
    for (const piece of ['five.\n\n', '- six\n', '- seven\n\n', 'Eight']) {
      part = appendText(part, piece);
      rerender(<Answer generation={answer('streaming')} />);
    }
    rerender(<Answer generation={answer('stopped')} />);
    expect(container.textContent).toContain('Eight');
    expect(getSelection()?.toString()).toBe(selected);
  });
});

test('a frame on 730 kB touches one node of one block, and leaves every other alone', async () => {
  const paragraph = `${'A sentence of some forty characters here. '.repeat(6)}\n\n`;
  let part = appendText(null, '');
  while (part.text.length < 730_000) part = appendText(part, paragraph);
  part = appendText(part, 'The block that ');
  const answer = (): Snapshot => ({
    ...idleSnapshot,
    status: 'streaming',
    text: part.text,
    parts: [part],
  });
  const { container, rerender } = render(<StreamingText generation={answer()} />);
  const records: MutationRecord[] = [];
  const observer = new MutationObserver((more) => records.push(...more));
  observer.observe(container, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
  part = appendText(part, 'grows.');
  rerender(<StreamingText generation={answer()} />);
  await Promise.resolve();
  observer.disconnect();
  expect(records.map(({ type, target }) => [type, target.textContent])).toEqual([
    ['characterData', 'The block that grows.'],
  ]);
});
