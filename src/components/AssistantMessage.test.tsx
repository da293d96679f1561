import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { type UserEvent, userEvent } from '@testing-library/user-event';
import { Profiler, type ReactElement } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { describeComponent } from '../../test/describeComponent.js';
import {
  createGeneration,
  type Generation,
  GenerationError,
  type Snapshot,
  type StopAnswer,
  type StopRecord,
  type ToolCallPart,
} from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { AssistantMessage, type AssistantMessageProps } from './AssistantMessage.js';
import { assistantMessageLabels } from './assistantMessageLabels.js';

const TEXT = 'A first sentence.';

const all = {
  onRegenerate: vi.fn(),
  onContinue: vi.fn(),
  onShowRest: vi.fn(),
} satisfies Partial<AssistantMessageProps>;

const message = (snapshot: Partial<Snapshot>): ReactElement => (
  <AssistantMessage generation={literalGeneration(snapshot)} {...all} />
);

const stopped = (record: Partial<StopRecord> = {}, rest: Partial<Snapshot> = {}) =>
  ({
    status: 'stopped',
    text: TEXT,
    canContinue: true,
    stopRecord: literalStop(record),
    ...rest,
  }) satisfies Partial<Snapshot>;

const tool = (rest: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool-call',
  id: rest.name ?? 'search',
  name: 'search',
  arguments: '{}',
  state: 'done',
  started: true,
  ...rest,
});

const THOUGHT = { type: 'reasoning', text: 'Hm.', open: false } as const;

const receipt = { upstreamClosedMs: 1, savedMs: 2, chunksAfterStop: 0, tokensAfterStop: 0 };
const failed = (code: 'provider' | 'interrupted'): Partial<Snapshot> => ({
  status: 'error',
  text: TEXT,
  canContinue: code === 'interrupted',
  error: new GenerationError(code, 'The model did not respond.'),
});

