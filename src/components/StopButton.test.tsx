import { act, fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { type ComponentProps, useEffect, useRef } from 'react';
import { expect, test, vi } from 'vitest';
import { scriptedBackend } from '../../test/unit/conversations/scriptedBackend.js';
import { describeComponent } from '../../test/describeComponent.js';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import type { GenerationOptions, StopAnswer, StopRecord } from '../core/index.js';
import { createGeneration } from '../core/index.js';
import { ConversationStatusProvider } from '../react/conversations/ConversationStatusProvider.js';
import { useConversationStatus } from '../react/conversations/useConversationStatus.js';
import { useGeneration } from '../react/useGeneration.js';
import { useGenerationStatus } from '../react/useGenerationStatus.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { StopButton } from './StopButton.js';
import { stopButtonLabels } from './stopButtonLabels.js';

const streaming = literalGeneration({ status: 'streaming' });
const stopping = literalGeneration({
  status: 'stopping',
  stopRecord: literalStop({ confirmation: 'pending' }),
});
const unconfirmed = literalGeneration({
  status: 'stopped',
  stopRecord: literalStop({ confirmation: 'unconfirmed' }),
});
const running = <StopButton generation={streaming} />;
const all = (status: 'stopped' | 'complete' | 'error') => (
  <StopButton generation={literalGeneration({ status })} keepMounted />
);

describeComponent('StopButton', {
  element: running,
  tag: 'button',
  name: 'stop-button',
  labels: stopButtonLabels,
  shows: {
    stop: running,
    stopName: running,
    stopSpeaking: <StopButton generation={streaming} scope="speech" />,
    stopping: <StopButton generation={stopping} />,
    stoppingName: <StopButton generation={stopping} />,
    stopped: all('stopped'),
    retry: <StopButton generation={unconfirmed} />,
    retryName: <StopButton generation={unconfirmed} />,
    notConfirmed: <StopButton generation={unconfirmed} />,
    finished: all('complete'),
    failed: all('error'),
    stopNow: <Asking />,
    askedHeard: <Asking />,
    keepGoing: <Asking />,
    escapeKey: <StopButton generation={streaming} shortcut="Escape" />,
  },
});

/** A Stop button whose question is open. */
function Asking(props: { labels?: object }) {
  return (
    <div
      ref={(element) => {
        if (element !== null) act(() => element.querySelector('button')?.click());
      }}
    >
      <StopButton generation={streaming} confirm shortcut="Escape" {...props} />
    </div>
  );
}

/** A run whose stop is answered when the test says so. */
function start(options: Partial<GenerationOptions<string>> = {}) {
  const source = scriptedSource();
  const answers: ((answer: StopAnswer) => void)[] = [];
  const requestStop = () => new Promise<StopAnswer>((resolve) => answers.push(resolve));
  const generation = createGeneration({ source, requestStop, ...options });
  const say = async (text: string) => {
    source.text(text);
    await expect.poll(() => generation.getSnapshot().text).toContain(text);
  };
  const answer = async (outcome: StopAnswer['outcome']) => {
    await expect.poll(() => answers.length).toBe(1);
    answers.pop()?.({ outcome });
    await expect.poll(() => generation.getSnapshot().stopRecord?.confirmation).not.toBe('pending');
  };
  return { generation, source, say, answer };
}

const stopButton = () => screen.getByRole('button');
const isAsking = () => screen.queryByRole('button', { name: 'Stop now' }) !== null;

test('Stop is not there while nothing runs', () => {
  function Page() {
    return <StopButton generation={useGeneration({ source: scriptedSource() })} />;
  }
  render(<Page />);
  expect(screen.queryByRole('button')).toBeNull();
});

test('A2: Stop is there in every status in which something runs, and it is never disabled', () => {
  for (const status of ['connecting', 'streaming', 'stopping'] as const) {
    const { unmount } = render(<StopButton generation={literalGeneration({ status })} />);
    expect(stopButton()).toBeEnabled();
    unmount();
  }
});

test('A3: Stop is gone when the answer ends', async () => {
  const { generation, source, say } = start();
  render(<StopButton generation={generation} />);
  act(() => void generation.start('Hi'));
  await act(() => say('Hello'));
  expect(stopButton()).toHaveAccessibleName('Stop generating');
  await act(async () => {
    source.end();
    await expect.poll(() => generation.getSnapshot().status).toBe('complete');
  });
  expect(screen.queryByRole('button')).toBeNull();
});

test('a press stops and tells the record when the server has answered', async () => {
  const { generation, say, answer } = start();
  const onStop = vi.fn<(record: StopRecord) => void>();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} onStop={onStop} />);
  await userEvent.click(stopButton());
  expect(stopButton()).toHaveAccessibleName('Stopping');
  expect(stopButton()).toHaveAttribute('aria-disabled', 'true');
  expect(onStop).not.toHaveBeenCalled();
  await act(() => answer('stopped'));
  expect(screen.queryByRole('button')).toBeNull();
  expect(onStop.mock.calls).toEqual([[expect.objectContaining({ confirmation: 'confirmed' })]]);
});

