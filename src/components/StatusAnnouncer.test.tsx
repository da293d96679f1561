import { act, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { describeComponent } from '../../test/describeComponent.js';
import {
  createGeneration,
  GenerationError,
  type Snapshot,
  type StopAnswer,
  type StopRecord,
} from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { announcement, statusAnnouncerLabels } from './announcement.js';
import { AssistantMessage } from './AssistantMessage.js';
import { Composer } from './Composer.js';
import { StatusAnnouncer } from './StatusAnnouncer.js';

describeComponent('StatusAnnouncer', {
  element: <StatusAnnouncer generation={literalGeneration()} />,
  tag: 'span',
  name: 'status-announcer',
  // Its words are heard, not seen: the tests below hear them.
  labels: {},
  shows: {},
});

const region = (role: 'status' | 'alert') => document.querySelector(`[role="${role}"]`);

/** What is said in one task is heard as one; a server answers in another. */
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Everything the live regions say while something happens. */
async function heardDuring(happen: () => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) heard.push(target.textContent ?? '');
  });
  for (const role of ['status', 'alert'] as const) {
    const element = region(role);
    if (element !== null) observer.observe(element, { childList: true, characterData: true });
  }
  await act(happen);
  await Promise.resolve();
  observer.disconnect();
  // Nobody hears that a region is emptied.
  return heard.filter((words) => words !== '');
}

function start(requestStop?: () => Promise<StopAnswer>) {
  const source = scriptedSource();
  const generation = createGeneration({
    source,
    ...(requestStop === undefined ? {} : { requestStop }),
  });
  return {
    source,
    generation,
    async say(text: string) {
      source.text(text);
      await expect.poll(() => generation.getSnapshot().text).toContain(text);
    },
    async until(status: Snapshot['status']) {
      await expect.poll(() => generation.getSnapshot().status).toBe(status);
    },
  };
}

test('J2: the beginning and the end are heard, each once, and two announcers do not say it twice', async () => {
  const { generation, source, say, until } = start();
  render(
    <>
      <StatusAnnouncer generation={generation} />
      <StatusAnnouncer generation={generation} />
    </>,
  );
  expect(document.querySelectorAll('[role="status"]')).toHaveLength(1);
  const heard = await heardDuring(async () => {
    void generation.start('Hi');
    for (const word of ['one ', 'two ', 'three ']) await say(word);
    source.end();
    await until('complete');
  });
  expect(heard).toEqual(['Generating answer', 'Answer complete']);
});

test('J1: tokens are never heard', async () => {
  const { generation, say } = start();
  render(<StatusAnnouncer generation={generation} />);
  void generation.start('Hi');
  await say('one ');
  const heard = await heardDuring(async () => {
    for (const word of ['two ', 'three ', 'four ']) await say(word);
  });
  expect(heard).toEqual([]);
});

test('a library that hides the page behind its dialog finds the regions among what is live', () => {
  render(<StatusAnnouncer generation={literalGeneration()} />);
  expect(region('status')).toHaveAttribute('aria-live', 'polite');
  expect(region('alert')).toHaveAttribute('aria-live', 'assertive');
  expect(region('status')).toHaveAttribute('data-live-announcer', 'true');
  expect(region('alert')).toHaveAttribute('data-live-announcer', 'true');
});

test('two sentences that follow each other are heard one after the other, and not the second one twice', () => {
  render(<StatusAnnouncer generation={literalGeneration()} />);
  // A region that is read as a whole is read as it is by then.
  expect(region('status')).toHaveAttribute('aria-atomic', 'false');
  expect(region('alert')).toHaveAttribute('aria-atomic', 'false');
});

test('what was heard does not stay in the page', async () => {
  vi.useFakeTimers();
  try {
    const { generation } = start();
    render(<StatusAnnouncer generation={generation} />);
    act(() => void generation.start('Hi'));
    expect(region('status')).toHaveTextContent('Generating answer');
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(region('status')).toBeEmptyDOMElement();
  } finally {
    vi.useRealTimers();
  }
});

/** What is heard of a stop that is answered so. */
async function heardOfStop(answer: StopAnswer): Promise<string[]> {
  const { generation, say, until } = start(async () => {
    await nextTask();
    return answer;
  });
  render(<StatusAnnouncer generation={generation} />);
  void generation.start('Hi');
  await say('one ');
  return heardDuring(async () => {
    await generation.stop();
    await until('stopped');
  });
}

test('a refused stop is heard with its reason', async () => {
  const message = 'You may not stop this conversation.';
  const heard = await heardOfStop({ outcome: 'refused', message });
  expect(heard.at(-1)).toContain(
    'The server refused the stop. You may not stop this conversation.',
  );
});

test('a stop is heard when it is asked and when it is answered', async () => {
  expect(await heardOfStop({ outcome: 'stopped' })).toEqual(['Stopping', 'Stopped']);
});