/** The rows of the state table: what is seen below the text, and what is offered, in order. */
const ROWS: [string, Partial<Snapshot>, string, string[]][] = [
  ['streaming', { status: 'streaming', text: TEXT }, '', []],
  ['stopping', { ...stopped({ confirmation: 'pending' }), status: 'stopping' }, 'Stopping…', []],
  [
    'stopped by you',
    stopped({ receipt }),
    'You stopped this answer',
    ['Receipt: 84 ms · 0 tokens after', 'Continue', 'Regenerate', 'Copy'],
  ],
  [
    'stopped by you, where it cannot be continued',
    stopped({ receipt }, { canContinue: false }),
    'You stopped this answer',
    ['Receipt: 84 ms · 0 tokens after', 'Regenerate', 'Copy'],
  ],
  [
    'stopped by you, with nobody to ask',
    stopped({ confirmation: 'not-asked', answeredMs: null }),
    'You stopped this answer',
    ['Receipt', 'Continue', 'Regenerate', 'Copy'],
  ],
  [
    'stopped, no text',
    stopped({}, { text: '', parts: [], canContinue: false }),
    'Stopped before the first word',
    ['Regenerate'],
  ],
  [
    'stopped while it was thinking',
    stopped({ receipt }, { text: '', parts: [THOUGHT], canContinue: false }),
    'Stopped before the first word',
    ['Receipt: 84 ms · 0 tokens after', 'Regenerate'],
  ],
  ...(
    [
      [{ by: 'remote', reason: 'other-tab' }, 'Stopped in another tab'],
      [{ by: 'remote', reason: 'operator' }, 'Stopped by an operator'],
      [{ by: 'remote', reason: 'server' }, 'Stopped by the server'],
      [{ by: 'auto', reason: 'total-time', limit: 30_000 }, 'Stopped at the 30 s limit'],
      [{ by: 'auto', reason: 'characters', limit: 100 }, 'Stopped at the length limit'],
      [{ by: 'auto', reason: 'first-token', limit: 30_000 }, 'Stopped: no first word in 30 s'],
      [{ by: 'auto', reason: 'idle' }, 'Stopped at the time limit'],
      [{ by: 'auto', reason: 'disconnected' }, 'Stopped'],
    ] as const
  ).map(([record, words]): [string, Partial<Snapshot>, string, string[]] => [
    words,
    stopped(record),
    words,
    ['Continue', 'Regenerate', 'Copy'],
  ]),
  [
    'stopped, and nobody knows by whom',
    stopped({}, { stopRecord: null }),
    'Stopped',
    ['Continue', 'Regenerate', 'Copy'],
  ],
  [
    'accepted',
    stopped({ confirmation: 'accepted' }),
    'Stopped here; the server was told',
    ['Retry stop', 'Regenerate', 'Copy'],
  ],
  [
    'it had finished, the rest not here',
    stopped({ confirmation: 'already-finished' }),
    'It had already finished',
    ['Show the rest', 'Regenerate', 'Copy'],
  ],
  [
    'replaced by a new question',
    stopped({ by: 'replaced', reason: 'replaced' }),
    'Stopped for your next message',
    ['Copy'],
  ],
  [
    'refused',
    stopped({ confirmation: 'refused', message: 'It is not yours.' }),
    'The server refused the stop. It is not yours. The model may still be writing.',
    ['Retry stop', 'Regenerate', 'Copy'],
  ],
  [
    'not confirmed',
    stopped({ confirmation: 'unconfirmed', answeredMs: null }),
    'Stopped here, not confirmed. The server did not answer, so the model may still be writing.',
    ['Retry stop', 'Regenerate', 'Copy'],
  ],
  [
    'not confirmed, and left while it was asked for again',
    stopped({ confirmation: 'pending', answeredMs: null }),
    'Stopped here, not confirmed. The server did not answer, so the model may still be writing.',
    ['Stopping…', 'Regenerate', 'Copy'],
  ],
  [
    'interrupted',
    failed('interrupted'),
    'The connection was lost. The answer is kept up to here.',
    ['Continue', 'Regenerate', 'Copy'],
  ],
  [
    'error',
    failed('provider'),
    'The answer failed. The model did not respond. The text so far is kept.',
    ['Try again', 'Copy'],
  ],
  [
    'error of a Continue, which can be tried again',
    { ...failed('provider'), canContinue: true },
    'The answer failed. The model did not respond. The text so far is kept.',
    ['Continue', 'Try again', 'Copy'],
  ],
  [
    'error before the first word',
    { ...failed('provider'), text: '', parts: [] },
    'The answer failed. The model did not respond.',
    ['Try again'],
  ],
  ['complete', { status: 'complete', text: TEXT }, '', ['Copy', 'Regenerate']],
  [
    'complete at the length limit',
    { status: 'complete', text: TEXT, finishReason: 'length', canContinue: true },
    '',
    ['Copy', 'Regenerate', 'Continue'],
  ],
];

describe('A13: below the text stands how it ended, and exactly what can be done', () => {
  test.each(ROWS)('%s', (_, snapshot, words, actions) => {
    const { container } = render(message(snapshot));
    const below = [...container.querySelectorAll('[data-part="words"]')];
    expect(below.map(({ textContent }) => textContent.trim()).join()).toBe(words);
    expect(screen.queryAllByRole('button').map(({ textContent }) => textContent)).toEqual(actions);
    // Whatever the row: the text is there, and nothing is an alarm.
    expect(container.textContent).toContain(snapshot.text ?? '');
    expect(screen.queryByRole('alert')).toBeNull();
    expect(container.querySelector('[aria-live]')).toBeNull();
  });

  test('an action is called with nothing', () => {
    const [onRegenerate, onContinue] = [vi.fn(), vi.fn()];
    const generation = literalGeneration(stopped());
    render(<AssistantMessage {...{ generation, onRegenerate, onContinue }} />);
    for (const name of ['Regenerate', 'Continue']) screen.getByRole('button', { name }).click();
    expect([...onRegenerate.mock.calls, ...onContinue.mock.calls]).toEqual([[], []]);
  });

  test('an action without a function to call is not offered', () => {
    render(<AssistantMessage generation={literalGeneration(stopped())} />);
    expect(screen.queryByRole('button', { name: 'Regenerate' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Continue' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Copy' })).toBeVisible();
  });
});

