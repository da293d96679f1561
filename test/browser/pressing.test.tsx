import { StrictMode, useEffect } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Composer, createGeneration, StopButton, type StopAnswer, useGeneration } from 'stopkit';
import 'stopkit/styles.css';
import { scriptedSource } from 'stopkit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';

let root: Root;

beforeEach(() => {
  const container = document.createElement('div');
  document.body.append(container);
  root = createRoot(container);
});

afterEach(() => {
  root.unmount();
  document.body.replaceChildren();
});

function setUp(outcome: StopAnswer['outcome'] = 'stopped') {
  const source = scriptedSource();
  let answer: ((said: StopAnswer) => void) | undefined;
  const generation = createGeneration({
    source,
    requestStop: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  return {
    source,
    generation,
    status: () => generation.getSnapshot().status,
    async say(text: string) {
      source.text(text);
      await expect.poll(() => generation.getSnapshot().text).toContain(text);
    },
    async answer() {
      await expect.poll(() => answer).toBeDefined();
      answer?.({ outcome });
    },
  };
}

const box = () => page.getByRole('textbox');
const button = (name: string) => page.getByRole('button', { name, exact: true });
const rectOf = (name: string): DOMRect => button(name).element().getBoundingClientRect();

const touch = (target: EventTarget, type: string, pointerId = 1): boolean =>
  target.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, pointerId }));
const frames = async (count: number): Promise<void> => {
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
};

function showComposer(generation: ReturnType<typeof setUp>['generation']): void {
  root.render(
    <StrictMode>
      <Composer generation={generation} onSend={(text) => void generation.start(text)} />
    </StrictMode>,
  );
}

test('A5: a double click on Send does not stop the answer, and a press after that does', async () => {
  const { generation, status } = setUp();
  showComposer(generation);
  await userEvent.fill(box(), 'Hi');
  await userEvent.dblClick(button('Send'));
  expect(status()).toBe('connecting');
  // The guard is 400 ms of the browser's clock.
  await expect
    .poll(async () => {
      await userEvent.click(page.getByRole('button').last());
      return status();
    })
    .toBe('stopping');
});

