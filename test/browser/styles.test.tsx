import { cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { ActiveConversations } from '../../src/components/ActiveConversations.js';
import { AssistantMessage } from '../../src/components/AssistantMessage.js';
import { Composer } from '../../src/components/Composer.js';
import { StopButton } from '../../src/components/StopButton.js';
import { cutOff } from '../../src/core/GenerationError.js';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { ReactMarkdownAnswer } from '../../stories/markdown/ReactMarkdownAnswer.js';
import '../../src/styles.css';

afterEach(cleanup);

/** An answer in Markdown. */
function answer(text: string): HTMLElement {
  const generation = literalGeneration({ status: 'complete', text });
  return render(<ReactMarkdownAnswer generation={generation} />).container;
}

/** An answer that an app draws in its own way. */
function drawn(node: ReactNode): HTMLElement {
  const generation = literalGeneration({ status: 'complete', text: 'It' });
  return render(<AssistantMessage generation={generation} renderText={() => node} />).container;
}

function find(within: ParentNode, selector: string): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`There is no ${selector}.`);
  return found;
}

/** Where the words of an element stand. */
function wordsOf(element: Element): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect();
}

/** The space between two elements, one below the other. */
const gap = (above: Element, below: Element): number =>
  below.getBoundingClientRect().top - above.getBoundingClientRect().bottom;

test.each([
  'animation: none !important',
  'animation-duration: 0.01ms !important; animation-delay: -1ms !important',
])(
  'on a page that shortens every animation (%s) the words of waiting come in their time',
  async (rule) => {
    const reset = document.createElement('style');
    reset.textContent = `*, ::before, ::after { ${rule} }`;
    document.head.append(reset);
    onTestFinished(() => reset.remove());
    render(<AssistantMessage generation={literalGeneration({ status: 'connecting' })} />);
    const first = screen.getByText('Waiting for the first word');
    await expect.poll(() => getComputedStyle(first).visibility).toBe('visible');
    expect(screen.getByText('Still waiting for the first word')).not.toBeVisible();
    const times = first.getAnimations().map(({ effect }) => effect?.getComputedTiming().delay);
    expect(times).toEqual([8_000]);
  },
);

test('in a row that is too narrow Stop is as wide as its words', () => {
  const { container } = render(
    <div style={{ display: 'flex', inlineSize: 200 }}>
      <h1>A conversation about stop buttons</h1>
      <StopButton
        generation={literalGeneration({ status: 'streaming' })}
        labels={{ stop: 'Antwort jetzt anhalten' }}
      />
    </div>,
  );
  const button = find(container, '[data-stopkit="stop-button"]');
  const word = find(button, '[data-part="word"]').getBoundingClientRect();
  expect(word.right).toBeLessThan(button.getBoundingClientRect().right);
  expect(button.scrollWidth).toBeLessThanOrEqual(button.offsetWidth);
});

test.each(['sm', 'md', 'lg'] as const)(
  'in the composer Send is as high as a Stop of size %s in its place',
  (size) => {
    const heightOf = (status: 'idle' | 'streaming'): number => {
      const { container, unmount } = render(
        <Composer
          generation={literalGeneration({ status })}
          onSend={() => undefined}
          stopButton={{ size }}
        />,
      );
      const { height } = find(container, 'form').getBoundingClientRect();
      unmount();
      return height;
    };
    expect(heightOf('idle')).toBe(heightOf('streaming'));
  },
);

test.each([
  ['a stop', { status: 'stopped', text: 'It', stopRecord: literalStop() }],
  ['a lost connection', { status: 'error', text: 'It', error: cutOff() }],
] as const)(
  'beside a reset that lies in no layer and sets paragraphs apart, as of antd, the line below %s is one line',
  (_, snapshot) => {
    const reset = document.createElement('style');
    reset.textContent = 'p { margin: 0 0 1em }';
    document.head.append(reset);
    onTestFinished(() => reset.remove());
    const { container } = render(<AssistantMessage generation={literalGeneration(snapshot)} />);
    const middle = (part: string): number => {
      const { top, bottom } = find(container, `[data-part="${part}"]`).getBoundingClientRect();
      return (top + bottom) / 2;
    };
    const icon = snapshot.status === 'stopped' ? 'mark-icon' : 'note-icon';
    expect(middle('words')).toBeCloseTo(middle(icon), 0);
  },
);