test('it is busy only while connecting or streaming', () => {
  for (const [status, busy] of [
    ['connecting', true],
    ['streaming', true],
    ['stopping', false],
    ['stopped', false],
    ['complete', false],
    ['error', false],
  ] as const) {
    const { unmount } = render(message({ status, text: TEXT }));
    const article = screen.getByRole('article', { name: 'Assistant' });
    expect(article.getAttribute('aria-busy')).toBe(busy ? 'true' : null);
    unmount();
  }
});

test('a plain snapshot from history is shown like a generation', () => {
  const snapshot = literalGeneration(stopped()).getSnapshot();
  render(<AssistantMessage generation={snapshot} />);
  expect(screen.getByText('You stopped this answer')).toBeVisible();
});

test('a renderer that arrives after the message draws its text', () => {
  const snapshot = literalGeneration(stopped()).getSnapshot();
  const { container, rerender } = render(<AssistantMessage generation={snapshot} />);
  const renderText = (markdown: string): ReactElement => <section>{markdown}</section>;
  rerender(<AssistantMessage generation={snapshot} renderText={renderText} />);
  expect(container.querySelector('section')?.textContent).toBe(TEXT);
});

const CONNECTED = { status: 'connecting', parts: [] } satisfies Partial<Snapshot>;

test('while it connects it says what it waits for, and for how long already', () => {
  render(message(CONNECTED));
  expect(screen.getByText('Waiting for the first word')).toBeInTheDocument();
  expect(screen.getByText('Still waiting for the first word')).toBeInTheDocument();
});

test('the old text stays while a new answer is awaited', () => {
  render(message({ ...CONNECTED, text: TEXT, parts: [{ type: 'text', text: TEXT }] }));
  expect(screen.getByText(TEXT)).toBeVisible();
});