test.each(['Stop generating', 'Retry stop'])(
  'A8: a double click on %s does not send the draft, and a key or a press after that does',
  async (name) => {
    const source = scriptedSource();
    const outcomes: StopAnswer['outcome'][] = ['refused', 'stopped'];
    const generation = createGeneration({
      source,
      ...(name === 'Retry stop'
        ? { requestStop: () => Promise.resolve({ outcome: outcomes.shift() ?? 'idle' }) }
        : {}),
    });
    const status = (): string => generation.getSnapshot().status;
    const streams = async (): Promise<void> => {
      source.text('Hello');
      await expect.poll(status).toBe('streaming');
    };
    void generation.start('Hi');
    await streams();
    if (name === 'Retry stop') await generation.stop();
    showComposer(generation);
    await userEvent.fill(box(), 'a draft');
    await userEvent.dblClick(button(name));
    expect([status(), source.requests.length]).toEqual(['stopped', 1]);
    await expect.element(button(name)).not.toBeInTheDocument();
    await expect.element(box()).toHaveValue('a draft');

    (button('Send').element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    expect(source.requests).toHaveLength(2);
    await streams();
    source.end();
    await expect.poll(status).toBe('complete');
    await userEvent.fill(box(), 'another');
    // The guard is 400 ms of the browser's clock.
    await expect
      .poll(async () => {
        await userEvent.click(page.getByRole('button').last());
        return source.requests.length;
      })
      .toBe(3);
  },
);

test('A15: tapping Send and Stop leaves the focus, and with it a keyboard, in the text box', async () => {
  const { generation, say, status } = setUp();
  showComposer(generation);
  await userEvent.fill(box(), 'Hi');
  await userEvent.click(box());
  await userEvent.click(button('Send'));
  await expect.element(box()).toHaveFocus();
  await say('Hello');
  await expect
    .poll(async () => {
      if (status() === 'streaming') await userEvent.click(button('Stop generating'));
      return status();
    })
    .toBe('stopping');
  await expect.element(box()).toHaveFocus();
  const { width, height } = rectOf('Stopping');
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
});

test('a pressed stop is sent before the page is drawn again', async () => {
  const drawn: (string | undefined)[] = [];
  const request: typeof fetch = (url) => {
    if (url === '/chat') return Promise.resolve(new Response(new ReadableStream()));
    drawn.push((button('Stop generating').query() as HTMLElement | null)?.dataset['status']);
    return Promise.resolve(Response.json({ outcome: 'stopped' }));
  };
  function Chat() {
    const answer = useGeneration({ api: '/chat', requestStop: '/stop', fetch: request });
    const { start } = answer;
    useEffect(() => void start('Hi'), [start]);
    return <StopButton generation={answer} keepMounted />;
  }
  root.render(<Chat />);
  // The guard against a double click on Send is 400 ms of the browser's clock.
  await expect
    .poll(async () => {
      await userEvent.click(page.getByRole('button'));
      return drawn;
    })
    .toEqual(['connecting']);
});

test('nothing moves: Send, Stop, "Stopping…" and Retry stop have the same place and size', async () => {
  const { generation, say, answer } = setUp('refused');
  showComposer(generation);
  await expect.element(button('Send')).toBeVisible();
  const send = rectOf('Send');
  void generation.start('Hi');
  await say('Hello');
  await expect.element(button('Stop generating')).toBeVisible();
  const stop = rectOf('Stop generating');
  void generation.stop();
  await expect.element(button('Stopping')).toBeVisible();
  const stopping = rectOf('Stopping');
  await answer();
  await expect.element(button('Retry stop')).toBeVisible();
  for (const rect of [stop, stopping, rectOf('Retry stop')]) expect(rect).toEqual(send);
});

test('a labelled Stop is as wide in every status', async () => {
  const { generation, say, answer } = setUp('refused');
  root.render(<StopButton generation={generation} keepMounted />);
  const widths = new Set<number>();
  const measure = async (name: string): Promise<void> => {
    await expect.element(button(name)).toBeVisible();
    widths.add(rectOf(name).width);
  };
  await measure('Stop generating');
  void generation.start('Hi');
  await say('Hello');
  await measure('Stop generating');
  void generation.stop();
  await measure('Stopping');
  await answer();
  await measure('Retry stop');
  expect(widths.size).toBe(1);
});

test('J9: Stop is reached with Tab, shows its focus, and Enter and Space work without scrolling', async () => {
  for (const key of ['{Enter}', ' ']) {
    const { generation, say, status } = setUp();
    root.render(
      <div style={{ blockSize: 3000 }}>
        <StopButton key={key} generation={generation} />
      </div>,
    );
    void generation.start('Hi');
    await say('Hello');
    await expect.element(button('Stop generating')).toBeVisible();
    await userEvent.tab();
    await expect.element(button('Stop generating')).toHaveFocus();
    expect(getComputedStyle(button('Stop generating').element()).outlineStyle).toBe('solid');
    await userEvent.keyboard(key);
    expect(status()).toBe('stopping');
    expect(window.scrollY).toBe(0);
    await expect.element(button('Stopping')).toHaveFocus();
    generation.reset();
    (document.activeElement as HTMLElement).blur();
  }
});

test('J5: after Stop by key the focus is in the text box, never lost', async () => {
  const { generation, say, answer } = setUp();
  showComposer(generation);
  void generation.start('Hi');
  await say('Hello');
  (button('Stop generating').element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Stopping')).toHaveFocus();
  await answer();
  await expect.element(button('Send')).toBeVisible();
  await expect.element(box()).toHaveFocus();
});

/** An answer with its first word, and the Stop beside it. */
async function showStop() {
  const { generation, say, source, status } = setUp();
  root.render(<StopButton generation={generation} />);
  void generation.start('Hi');
  await say('one ');
  await expect.element(button('Stop generating')).toBeVisible();
  return { generation, source, status, stop: button('Stop generating').element() };
}

test('rule 1: text that arrives during the press is not shown, and a press that slips off lets it catch up', async () => {
  const { generation, source, status, stop } = await showStop();
  touch(stop, 'pointerdown');
  source.text('two ');
  await frames(6);
  expect(generation.getSnapshot().text).toBe('one ');
  touch(stop, 'pointerup');
  await expect.poll(() => generation.getSnapshot().text).toBe('one two ');
  expect(status()).toBe('streaming');
});

test('rule 1: another finger that lifts elsewhere does not let the text go under the finger on Stop', async () => {
  const { generation, source, stop } = await showStop();
  touch(stop, 'pointerdown', 1);
  touch(document.body, 'pointerup', 2);
  source.text('two ');
  await frames(8);
  expect(generation.getSnapshot().text).toBe('one ');
  touch(stop, 'pointerup', 1);
  await expect.poll(() => generation.getSnapshot().text).toBe('one two ');
});

test('rule 1: the end of a press that slipped off does not let the text go under the next press', async () => {
  const { generation, source, stop } = await showStop();
  touch(stop, 'pointerdown', 1);
  touch(document.body, 'pointerup', 1);
  touch(stop, 'pointerdown', 1);
  source.text('two ');
  await frames(8);
  expect(generation.getSnapshot().text).toBe('one ');
  touch(stop, 'pointerup', 1);
  await expect.poll(() => generation.getSnapshot().text).toBe('one two ');
});

test('the text box grows to eight lines, then scrolls', async () => {
  const { generation } = setUp();
  showComposer(generation);
  const field = (): HTMLElement => box().element().parentElement as HTMLElement;
  await userEvent.fill(box(), 'one');
  const one = field().clientHeight;
  await userEvent.fill(box(), 'one\ntwo\nthree');
  expect(field().clientHeight).toBe(one + 48);
  await userEvent.fill(box(), Array.from({ length: 20 }, (_, line) => `${line}`).join('\n'));
  expect(field().clientHeight).toBe(one + 7 * 24);
  expect(field().scrollHeight).toBeGreaterThan(field().clientHeight);
});

test('a placeholder of several lines is seen whole, and takes no place beside a draft', async () => {
  const { generation } = setUp();
  const placeholder =
    'Ask anything about the handbook, the minutes, or the plans for the next year';
  root.render(
    <div style={{ inlineSize: 304 }}>
      <Composer generation={generation} onSend={() => undefined} labels={{ placeholder }} />
    </div>,
  );
  await expect.element(box()).toBeVisible();
  const height = (): number => box().element().clientHeight;
  const whole = height();
  await userEvent.fill(box(), placeholder);
  expect(whole).toBe(height());
  await userEvent.fill(box(), 'one');
  expect(height()).toBeLessThan(whole);
});

test('many messages that wait scroll in themselves, and leave the place to the answer', async () => {
  const { generation, say } = setUp();
  showComposer(generation);
  void generation.start('Hi');
  await say('Hello');
  for (let message = 1; message <= 12; message += 1) {
    await userEvent.fill(box(), `message ${message}`);
    await userEvent.keyboard('{Enter}');
  }
  await expect.element(button('Edit message 12')).toBeInTheDocument();
  const list = document.querySelector('[data-part="queue"] ul');
  expect(list?.clientHeight).toBeLessThan(180);
  expect(list?.scrollHeight).toBeGreaterThan(300);
});

test('a composer under 400 px has targets of 44, and nothing sticks out at 320', async () => {
  const { generation, say } = setUp();
  root.render(
    <div style={{ inlineSize: 304 }}>
      <Composer generation={generation} onSend={() => undefined} draft="And on HTTP/2?" />
    </div>,
  );
  void generation.start('Hi');
  await say('Hello');
  await expect.element(button('Queue')).toBeVisible();
  for (const { width, height } of [rectOf('Queue'), rectOf('Stop generating')]) {
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  }
  const form = document.querySelector('form');
  expect(form?.scrollWidth).toBe(form?.clientWidth);
});