test('A6: pressing Stop again while it is stopping asks nobody twice', async () => {
  const requestStop = vi.fn(() => new Promise<StopAnswer>(() => undefined));
  const { generation, say } = start({ requestStop });
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} />);
  for (let press = 0; press < 5; press += 1) await userEvent.click(stopButton());
  expect(requestStop).toHaveBeenCalledOnce();
  act(() => generation.reset());
});

test('A10: a stop that was not confirmed can be retried, from the same button', async () => {
  const { generation, say, answer } = start();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} />);
  const button = stopButton();
  await userEvent.click(button);
  await act(() => answer('refused'));
  expect(button).toHaveAccessibleName('Retry stop');
  expect(button).toHaveAccessibleDescription('Not confirmed');
  fireEvent.click(button);
  expect(button).toHaveAccessibleName('Stopping');
  expect(button).toHaveAttribute('data-status', 'stopped');
  await act(() => answer('stopped'));
  expect(screen.queryByRole('button')).toBeNull();
});

test('A5: a double click on Send does not stop the answer', () => {
  const { generation } = start();
  render(<StopButton generation={generation} />);
  act(() => void generation.start('Hi'));
  fireEvent.click(stopButton(), { detail: 2 });
  expect(generation.getSnapshot().status).toBe('connecting');
});

test('A4: a key stops from the instant of sending', async () => {
  const { generation } = start();
  render(<StopButton generation={generation} />);
  act(() => void generation.start('Hi'));
  stopButton().focus();
  await userEvent.keyboard('{Enter}');
  expect(generation.getSnapshot().status).not.toBe('connecting');
});

test('a held Enter does not press', () => {
  render(running);
  expect(fireEvent.keyDown(stopButton(), { key: 'Enter', repeat: true })).toBe(false);
  expect(fireEvent.keyDown(stopButton(), { key: 'Enter' })).toBe(true);
  expect(fireEvent.keyDown(stopButton(), { key: 'Tab', repeat: true })).toBe(true);
});

test('rule 1: the shown text holds still from pointer down, and catches up when the press is not one', async () => {
  const { generation, say, source } = start();
  act(() => void generation.start('Hi'));
  await say('one ');
  render(<StopButton generation={generation} />);
  fireEvent.pointerDown(stopButton());
  source.text('two ');
  const other = start();
  act(() => void other.generation.start('Hi'));
  await other.say('as long as this takes');
  expect(generation.getSnapshot().text).toBe('one ');
  fireEvent.pointerCancel(window);
  expect(generation.getSnapshot().text).toBe('one two ');
});

test('J5: Stop that holds the focus stays as "Stopped" until the focus leaves', async () => {
  const { generation, say } = start({ requestStop: () => Promise.resolve({ outcome: 'stopped' }) });
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(
    <>
      <StopButton generation={generation} />
      <input aria-label="next" />
    </>,
  );
  const button = stopButton();
  act(() => button.focus());
  await userEvent.keyboard(' ');
  await expect.poll(() => button.textContent).toContain('Stopped');
  expect(button).toHaveFocus();
  expect(button).toHaveAttribute('aria-disabled', 'true');
  await userEvent.tab();
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByLabelText('next')).toHaveFocus();
});

test('Stop that holds the focus says "Finished" or "Failed" when the answer ended by itself', async () => {
  for (const [end, word] of [
    ['end', 'Finished'],
    ['fail', 'Failed'],
  ] as const) {
    const { generation, source, say } = start();
    act(() => void generation.start('Hi'));
    await say('Hello');
    const { unmount } = render(<StopButton generation={generation} />);
    act(() => stopButton().focus());
    act(() => (end === 'end' ? source.end() : source.fail(new Error('no'))));
    await expect.poll(() => stopButton().getAttribute('aria-label')).toBe(word);
    expect(stopButton()).toHaveFocus();
    unmount();
  }
});

test('a press does not take the focus from where it is', async () => {
  render(
    <>
      <textarea aria-label="draft" />
      {running}
    </>,
  );
  await userEvent.click(screen.getByLabelText('draft'));
  await userEvent.click(stopButton());
  expect(screen.getByLabelText('draft')).toHaveFocus();
});