describe('C9: nothing inside a stopped answer goes on', () => {
  const parts: Snapshot['parts'] = [
    { type: 'reasoning', text: 'Hm.', open: false, startedAt: 1_000, endedAt: 5_000 },
    tool({ startedAt: 0, endedAt: 800 }),
    tool({ name: 'run', state: 'cancelled' }),
    tool({ name: 'read', state: 'cancelled', started: false }),
    tool({ name: 'write', state: 'cancelled', started: false, arguments: '{"to":' }),
  ];

  test('of a thought whose end nobody knows no time is told', () => {
    const thought = { type: 'reasoning', text: 'Hm.', open: false, startedAt: 1_000 } as const;
    render(message(stopped({}, { text: '', parts: [{ ...thought, endedAt: 0 }] })));
    expect(document.querySelector('summary')?.textContent).toMatch(/^Th[^0-9]+$/);
  });

  test('the thought is closed and says when it was stopped; its clock is frozen', () => {
    vi.useFakeTimers();
    render(message(stopped({}, { text: '', parts })));
    expect(screen.getByText('Thinking stopped after 4 s').closest('details')).not.toHaveAttribute(
      'open',
    );
    act(() => void vi.advanceTimersByTime(10_000));
    expect(screen.getByText('Thinking stopped after 4 s')).toBeVisible();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('every call says what became of it', () => {
    render(message(stopped({}, { text: '', parts })));
    const rows = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(rows).toEqual([
      'search {}Done: 0.8 s',
      'run {}CancelledMay have had effects before it was cancelled.',
      'read {}Cancelled',
      'write {"to":Not started',
    ]);
  });

  test('a call whose id is a number stands beside the thought of that number', () => {
    const consoleError = vi.spyOn(console, 'error');
    const thought = { type: 'reasoning', text: 'Hm.', open: false } as const;
    render(message(stopped({}, { parts: [thought, tool({ id: '2' }), thought] })));
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
    expect(consoleError).not.toHaveBeenCalled();
    consoleError.mockRestore();
  });

  test('a call that follows another on its card leaves it the same element', () => {
    const first = tool({ name: 'search' });
    const { rerender } = render(message({ status: 'streaming', parts: [first] }));
    const row = screen.getByRole('listitem');
    rerender(message({ status: 'streaming', parts: [first, tool({ name: 'run' })] }));
    expect(screen.getAllByRole('listitem')[0]).toBe(row);
  });

  test('while it runs, the thought is open and both clocks count', () => {
    vi.useFakeTimers({ now: 10_000 });
    render(
      message({
        status: 'streaming',
        parts: [
          { type: 'reasoning', text: 'Hm.', open: true, startedAt: 6_000 },
          tool({ state: 'running', startedAt: 7_000 }),
        ],
      }),
    );
    expect(screen.getByText('Thinking 4 s').closest('details')).toHaveAttribute('open');
    act(() => void vi.advanceTimersByTime(2_000));
    expect(screen.getByText('Thinking 6 s')).toBeVisible();
    expect(screen.getByText('Running 5 s')).toBeVisible();
    vi.useRealTimers();
  });
});

test('why a stop was refused is said in the words that the app has for an error', () => {
  const error = new GenerationError('unauthorized', 'Please sign in again.', { status: 401 });
  // As it was stored: an error without its class.
  for (const one of [error, JSON.parse(JSON.stringify(error)) as GenerationError]) {
    const { stopRecord } = stopped({ confirmation: 'refused', message: error.message, error: one });
    const { container, unmount } = render(
      <AssistantMessage
        generation={literalGeneration({ status: 'stopped', text: TEXT, stopRecord })}
        labels={{ reason: ({ code }) => `Bitte neu anmelden (${code}).` }}
      />,
    );
    expect(container.textContent).toContain('Bitte neu anmelden (unauthorized).');
    expect(container.textContent).not.toContain('sign in');
    unmount();
  }
});

test('why a stop was refused is still said when what was kept has lost all but the sentence', () => {
  // A structured clone, as IndexedDB makes one, keeps nothing of an error but its message.
  const error = structuredClone(new GenerationError('http', 'It is not yours.'));
  for (const kept of [error, JSON.parse(JSON.stringify(error)) as GenerationError]) {
    const one = stopped({ confirmation: 'refused', message: 'It is not yours.', error: kept });
    const { container, unmount } = render(message(one));
    expect(container.textContent).toContain('It is not yours.');
    unmount();
  }
});

test('C14: reasoning that a stop cut off is closed, labelled, and no part of the answer', async () => {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  render(<AssistantMessage generation={generation} {...all} />);
  void generation.start('hello');
  act(() => source.say({ type: 'reasoning', delta: 'I think that' }));
  await screen.findByText(/Thinking/);
  await act(() => generation.stop());
  expect(screen.getByText(/Thinking stopped/).closest('details')).not.toHaveAttribute('open');
  expect(generation.getSnapshot().text).toBe('');
  expect(screen.queryByRole('button', { name: 'Copy' })).toBeNull();
});

test('C10: nothing asked, no message; stopped before a word, one clear line and nothing to copy', () => {
  const { container, rerender } = render(message({}));
  expect(container).toBeEmptyDOMElement();
  rerender(message(stopped({}, { text: '', parts: [] })));
  expect(container.textContent).toBe('Stopped before the first wordRegenerate');
});

/** A run that streams, and says what it is told to. */
async function streaming(requestStop?: () => Promise<StopAnswer>) {
  const source = scriptedSource();
  const generation = createGeneration({
    source,
    ...(requestStop === undefined ? {} : { requestStop }),
  });
  const view = render(
    <AssistantMessage
      generation={generation}
      {...all}
      onRegenerate={() => void generation.regenerate()}
    />,
  );
  void generation.start('hello');
  act(() => source.text(TEXT));
  await screen.findByText(TEXT);
  return { source, generation, ...view };
}

describe('C1: a stop keeps the text, byte for byte', () => {
  test.each<[string, (() => Promise<StopAnswer>) | undefined]>([
    ['nobody asked', undefined],
    ['confirmed', () => Promise.resolve({ outcome: 'stopped' })],
    ['refused', () => Promise.resolve({ outcome: 'refused' })],
    ['unconfirmed', () => Promise.reject(new Error('offline'))],
  ])('%s', async (_, requestStop) => {
    const { generation, container } = await streaming(requestStop);
    const block = container.querySelector('[data-part="block"]');
    await act(() => generation.stop());
    expect(container.querySelector('[data-part="text"]')?.textContent).toBe(TEXT);
    expect(container.querySelector('[data-part="block"]')).toBe(block);
    expect(container.querySelector('[data-caret]')).toBeNull();
  });
});

test('C8: the mark of a stop is there at once, and after a reload from what was stored', async () => {
  const { generation, unmount } = await streaming();
  act(() => void generation.stop());
  expect(screen.getByText('You stopped this answer')).toBeVisible();
  const stored = generation.getSnapshot();
  unmount();
  render(<AssistantMessage generation={stored} />);
  expect(screen.getByText('You stopped this answer')).toBeVisible();
});

test('B6: a stop is no error: nothing red, no alert, nothing in the console', async () => {
  const consoleError = vi.spyOn(console, 'error');
  const { generation, container } = await streaming(() => Promise.reject(new Error('offline')));
  await act(() => generation.stop());
  expect(container.querySelector('[data-tone="danger"]')).toBeNull();
  expect(screen.queryByRole('alert')).toBeNull();
  expect(consoleError).not.toHaveBeenCalled();
  consoleError.mockRestore();
});

test('C13: the mark stands outside any code block, whatever the text leaves open', () => {
  render(
    <AssistantMessage
      generation={literalGeneration(stopped({}, { text: '```js\nconst a' }))}
      renderText={(markdown) => (
        <pre>
          <code>{markdown}</code>
        </pre>
      )}
    />,
  );
  expect(screen.getByText('You stopped this answer').closest('pre, table, blockquote')).toBeNull();
  expect(screen.getByText(/const a/).textContent).toBe('```js\nconst a\n```');
});

describe('Retry stop', () => {
  test('asks again, and the button stays the same one, focused, until the server has answered', async () => {
    const answers: ((answer: StopAnswer) => void)[] = [];
    let calls = 0;
    const { generation } = await streaming(() => {
      calls += 1;
      return calls === 1
        ? Promise.reject(new Error('offline'))
        : new Promise((resolve) => answers.push(resolve));
    });
    await act(() => generation.stop());
    const button = screen.getByRole('button', { name: 'Retry stop' });
    await userEvent.click(button);
    expect(screen.getByRole('button', { name: 'Stopping…' })).toBe(button);
    expect(button).toHaveFocus();
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByText('Stopped here, not confirmed.')).toBeVisible();
    await userEvent.click(button);
    expect(calls).toBe(2);
    await waitFor(() => expect(answers).toHaveLength(1));
    act(() => answers[0]?.({ outcome: 'stopped' }));
    await screen.findByText('You stopped this answer');
    // The button is gone; the focus is in the message, not lost to the page.
    expect(screen.getByRole('article')).toHaveFocus();
  });

  test('keeps the focus in the message though its window was left meanwhile', async () => {
    const answers: ((answer: StopAnswer) => void)[] = [];
    const { generation } = await streaming(() => new Promise((resolve) => answers.push(resolve)));
    act(() => void generation.stop());
    await waitFor(() => expect(answers).toHaveLength(1));
    act(() => answers[0]?.({ outcome: 'refused' }));
    const button = await screen.findByRole('button', { name: 'Retry stop' });
    await userEvent.click(button);
    await waitFor(() => expect(answers).toHaveLength(2));
    // What the window says when it is left: the button is the focused one still.
    fireEvent.blur(button);
    expect(button).toHaveFocus();
    act(() => answers[1]?.({ outcome: 'stopped' }));
    await screen.findByText('You stopped this answer');
    expect(screen.getByRole('article')).toHaveFocus();
  });
});

test('J5: Regenerate takes its button away, and the focus stays in the message', async () => {
  const { generation } = await streaming();
  act(() => void generation.stop());
  await userEvent.click(screen.getByRole('button', { name: 'Regenerate' }));
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByRole('article')).toHaveFocus();
  act(() => generation.reset());
});

