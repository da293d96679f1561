import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { cloneElement, type ReactElement, useState } from 'react';
import { expect, test, vi } from 'vitest';
import { literalStop } from '../../stories/literalGeneration.js';
import { describeComponent, seenLabels } from '../../test/describeComponent.js';
import type { ConversationInfo } from '../core/index.js';
import { ActiveConversations } from './ActiveConversations.js';
import { activeConversationsLabels } from './activeConversationsLabels.js';

function info(id: string, rest: Partial<ConversationInfo> = {}): ConversationInfo {
  return { id, title: id, status: 'active', stopping: false, stopRecord: null, ...rest };
}

const stopping = { stopping: true, stopRecord: literalStop({ confirmation: 'pending' }) };
const unconfirmed = { stopRecord: literalStop({ confirmation: 'unconfirmed' }) };
const four = ['one', 'two', 'three', 'four'].map((id) => info(id));

function list(conversations: readonly ConversationInfo[] = four, props: object = {}): ReactElement {
  return (
    <ActiveConversations
      conversations={conversations}
      onStop={() => undefined}
      onStopMany={() => undefined}
      {...props}
    />
  );
}

/** The list after something was pressed in it. */
function After({ press, child, labels }: { press: string; child: ReactElement; labels?: object }) {
  return (
    <div
      ref={(element) => {
        act(() => element?.querySelector<HTMLElement>(press)?.click());
      }}
    >
      {labels === undefined ? child : cloneElement(child, { labels } as object)}
    </div>
  );
}

/** Two rows that ended while the focus is in the list. */
function Ended({ labels }: { labels?: object }) {
  const [isOver, end] = useState(false);
  const ended = [info('one', { stopRecord: literalStop() }), info('two', { status: 'idle' })];
  return (
    <div ref={(element) => element?.querySelector('input')?.focus()} onFocus={() => end(true)}>
      {list(isOver ? ended : four, { labels })}
    </div>
  );
}

const all = list([
  info('one', { activity: 'Running `run_tests`' }),
  info('two', stopping),
  info('three', unconfirmed),
  info('four', { status: 'queued', queuedBehind: 1 }),
  info('five', { status: 'queued' }),
]);
const plain = list([{ id: '1', status: 'active', stopping: false, stopRecord: null }]);
const empty = list([]);
const loading = list([], { state: 'loading' });
const failed = list([], { state: 'error', onReload: () => undefined });
const lost = list(four, { state: 'disconnected' });
const asking = <After press="[data-part='head'] button" child={list()} />;
const picked = <After press="input" child={list()} />;

describeComponent('ActiveConversations', {
  element: list(),
  tag: 'section',
  name: 'active-conversations',
  labels: seenLabels(activeConversationsLabels),
  shows: {
    heading: all,
    stopAll: all,
    stopAllQuestion: asking,
    stopAllKeeps: asking,
    stopAllNow: asking,
    keepGoing: asking,
    selected: picked,
    clear: picked,
    stopSelected: picked,
    select: all,
    untitled: plain,
    writing: plain,
    queued: all,
    queuedBehind: all,
    stop: all,
    stopName: all,
    stopping: all,
    stoppingName: all,
    notConfirmed: all,
    retry: all,
    retryName: all,
    stopped: all,
    stoppedName: <Ended />,
    finished: all,
    finishedName: <Ended />,
    empty,
    emptyHint: empty,
    loading,
    error: failed,
    errorHint: failed,
    tryAgain: failed,
    disconnected: lost,
    disconnectedHint: lost,
  },
});

const titles = () =>
  screen
    .queryAllByRole('listitem')
    .map((row) => row.querySelector('[data-part="title"]')?.textContent);

test('every row says what it does in a shape and in words', () => {
  render(all);
  const states = screen.getAllByRole('listitem').map((row) => row.querySelector('p')?.textContent);
  expect(states).toEqual([
    'Running run_tests',
    'Stopping…',
    'Stop not confirmed',
    'Queued behind 1',
    'Queued',
  ]);
  expect(screen.getByText('run_tests').localName).toBe('code');
});