test('two paragraphs of a quotation, and the items of a loose list, stand apart', () => {
  const container = answer('> One.\n>\n> Two.\n\n- One.\n\n- Two.\n\n### Three\n\nFour.');
  const [one, two] = container.querySelectorAll('blockquote p');
  const [first, second] = container.querySelectorAll('li p');
  if (!one || !two || !first || !second) throw new Error('It is not drawn.');
  expect(gap(one, two)).toBe(12);
  expect(gap(first, second)).toBe(12);
});

test('a list that begins an answer begins at its first line, and a list in it follows its item', () => {
  const container = answer('- One.\n\n- Two.\n  - Three.');
  const text = find(container, '[data-part="text"]');
  expect(find(container, 'li p').getBoundingClientRect().top).toBe(
    text.getBoundingClientRect().top,
  );
  const [, two] = container.querySelectorAll('li p');
  if (!two) throw new Error('It is not drawn.');
  expect(gap(two, find(container, 'li li'))).toBe(0);
});

test('a wide picture of an answer is no wider than the answer, and keeps its shape', () => {
  const picture = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="1000"/>')}`;
  const container = drawn(
    <>
      <img src={picture} alt="" width={2000} height={1000} />
      <svg viewBox="0 0 2000 1000" width={2000} height={1000} />
    </>,
  );
  const { width } = find(container, '[data-part="text"]').getBoundingClientRect();
  for (const element of [
    find(container, 'img'),
    container.querySelector('svg[viewBox="0 0 2000 1000"]'),
  ]) {
    const box = element?.getBoundingClientRect();
    expect(box?.width).toBe(width);
    expect(box?.height).toBe(width / 2);
  }
});

test('a disclosure that the model wrote looks as the page draws it', () => {
  const container = drawn(
    <details>
      <summary>More</summary>Words
    </details>,
  );
  expect(getComputedStyle(find(container, 'summary')).display).toBe('list-item');
});

test('a list in the menu of the app beside the text box is the app’s', () => {
  render(
    <Composer
      generation={literalGeneration()}
      onSend={() => undefined}
      add={
        <ul aria-label="Add">
          <li>A file</li>
        </ul>
      }
    />,
  );
  expect(getComputedStyle(screen.getByRole('list')).listStyleType).toBe('disc');
  expect(getComputedStyle(screen.getByRole('listitem')).display).toBe('list-item');
});

test('what an app, or another library, calls a part, a tone or Markdown is left alone', () => {
  const { container } = render(
    <section>
      <div data-part="head" data-tone="warning" data-markdown="">
        <code>code</code>
      </div>
      <div data-part="receipt">Paid</div>
      <p data-part="note">Note</p>
    </section>,
  );
  const head = getComputedStyle(find(container, '[data-part="head"]'));
  expect(head.display).toBe('block');
  expect(head.getPropertyValue('--_tone')).toBe('');
  expect(getComputedStyle(find(container, 'code')).paddingInlineStart).toBe('0px');
  expect(getComputedStyle(find(container, '[data-part="receipt"]')).borderStyle).toBe('none');
  expect(getComputedStyle(find(container, '[data-part="note"]')).display).toBe('block');
});

const ARABIC = 'استمع إلى الاستجابة';