describe('Copy', () => {
  afterEach(() => vi.restoreAllMocks());

  test('copies the text as it is stored, and says "Copied"', async () => {
    const user = userEvent.setup();
    render(message({ status: 'stopped', text: '**bo' }));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    await screen.findByRole('button', { name: 'Copied' });
    expect(await navigator.clipboard.readText()).toBe('**bo');
  });

  test('keeps what stands before and behind a tool call apart', async () => {
    const user = userEvent.setup();
    const parts = [
      { type: 'text', text: 'Let me look.' } as const,
      tool(),
      { type: 'text', text: 'It is grey.' } as const,
    ];
    render(message({ status: 'complete', text: 'Let me look.It is grey.', parts }));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    await screen.findByRole('button', { name: 'Copied' });
    expect(await navigator.clipboard.readText()).toBe('Let me look.\n\nIt is grey.');
  });

  test('is heard: "Copied"', async () => {
    const user = userEvent.setup();
    render(message({ status: 'complete', text: TEXT }));
    const region = document.querySelector('[role="status"]');
    expect(region).toHaveTextContent(/^$/);
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    await waitFor(() => expect(region).toHaveTextContent('Copied'));
  });

  test.each([
    ['the focus goes on', (user: UserEvent) => user.tab()],
    [
      'the pointer comes back',
      async (user: UserEvent, button: HTMLElement) => {
        await user.unhover(button);
        expect(button).toHaveTextContent('Copied');
        await user.hover(button);
      },
    ],
    [
      'it is pressed, and nothing may be copied any more',
      async (user: UserEvent) => {
        vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'));
        await user.keyboard('{Enter}');
      },
    ],
  ])('offers Copy again without the stylesheet, once %s', async (_, next) => {
    const user = userEvent.setup();
    render(message({ status: 'complete', text: TEXT }));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    const button = await screen.findByRole('button', { name: 'Copied' });
    await next(user, button);
    expect(button).toHaveTextContent(/^Copy$/);
  });

  test('says nothing was copied where it is not allowed', async () => {
    const user = userEvent.setup();
    render(message({ status: 'complete', text: TEXT }));
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'));
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(screen.getByRole('button', { name: 'Copy' })).toBeVisible();
  });
});