test('a failure interrupts, and says its reason', async () => {
  const { generation, source, say, until } = start();
  render(<StatusAnnouncer generation={generation} />);
  void generation.start('Hi');
  await say('one ');
  const heard = await heardDuring(async () => {
    source.fail(new GenerationError('provider', 'The model did not respond (502).'));
    await until('error');
  });
  expect(heard).toEqual(['The answer failed. The model did not respond (502).']);
  expect(region('alert')).toHaveTextContent('The answer failed.');
});

test('the reason of a failure can be said in other words', async () => {
  const { generation, source, say, until } = start();
  const labels = {
    failed: (reason: string) => `Fehlgeschlagen. ${reason}`,
    reason: ({ code }: GenerationError) => (code === 'provider' ? 'Das Modell schweigt.' : code),
  };
  render(<StatusAnnouncer generation={generation} labels={labels} />);
  void generation.start('Hi');
  await say('one ');
  const heard = await heardDuring(async () => {
    source.fail(new GenerationError('provider', 'The model did not respond (502).'));
    await until('error');
  });
  expect(heard).toEqual(['Fehlgeschlagen. Das Modell schweigt.']);
});

test('the next run is heard again, also in other words', async () => {
  const { generation, say, until } = start();
  render(<StatusAnnouncer generation={generation} labels={{ generating: 'Er schreibt' }} />);
  void generation.start('Hi');
  await say('one ');
  const heard = await heardDuring(async () => {
    void generation.start('And?');
    await until('connecting');
  });
  // The same words again, with a space that makes them news.
  expect(heard).toEqual(['Er schreibt\u00a0']);
});

test('I5: that messages are held is heard with the stop, as one sentence', async () => {
  const { generation, say } = start();
  const { getByRole } = render(
    <>
      <StatusAnnouncer generation={generation} />
      <Composer generation={generation} onSend={() => undefined} draft="And?" />
    </>,
  );
  void generation.start('Hi');
  await act(() => say('one '));
  act(() => getByRole('button', { name: 'Queue' }).click());
  act(() => getByRole('button', { name: 'Queue' }).click());
  await act(nextTask);
  const heard = await heardDuring(async () => {
    await generation.stop();
  });
  expect(heard).toEqual(['Stopped. 2 queued messages are held']);
});

test('that an answer is complete is heard, also when the next question begins at once', async () => {
  const { generation, source, say } = start();
  const { getByRole } = render(
    <>
      <StatusAnnouncer generation={generation} />
      <Composer
        generation={generation}
        onSend={(text) => void generation.start(text)}
        draft="And?"
      />
    </>,
  );
  void generation.start('Hi');
  await act(() => say('one '));
  act(() => getByRole('button', { name: 'Queue' }).click());
  await act(nextTask);
  const heard = await heardDuring(async () => {
    source.end();
    await expect.poll(() => source.requests.length).toBe(2);
  });
  expect(heard.at(-1)).toBe('Answer complete. Generating answer');
});

test.each<[string, Partial<Snapshot>, Partial<StopRecord>]>([
  ['Stopped before the first word', { status: 'stopped', text: '' }, {}],
  ['Stopped in another tab', { status: 'stopped' }, { by: 'remote', reason: 'other-tab' }],
  [
    'Stopped at the 30 s limit',
    { status: 'stopped' },
    { by: 'auto', reason: 'total-time', limit: 30_000 },
  ],
  ['Stopped at the time limit', { status: 'stopped' }, { by: 'auto', reason: 'total-time' }],
  ['Stopped here. The server was told.', { status: 'stopped' }, { confirmation: 'accepted' }],
  ['Stop not confirmed. You can retry.', { status: 'stopped' }, { confirmation: 'unconfirmed' }],
  ['The server refused the stop.', { status: 'stopped' }, { confirmation: 'refused' }],
  ['It had already finished.', { status: 'stopped' }, { confirmation: 'already-finished' }],
  ['Answer complete', { status: 'complete' }, { confirmation: 'already-finished' }],
  ['Stopping', { status: 'stopped' }, { confirmation: 'pending' }],
])('"%s" is heard', (words, snapshot, record) => {
  const whole = literalGeneration({ text: 'one', ...snapshot, stopRecord: literalStop(record) });
  expect(announcement(whole.getSnapshot(), statusAnnouncerLabels)?.words).toBe(words);
});

test('a lost connection is an alert of its own', () => {
  const error = new GenerationError('interrupted', 'The connection was lost.');
  expect(
    announcement({ status: 'error', stopRecord: null, error }, statusAnnouncerLabels),
  ).toMatchObject({ words: 'Connection lost. The answer is incomplete.', role: 'alert' });
});

test('of an answer that was stopped while it was thinking the same is heard as seen', () => {
  const thinking = literalGeneration({
    status: 'stopped',
    parts: [{ type: 'reasoning', text: 'Hm.', open: false }],
    stopRecord: literalStop({ seenChars: 0 }),
  }).getSnapshot();
  render(<AssistantMessage generation={thinking} />);
  const heard = announcement(thinking, statusAnnouncerLabels)?.words ?? '';
  expect(heard).toBe('Stopped before the first word');
  expect(screen.getByText(heard)).toBeVisible();
});