test('with confirm the first press asks, and the second stops', async () => {
  const { generation, say } = start();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} confirm />);
  const button = stopButton();
  const question = document.querySelector('[aria-live="polite"]');
  expect(question).toBeEmptyDOMElement();
  await userEvent.dblClick(button);
  expect(question).toHaveTextContent('Press again to stop');
  expect(generation.getSnapshot().status).toBe('streaming');
  expect(button).toHaveAccessibleName('Stop now');
  expect(button).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(generation.getSnapshot().status).toBe('stopping');
  expect(screen.getAllByRole('button')).toEqual([button]);
});

test('with confirm, the second click of a double click never hits "Keep going"', async () => {
  const { generation, say } = start();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} confirm />);
  fireEvent.click(stopButton(), { detail: 1 });
  fireEvent.click(screen.getByRole('button', { name: 'Keep going' }), { detail: 2 });
  expect(isAsking()).toBe(true);
});

test('with confirm, no key is named for a Stop that it does not press', () => {
  render(<Asking />);
  const asking = screen.getByRole('button', { name: 'Stop now' });
  expect(asking).not.toHaveAttribute('aria-keyshortcuts');
  expect(asking.querySelector('kbd')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Keep going' }));
  const again = screen.getByRole('button', { name: 'Stop generating' });
  expect(again).toHaveAttribute('aria-keyshortcuts', 'Escape');
  expect(again.querySelector('kbd')).not.toBeNull();
  render(<StopButton generation={unconfirmed} shortcut="Escape" />);
  expect(screen.getByRole('button', { name: 'Retry stop' })).not.toHaveAttribute(
    'aria-keyshortcuts',
  );
});

test('with confirm, Escape, "Keep going" and leaving go back without a stop', async () => {
  const { generation, say } = start();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(
    <>
      <StopButton generation={generation} confirm />
      <input aria-label="next" />
    </>,
  );
  const ask = () => fireEvent.click(screen.getByRole('button', { name: 'Stop generating' }));
  ask();
  await userEvent.keyboard('{Escape}');
  expect(stopButton()).toHaveAccessibleName('Stop generating');
  expect(stopButton()).toHaveFocus();
  ask();
  fireEvent.click(screen.getByRole('button', { name: 'Keep going' }));
  expect(stopButton()).toHaveFocus();
  ask();
  await userEvent.tab();
  expect(screen.getByRole('button', { name: 'Keep going' })).toHaveFocus();
  await userEvent.tab();
  expect(screen.getByLabelText('next')).toHaveFocus();
  expect(stopButton()).toHaveAccessibleName('Stop generating');
  expect(generation.getSnapshot().status).toBe('streaming');
});

test('with confirm, an answer that ends under the question leaves the focus on the button', async () => {
  const { generation, say, source } = start();
  act(() => void generation.start('Hi'));
  await say('Hello');
  render(<StopButton generation={generation} confirm />);
  const button = stopButton();
  fireEvent.click(button);
  await userEvent.tab();
  act(() => source.end());
  await expect.poll(() => button.getAttribute('data-status')).toBe('complete');
  expect(button).toHaveFocus();
  expect(screen.getAllByRole('button')).toEqual([button]);
});

test('with confirm, a question whose answer ends while the app takes the focus leaves no button behind', async () => {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  function Box() {
    const status = useGenerationStatus(generation);
    const box = useRef<HTMLInputElement>(null);
    useEffect(() => {
      if (status === 'complete') box.current?.focus();
    }, [status]);
    return <input ref={box} />;
  }
  render(
    <>
      <Box />
      <StopButton generation={generation} confirm />
    </>,
  );
  act(() => void generation.start('Hi'));
  source.text('Hello');
  fireEvent.click(screen.getByRole('button'));
  act(() => screen.getByRole('button', { name: 'Keep going' }).focus());
  source.end();
  await act(() => expect.poll(() => generation.getSnapshot().status).toBe('complete'));
  await expect.poll(() => screen.queryByRole('button')).toBeNull();
});

test('with confirm, a question belongs to its answer: the next one is asked about anew', async () => {
  const { generation, source, say } = start();
  act(() => void generation.start('Hi'));
  render(<StopButton generation={generation} confirm />);
  fireEvent.click(stopButton());
  await say('Hello');
  await expect.poll(isAsking).toBe(true);
  expect(screen.getByRole('button', { name: 'Stop now' }).dataset.status).toBe('streaming');

  act(() => source.end());
  await expect.poll(() => stopButton().dataset.status).toBe('complete');
  act(() => void generation.start('Once more'));
  expect(isAsking()).toBe(false);

  await say('Hello again');
  fireEvent.click(stopButton());
  expect(isAsking()).toBe(true);
  // Without a moment in which nothing runs.
  act(() => void generation.start('And again'));
  expect(isAsking()).toBe(false);
});

test('with confirm, a question is not asked about an answer that takes the place of one before its first word', () => {
  const { generation } = start();
  act(() => void generation.start('Hi'));
  render(<StopButton generation={generation} confirm />);
  fireEvent.click(stopButton());
  expect(isAsking()).toBe(true);
  act(() => void generation.start('And?'));
  expect(isAsking()).toBe(false);
});

test('B18: with confirm, a question is not asked about another conversation that is shown in its place', async () => {
  const [one, other] = [start(), start()];
  for (const { generation, say } of [one, other]) {
    void generation.start('Hi');
    await say('Hello');
  }
  const { rerender } = render(<StopButton generation={one.generation} confirm />);
  fireEvent.click(stopButton());
  expect(isAsking()).toBe(true);
  rerender(<StopButton generation={other.generation} confirm />);
  expect(isAsking()).toBe(false);
});

test("with confirm, a question about somebody else's answer is not asked about the next one", () => {
  const backend = scriptedBackend();
  function Stop() {
    return <StopButton generation={useConversationStatus('c1')} confirm />;
  }
  render(
    <ConversationStatusProvider backend={backend}>
      <Stop />
    </ConversationStatusProvider>,
  );
  const say = (turnId: string) => {
    const event = { type: 'text', delta: 'Hello' } as const;
    act(() => backend.say({ type: 'stream', conversationId: 'c1', turnId, event }));
  };
  say('t1');
  fireEvent.click(stopButton());
  expect(isAsking()).toBe(true);
  say('t2');
  expect(isAsking()).toBe(false);
});

test('what is heard fits what is stopped', () => {
  const { rerender } = render(<StopButton generation={streaming} scope="speech" iconOnly />);
  expect(stopButton()).toHaveAccessibleName('Stop speaking');
  rerender(<StopButton generation={streaming} scope="all" />);
  expect(stopButton()).toHaveAccessibleName('Stop');
  rerender(<StopButton generation={streaming} labels={{ stopName: 'Stop Release notes' }} />);
  expect(stopButton()).toHaveAccessibleName('Stop Release notes');
});

test('words of the app are what is heard, also where it has replaced only what is seen', () => {
  const labels = { stop: 'Arrêter', stopping: 'Arrêt en cours…', retry: 'Réessayer' };
  const { rerender } = render(<StopButton generation={streaming} labels={labels} />);
  expect(stopButton()).toHaveAccessibleName('Arrêter');
  rerender(<StopButton generation={stopping} labels={labels} />);
  expect(stopButton()).toHaveAccessibleName('Arrêt en cours…');
  rerender(<StopButton generation={unconfirmed} labels={labels} />);
  expect(stopButton()).toHaveAccessibleName('Réessayer');
});

test('a stop says its scope', async () => {
  const stop = vi.spyOn(streaming, 'stop');
  render(<StopButton generation={streaming} scope="speech" />);
  await userEvent.click(stopButton());
  expect(stop.mock.calls).toEqual([[{ scope: 'speech' }]]);
  stop.mockRestore();
});

test('your own handler can keep a press from stopping', async () => {
  const stop = vi.spyOn(streaming, 'stop');
  render(<StopButton generation={streaming} onClick={(event) => event.preventDefault()} />);
  await userEvent.click(stopButton());
  expect(stop).not.toHaveBeenCalled();
  stop.mockRestore();
});

test('it never renders for text', async () => {
  const source = scriptedSource();
  let renders = 0;
  const count = (props: ComponentProps<'button'>) => {
    renders += 1;
    return <button {...props} />;
  };
  function Page() {
    const answer = useGeneration({ source });
    return (
      <>
        <button onClick={() => void answer.start('Hi')}>Send</button>
        <p>{answer.text}</p>
        <StopButton generation={answer} render={count} />
      </>
    );
  }
  render(<Page />);
  fireEvent.click(screen.getByText('Send'));
  source.text('0 ');
  await screen.findByText('0');
  const before = renders;
  for (let word = 1; word < 20; word += 1) {
    source.text(`${word} `);
    await screen.findByText(new RegExp(`${word}$`));
  }
  expect(renders).toBe(before);
});