test('the receipt opens from the end mark', async () => {
  render(message(stopped({ receipt })));
  const proof = screen.getByRole('button', { name: /^Receipt: ?84 ms · 0 tokens after$/ });
  expect(proof).toHaveAttribute('aria-expanded', 'false');
  await userEvent.click(proof);
  expect(proof).toHaveAttribute('aria-expanded', 'true');
  const region = screen.getByRole('group', { name: 'Stop receipt' });
  expect(within(region).getAllByRole('listitem')).toHaveLength(5);
});

test('a frame of text is one commit, and renders neither settled parts nor earlier messages', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  const earlier = literalGeneration(stopped()).getSnapshot();
  const commits = { live: 0, earlier: 0 };
  render(
    <>
      <Profiler id="earlier" onRender={() => (commits.earlier += 1)}>
        <AssistantMessage generation={earlier} {...all} />
      </Profiler>
      <Profiler id="live" onRender={() => (commits.live += 1)}>
        <AssistantMessage generation={generation} {...all} />
      </Profiler>
    </>,
  );
  void generation.start('hello');
  act(() => source.text('One.\n\nTwo.\n\nThree'));
  await screen.findByText('Three');
  const before = { ...commits };
  act(() => source.text(', and four.\n\nFive'));
  await screen.findByText('Five');
  expect(commits).toEqual({ live: before.live + 1, earlier: before.earlier });
  act(() => generation.reset());
});