test.each([
  [
    'plain text',
    () =>
      render(
        <AssistantMessage generation={literalGeneration({ status: 'complete', text: ARABIC })} />,
      ).container,
    '[data-part="block"]',
  ],
  ['a paragraph', () => answer(ARABIC), 'p'],
  ['a heading', () => answer(`## ${ARABIC}`), 'h2'],
  ['an item of a list', () => answer(`- ${ARABIC}`), 'li'],
  ['a cell', () => answer(`| أ |\n| - |\n| ${ARABIC} |`), 'td'],
] as const)(
  'in a page from left to right, %s in Arabic begins at the right',
  (_, show, selector) => {
    const place = find(show(), selector);
    const box = place.getBoundingClientRect();
    const { paddingRight } = getComputedStyle(place);
    expect(wordsOf(place).right).toBeCloseTo(box.right - parseFloat(paddingRight), 0);
    expect(wordsOf(place).left).toBeGreaterThan(box.left + 20);
  },
);

test('in a page from left to right, a list in Arabic has its marks at the right, and one in English at the left', () => {
  const container = answer(`1. ${ARABIC}\n2. \`code\`\n\n---\n\n1. One`);
  const [arabic, english] = [...container.querySelectorAll('ol')].map((list) =>
    getComputedStyle(list),
  );
  expect([arabic?.paddingRight, arabic?.paddingLeft]).toEqual(['24px', '0px']);
  expect([english?.paddingRight, english?.paddingLeft]).toEqual(['0px', '24px']);
});

test('code in a sentence from right to left reads from left to right', () => {
  const container = answer(`${ARABIC} \`a.b(c)\` هنا`);
  const code = getComputedStyle(find(container, 'code'));
  expect([code.direction, code.unicodeBidi]).toEqual(['ltr', 'isolate']);
});

test.each(['solid', 'outline', 'ghost'] as const)(
  'a %s Stop of a composer goes on looking as it did while a fast server answers',
  (variant) => {
    const { container } = render(
      <Composer
        generation={literalGeneration({ status: 'streaming' })}
        onSend={() => undefined}
        stopButton={{ variant }}
      />,
    );
    const stop = find(container, '[data-stopkit="stop-button"]');
    const look = (): string[] => {
      const { backgroundColor, borderTopColor, borderTopStyle, color } = getComputedStyle(stop);
      return [backgroundColor, borderTopColor, borderTopStyle, color];
    };
    const before = look();
    stop.dataset.status = 'stopping';
    stop.setAttribute('aria-disabled', 'true');
    expect(look()).toEqual(before);
    for (const change of stop.getAnimations()) change.finish();
    expect(look()).not.toEqual(before);
    expect(getComputedStyle(stop).borderTopStyle).toBe('dashed');
  },
);

test('in a browser that does not know the colours of the kit the focus is seen all the same', async () => {
  const generation = literalGeneration({ status: 'streaming' });
  const { container } = render(<StopButton generation={generation} />);
  const stop = find(container, '[data-stopkit="stop-button"]');
  // As where the rule that sets it is left out.
  stop.style.setProperty('--_focus', 'initial');
  await userEvent.tab();
  expect(document.activeElement).toBe(stop);
  const { outlineStyle, outlineWidth } = getComputedStyle(stop);
  expect([outlineStyle, outlineWidth]).toEqual(['solid', '2px']);
});

test.each([320, 440])(
  'in a list %i px wide a long name of a tool or an agent does not run under Stop',
  (width) => {
    const long = 'search_in_all_documents_of_the_company_and_summarise_them';
    const { container } = render(
      <div style={{ inlineSize: width }}>
        <ActiveConversations
          conversations={[
            {
              id: '1',
              title: long,
              agentName: long,
              activity: `Running \`${long}\``,
              status: 'active',
              stopping: false,
              stopRecord: null,
            },
          ]}
          onStop={() => undefined}
          onStopMany={() => undefined}
        />
      </div>,
    );
    const stop = find(container, '[data-stopkit="stop-button"]').getBoundingClientRect();
    expect(wordsOf(find(container, '[data-part="what"] > p')).right).toBeLessThanOrEqual(stop.left);
  },
);