test('every Stop is named after its row, and stops that one', async () => {
  const onStop = vi.fn();
  render(list([info('one'), info('two', unconfirmed), info('three', stopping)], { onStop }));
  await userEvent.click(screen.getByRole('button', { name: 'Stop one' }));
  await userEvent.click(screen.getByRole('button', { name: 'Retry stop two' }));
  await userEvent.click(screen.getByRole('button', { name: 'Stopping three' }));
  expect(onStop.mock.calls).toEqual([['one'], ['two']]);
  expect(screen.getByRole('button', { name: 'Stopping three' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
});

test('a stop that turned into a retry under a double click is not retried', async () => {
  const onStop = vi.fn();
  const { rerender } = render(list([info('one')], { onStop }));
  rerender(list([info('one', unconfirmed)], { onStop }));
  await userEvent.click(screen.getByRole('button', { name: 'Retry stop one' }));
  expect(onStop).not.toHaveBeenCalled();
});

test('rows neither leave nor move under a pointer, and new ones come last', async () => {
  const { rerender } = render(list());
  await userEvent.hover(screen.getByText('Running now'));
  rerender(
    list([info('new'), info('four'), info('one', { status: 'idle', stopRecord: literalStop() })]),
  );
  expect(titles()).toEqual(['one', 'two', 'three', 'four', 'new']);
  expect(
    within(screen.getAllByRole('listitem')[0] as HTMLElement).getByRole('button'),
  ).toHaveAccessibleName('Stopped one');
  expect(
    within(screen.getAllByRole('listitem')[1] as HTMLElement).getByRole('button'),
  ).toHaveAccessibleName('Finished two');
  expect(screen.getByText('Running now')).toHaveTextContent('Running now2');
  await userEvent.unhover(screen.getByText('Running now'));
  expect(titles()).toEqual(['new', 'four']);
});

test('rows neither leave nor move under the focus', () => {
  const { rerender } = render(
    <>
      {list()}
      <input aria-label="next" />
    </>,
  );
  act(() => screen.getByRole('button', { name: 'Stop two' }).focus());
  rerender(
    <>
      {list([info('four')])}
      <input aria-label="next" />
    </>,
  );
  expect(titles()).toEqual(['one', 'two', 'three', 'four']);
  expect(screen.getAllByRole('button', { name: /^Finished/ })[1]).toHaveFocus();
  act(() => screen.getByLabelText('next').focus());
  expect(titles()).toEqual(['four']);
});

test('Shift picks a range, and Escape clears it', async () => {
  const onStopMany = vi.fn();
  render(list(four, { onStopMany }));
  await userEvent.click(screen.getByLabelText('Select two'));
  fireEvent.click(screen.getByLabelText('Select four'), { shiftKey: true });
  expect(screen.getByText('3 selected')).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByText('3 selected')).toBeNull();
  fireEvent.click(screen.getByLabelText('Select one'));
  fireEvent.click(screen.getByRole('button', { name: 'Stop 1' }));
  expect(onStopMany.mock.calls).toEqual([[['one']]]);
});

test('a conversation that was picked and has ended is not picked when it runs again', () => {
  const { rerender } = render(list());
  fireEvent.click(screen.getByLabelText('Select two'));
  expect(screen.getByText('1 selected')).toBeInTheDocument();
  rerender(list(four.filter(({ id }) => id !== 'two')));
  rerender(list());
  expect(screen.getByLabelText('Select two')).not.toBeChecked();
  expect(screen.queryByText('1 selected')).toBeNull();
});

test('the box of a row that has ended, but stays under the pointer, picks nothing', async () => {
  const { rerender } = render(list());
  await userEvent.hover(screen.getByText('Running now'));
  rerender(list(four.filter(({ id }) => id !== 'two')));
  const check = screen.getByLabelText('Select two');
  expect(check).toHaveAttribute('aria-disabled', 'true');
  fireEvent.click(check);
  expect(check).not.toBeChecked();
  rerender(list());
  expect(check).not.toBeChecked();
  expect(check).not.toHaveAttribute('aria-disabled');
});

test.each([
  ['Stop all', [], []],
  ['Clear', [() => screen.getByLabelText('Select two')], ['one', 'three', 'four']],
  ['Keep going', [() => screen.getByRole('button', { name: 'Stop all' })], []],
])(
  'J5: when "%s" goes by itself the heading has the focus, and what has ended leaves the list with it',
  (name, pressed, left: string[]) => {
    const page = (conversations: readonly ConversationInfo[]): ReactElement => (
      <>
        {list(conversations)}
        <input aria-label="next" />
      </>
    );
    const { rerender } = render(page(four));
    for (const find of pressed) fireEvent.click(find());
    act(() => screen.getByRole('button', { name }).focus());
    rerender(page(four.filter(({ id }) => left.includes(id))));
    expect(screen.getByRole('heading')).toHaveFocus();
    expect(titles()).toHaveLength(4);
    act(() => screen.getByLabelText('next').focus());
    expect(titles()).toEqual(left);
  },
);

test('J5: when "Try again" goes, because the list is there again, the heading has the focus', () => {
  const state = (now: 'error' | 'ready') => list(four, { state: now, onReload: () => undefined });
  const { rerender } = render(state('error'));
  act(() => screen.getByRole('button', { name: 'Try again' }).focus());
  rerender(state('ready'));
  expect(screen.getByRole('heading')).toHaveFocus();
});

test('when all ends under the question, what begins later is not asked about', () => {
  const { rerender } = render(list(four));
  fireEvent.click(screen.getByRole('button', { name: 'Stop all' }));
  rerender(list([]));
  rerender(list(four));
  expect(screen.queryByRole('button', { name: 'Keep going' })).toBeNull();
});

test('F13: Stop all asks in its place, and stops all of them', async () => {
  const onStopMany = vi.fn();
  render(list(four, { onStopMany }));
  await userEvent.dblClick(screen.getByRole('button', { name: 'Stop all' }));
  expect(onStopMany).not.toHaveBeenCalled();
  expect(screen.getByRole('heading')).toHaveTextContent('Stop all 4 answers?');
  expect(screen.getByRole('button', { name: 'Stop all 4' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: 'Stop all' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('{Enter}');
  expect(onStopMany.mock.calls).toEqual([[['one', 'two', 'three', 'four']]]);
  expect(screen.getByRole('heading')).toHaveFocus();
});

const heardWords = () => document.querySelector('[role="status"]')?.textContent;
/** What was said before is over. */
const nextTask = () => act(() => new Promise((resolve) => setTimeout(resolve)));

test.each([
  ['stopped', { stopRecord: literalStop() }, '1 answer has ended'],
  ['not confirmed', unconfirmed, 'Stop not confirmed'],
])('a row whose stop is %s is heard', async (_, outcome, words) => {
  await nextTask();
  const { rerender } = render(list());
  fireEvent.click(screen.getByRole('button', { name: 'Stop two' }));
  rerender(list([info('one'), info('two', stopping)]));
  expect(heardWords()).not.toBe(words);
  rerender(list([info('one'), info('two', outcome)]));
  expect(heardWords()).toBe(words);
});

test('a row that is asked again is heard when it is answered, not when the list changes', async () => {
  await nextTask();
  const { rerender } = render(list([info('one'), info('two', unconfirmed)]));
  fireEvent.click(screen.getByRole('button', { name: 'Retry stop two' }));
  const before = heardWords();
  rerender(list([info('one', { activity: 'Thinking' }), info('two', unconfirmed)]));
  expect(heardWords()).toBe(before);
  rerender(list([info('one'), info('two', stopping)]));
  rerender(list([info('one')]));
  expect(heardWords()).toContain('1 answer has ended');
});

test('several stopped are heard once, when the last of them is answered', async () => {
  await nextTask();
  const { rerender } = render(list());
  fireEvent.click(screen.getByRole('button', { name: 'Stop all' }));
  expect(heardWords()).toContain('Stop all 4 answers? What is written so far is kept.');
  await nextTask();
  fireEvent.click(screen.getByRole('button', { name: 'Stop all 4' }));
  const after = (third: Partial<ConversationInfo>) =>
    list([
      info('one', { stopRecord: literalStop() }),
      info('two', { stopRecord: literalStop() }),
      info('three', third),
    ]);
  rerender(after(stopping));
  expect(heardWords()).not.toContain('ended');
  rerender(after(unconfirmed));
  expect(heardWords()).toBe('3 of 4 have ended. 1 not confirmed.');
});

test('two groups stopped one after another are heard as one, when the last of them is answered', async () => {
  await nextTask();
  const { rerender } = render(list());
  const stop = (...ids: string[]): void => {
    for (const id of ids) fireEvent.click(screen.getByLabelText(`Select ${id}`));
    fireEvent.click(screen.getByRole('button', { name: `Stop ${ids.length}` }));
  };
  stop('one', 'two');
  rerender(list([info('one', stopping), info('two', stopping), info('three')]));
  stop('three');
  rerender(list([info('one', stopping), info('two', stopping), info('three', stopping)]));
  rerender(list([]));
  expect(heardWords()).toBe('3 answers have ended');
});

test('a list that cannot be loaded says so, keeps its rows, and can be tried again', async () => {
  const onReload = vi.fn();
  render(list(four, { state: 'error', onReload }));
  expect(screen.getByText('The list could not be loaded.')).toBeInTheDocument();
  expect(titles()).toHaveLength(4);
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onReload.mock.calls).toEqual([[]]);
});

test('clocks run while something runs, and are not live', () => {
  render(list([info('one', { startedAt: new Date(Date.now() - 3_723_500) })]));
  expect(screen.getByText('1:02:03').localName).toBe('time');
  expect(screen.getByText('1:02:03').closest('[aria-live]')).toBeNull();
});