const noWord = stopped({}, { text: '', parts: [] });
const reasoned = (rest: Partial<Snapshot>, open = false): Partial<Snapshot> => ({
  text: '',
  parts: [{ type: 'reasoning', text: 'Hm.', open, startedAt: 0, endedAt: 1_000 }],
  ...rest,
});
const called = (rest: Partial<ToolCallPart>) =>
  message({ status: 'streaming', parts: [tool(rest)] });
const marked = (record: Partial<StopRecord>) => message(stopped(record));

/** The words of the receipt are shown by `StopReceipt`, whose own suite covers them. */
const { labels, shows } = (() => {
  const shown: Record<string, ReactElement> = {
    stopped: marked({ by: 'auto', reason: 'an own reason' }),
    stoppedByYou: marked({}),
    stoppedBeforeFirstWord: message(noWord),
    stoppedInAnotherTab: marked({ by: 'remote', reason: 'other-tab' }),
    stoppedByOperator: marked({ by: 'remote', reason: 'operator' }),
    stoppedByServer: marked({ by: 'remote', reason: 'server' }),
    stoppedForNext: marked({ by: 'replaced', reason: 'replaced' }),
    stoppedAtTime: marked({ by: 'auto', reason: 'total-time', limit: 1_000 }),
    stoppedAtTimeLimit: marked({ by: 'auto', reason: 'total-time' }),
    stoppedAtLength: marked({ by: 'auto', reason: 'tokens' }),
    stoppedNoFirstWord: marked({ by: 'auto', reason: 'first-token', limit: 1_000 }),
    stoppedSilence: marked({ by: 'auto', reason: 'idle', limit: 1_000 }),
    stoppedWhenYouLeft: marked({ by: 'auto', reason: 'unmount' }),
    stopping: message({ status: 'stopping', text: TEXT }),
    time: marked({ receipt }),
    tokensAfter: marked({ receipt }),
    retryStop: marked({ confirmation: 'accepted' }),
    showRest: marked({ confirmation: 'already-finished' }),
    assistant: marked({}),
    waiting: message(CONNECTED),
    stillWaiting: message(CONNECTED),
    toldServer: marked({ confirmation: 'accepted' }),
    hadFinished: marked({ confirmation: 'already-finished' }),
    notConfirmed: marked({ confirmation: 'unconfirmed' }),
    noAnswer: marked({ confirmation: 'unconfirmed' }),
    refused: marked({ confirmation: 'refused' }),
    mayStillWrite: marked({ confirmation: 'refused' }),
    lost: message(failed('interrupted')),
    keptToHere: message(failed('interrupted')),
    failed: message(failed('provider')),
    reason: message(failed('provider')),
    kept: message(failed('provider')),
    thinking: message(reasoned({ status: 'streaming' }, true)),
    thought: message(reasoned({ status: 'streaming' })),
    thinkingStopped: message(reasoned({ status: 'stopped' })),
    tools: called({}),
    toolWaiting: called({ state: 'ready' }),
    toolRunning: called({ state: 'running' }),
    toolDone: called({}),
    toolTook: called({ startedAt: 0, endedAt: 800 }),
    toolFailed: called({ state: 'failed' }),
    toolCancelled: called({ state: 'cancelled' }),
    toolNotStarted: called({ state: 'cancelled', started: false, arguments: '' }),
    toolEffects: called({ state: 'cancelled' }),
    actions: marked({}),
    continueAnswer: marked({}),
    regenerate: marked({}),
    tryAgain: message(failed('provider')),
    copy: marked({}),
    receipt: marked({}),
  };
  const own = Object.entries(assistantMessageLabels).filter(([key]) => key in shown);
  return { labels: Object.fromEntries(own), shows: shown };
})();

describeComponent('AssistantMessage', {
  element: message(stopped()),
  tag: 'article',
  name: 'assistant-message',
  labels,
  shows,
});
