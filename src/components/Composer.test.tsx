import { act, fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import {
  type ComponentProps,
  createElement,
  createRef,
  type KeyboardEvent,
  type ReactElement,
  StrictMode,
  type SyntheticEvent,
  useState,
} from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { describeComponent, seenLabels } from '../../test/describeComponent.js';
import {
  createGeneration,
  type Generation,
  type StopAnswer,
  type Stoppable,
} from '../core/index.js';
import { createListeners } from '../core/createListeners.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { Composer, type ComposerProps } from './Composer.js';
import { composerLabels } from './composerLabels.js';
import { StatusAnnouncer } from './StatusAnnouncer.js';

const streaming = literalGeneration({ status: 'streaming' });
const complete = literalGeneration({ status: 'complete' });
const stopped = literalGeneration({ status: 'stopped', stopRecord: literalStop() });

/** An answer that streams until the test says otherwise. */
function changing() {
  const listeners = createListeners();
  let now: Stoppable = streaming;
  const generation: Stoppable = {
    ...streaming,
    getSnapshot: () => now.getSnapshot(),
    subscribe: listeners.add,
  };
  const become = (next: Stoppable): void => {
    now = next;
    listeners.tell();
  };
  /** The same, and what follows from it. */
  const turn = (next: Stoppable): Promise<void> =>
    act(async () => {
      become(next);
      await Promise.resolve();
    });
  return { generation, become, turn };
}

function composer(generation: Stoppable, props: Partial<ComposerProps> = {}): ReactElement {
  return <Composer generation={generation} onSend={() => undefined} {...props} />;
}

/** A composer in whose box something was sent while an answer ran, which then ended. */
function Queued({ by, labels = {} }: { by?: 'user' | 'remote'; labels?: object }) {
  const source = scriptedSource();
  const generation = createGeneration({ source });
  return (
    <div
      ref={(element) => {
        if (element === null) return;
        act(() => void generation.start('Hi'));
        act(() => element.querySelector<HTMLElement>('[data-part="end"] button')?.click());
        if (by === 'user') act(() => void generation.stop());
        if (by === 'remote') act(() => generation.dispose());
      }}
    >
      {composer(generation, { draft: 'And?', labels })}
    </div>
  );
}

const idle = composer(literalGeneration());
const unconfirmed = composer(
  literalGeneration({
    status: 'stopped',
    stopRecord: literalStop({ confirmation: 'unconfirmed' }),
  }),
);

describeComponent('Composer', {
  element: idle,
  tag: 'form',
  name: 'composer',
  labels: seenLabels(composerLabels, 'editMessage'),
  shows: {
    placeholder: idle,
    send: idle,
    queue: composer(streaming, { draft: 'And?' }),
    stopping: composer(literalGeneration({ status: 'stopping' })),
    notConfirmed: unconfirmed,
    notConfirmedShort: unconfirmed,
    queued: <Queued />,
    heldByStop: <Queued by="user" />,
    held: <Queued by="remote" />,
    sendNext: <Queued by="user" />,
    edit: <Queued />,
    remove: <Queued />,
  },
});

/** A composer that sends to a generation of its own. */
function setUp(requestStop?: () => Promise<StopAnswer>, props: Partial<ComposerProps> = {}) {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({
    source,
    ...(requestStop === undefined ? {} : { requestStop }),
  });
  const onSend = vi.fn((text: string) => void generation.start(text));
  render(
    <>
      {composer(generation, { onSend, ...props })}
      <input aria-label="elsewhere" />
    </>,
  );
  return {
    source,
    generation,
    onSend,
    async say(text: string) {
      source.text(text);
      await act(() => expect.poll(() => generation.getSnapshot().text).toContain(text));
    },
    async complete() {
      source.end();
      await act(() => expect.poll(() => generation.getSnapshot().status).not.toBe('streaming'));
    },
  };
}

const box = () => screen.getByLabelText('Ask anything');
const button = (name: string) => screen.getByRole('button', { name });
const last = () => screen.getAllByRole('button').at(-1);

test('Enter sends, Shift Enter breaks the line, and an empty box sends nothing', async () => {
  const { onSend } = setUp();
  await userEvent.type(box(), '{Enter}  {Enter}');
  expect(onSend).not.toHaveBeenCalled();
  await userEvent.clear(box());
  await userEvent.type(box(), 'one{Shift>}{Enter}{/Shift}two{Enter}');
  expect(onSend.mock.calls).toEqual([['one\ntwo']]);
  expect(box()).toHaveValue('');
});

test('J7: Enter that belongs to an input method sends nothing', () => {
  const { onSend } = setUp();
  fireEvent.change(box(), { target: { value: 'に' } });
  fireEvent.keyDown(box(), { key: 'Enter', isComposing: true });
  fireEvent.keyDown(box(), { key: 'Enter', keyCode: 229 });
  expect(onSend).not.toHaveBeenCalled();
  fireEvent.keyDown(box(), { key: 'Enter' });
  expect(onSend).toHaveBeenCalledOnce();
});

test('Send, Stop and Retry stop stand in the same, last place', async () => {
  const { generation, say } = setUp(() => Promise.resolve({ outcome: 'refused' }));
  expect(last()).toHaveAccessibleName('Send');
  await userEvent.type(box(), 'Hi{Enter}');
  await say('Hello');
  expect(last()).toHaveAccessibleName('Stop generating');
  await act(() => generation.stop());
  expect(last()).toHaveAccessibleName('Retry stop');
  expect(last()).toHaveAccessibleDescription('Stop not confirmed');
  expect(button('Send')).toBeInTheDocument();
});

test('A5: a double click on Send does not stop the answer', async () => {
  const { generation } = setUp();
  await userEvent.type(box(), 'Hi');
  await userEvent.click(button('Send'));
  await userEvent.click(button('Stop generating'));
  expect(generation.getSnapshot().status).toBe('connecting');
  fireEvent.click(button('Stop generating'));
  expect(generation.getSnapshot().status).toBe('stopped');
});

test('A5: a double click on Remove takes one message', async () => {
  const { say } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'A{Enter}B{Enter}C{Enter}');
  fireEvent.click(button('Remove A'), { detail: 1 });
  fireEvent.click(button('Remove B'), { detail: 2 });
  fireEvent.click(button('Edit B'), { detail: 2 });
  expect(screen.getByText('2 queued, sent when the answer ends')).toBeInTheDocument();
  expect(box()).toHaveValue('');
  // A key hits what has the focus, however soon it comes.
  fireEvent.click(button('Remove C'));
  fireEvent.click(button('Edit B'));
  expect(box()).toHaveValue('B');
  expect(screen.queryByText(/queued/)).toBeNull();
});

test('a press right after a waiting message has gone by itself takes no other', async () => {
  const { onSend, say, complete } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'A{Enter}B{Enter}');
  await complete();
  await expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'A']);
  fireEvent.click(button('Remove B'), { detail: 1 });
  fireEvent.click(button('Edit B'), { detail: 1 });
  expect(screen.getByText('1 queued, sent when the answer ends')).toBeInTheDocument();
  expect(box()).toHaveValue('');
});

test('A7: a draft does not take Stop away', async () => {
  const { generation, say } = setUp();
  await userEvent.type(box(), 'Hi{Enter}');
  await say('Hello');
  await userEvent.type(box(), 'x');
  fireEvent.click(button('Stop generating'));
  expect(generation.getSnapshot().status).toBe('stopped');
  expect(box()).toHaveValue('x');
});

test('A8: Stop neither sends nor clears the draft', async () => {
  const { onSend, say } = setUp();
  await userEvent.type(box(), 'Hi{Enter}');
  await say('Hello');
  await userEvent.type(box(), 'a draft');
  expect(button('Stop generating')).toHaveAttribute('type', 'button');
  fireEvent.click(button('Stop generating'));
  expect(box()).toHaveValue('a draft');
  expect(onSend).toHaveBeenCalledOnce();
});

test('I4: what is sent while an answer runs waits for its end, one answer at a time', async () => {
  const { onSend, say, complete } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'two{Enter}three{Enter}four{Enter}');
  expect(onSend).toHaveBeenCalledOnce();
  fireEvent.click(button('Remove three'));
  await complete();
  await expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'two']);
  await say('2');
  expect(onSend).toHaveBeenCalledTimes(2);
  await complete();
  await expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'two', 'four']);
});

test('a waiting message can be edited', async () => {
  const { say } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'two{Enter}');
  await userEvent.click(button('Edit two'));
  expect(box()).toHaveValue('two');
  expect(box()).toHaveFocus();
  expect(screen.queryByText(/queued/)).toBeNull();
});

test('of a long message that waits the buttons name the beginning', async () => {
  const { say } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  fireEvent.change(box(), { target: { value: `${'a'.repeat(59)}🙂🙂\n${'b'.repeat(5_000)}` } });
  await userEvent.type(box(), '{Enter}');
  const start = `${'a'.repeat(59)}🙂…`;
  expect(button(`Edit ${start}`)).toBeInTheDocument();
  await userEvent.click(button(`Remove ${start}`));
  expect(screen.queryByText(/queued/)).toBeNull();
});

test('I5: after a stop the queue is held until the person sends the next', async () => {
  const { onSend, say, generation, complete } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'two{Enter}three{Enter}');
  await act(() => generation.stop());
  expect(screen.getByText('2 held because you stopped')).toBeInTheDocument();
  await act(() => Promise.resolve());
  expect(onSend).toHaveBeenCalledOnce();
  await userEvent.click(button('Send next'));
  expect(onSend.mock.calls.flat()).toEqual(['one', 'two']);
  await say('2');
  await complete();
  await expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'two', 'three']);
});

test('rule 11: a stop that came too late holds the queue as well', async () => {
  const { onSend, say, generation } = setUp(() =>
    Promise.resolve({ outcome: 'finished', text: 'Hello there' }),
  );
  await userEvent.type(box(), 'one{Enter}');
  await say('Hello');
  await userEvent.type(box(), 'two{Enter}');
  await act(() => generation.stop());
  expect(generation.getSnapshot().status).toBe('complete');
  expect(screen.getByText('1 held because you stopped')).toBeInTheDocument();
  expect(onSend).toHaveBeenCalledOnce();
});

test('a queue goes on after an answer that the app itself has followed with another', async () => {
  const { generation, become, turn } = changing();
  const onSend = vi.fn();
  render(composer(generation, { onSend }));
  await userEvent.type(box(), 'two{Enter}');
  const connecting = literalGeneration({ status: 'connecting' });
  await act(async () => {
    become(complete);
    // As in `onSettled`: the next one begins in the same task.
    become(connecting);
    await Promise.resolve();
  });
  expect(onSend).not.toHaveBeenCalled();
  await turn(literalGeneration({ status: 'complete' }));
  expect(onSend.mock.calls.flat()).toEqual(['two']);
});

test('what the app itself writes into the box when it is given a message stays there', async () => {
  function Page() {
    const [draft, setDraft] = useState('');
    return composer(literalGeneration(), {
      draft,
      onDraftChange: setDraft,
      onSend: (text) => setDraft(`${text} (sign in first)`),
    });
  }
  render(<Page />);
  await userEvent.type(box(), 'one{Enter}');
  expect(box()).toHaveValue('one (sign in first)');
});

test.each(['there', 'away'])(
  "I5: stopped while its composer is %s, the queue is not released by somebody else's answer",
  async (place) => {
    const { generation, turn } = changing();
    const onSend = vi.fn();
    const own = composer(generation, { onSend });
    const { rerender } = render(own);
    await userEvent.type(box(), 'two{Enter}three{Enter}');
    if (place === 'away') rerender(<p>The settings</p>);
    await turn(stopped);
    rerender(own);
    // What a colleague has asked for is shown from its first word on.
    await turn(streaming);
    expect(screen.getByText('2 queued messages are held')).toBeInTheDocument();
    await turn(complete);
    expect(onSend).not.toHaveBeenCalled();
    await userEvent.click(button('Send next'));
    await turn(literalGeneration({ status: 'connecting' }));
    await turn(streaming);
    await turn(complete);
    expect(onSend.mock.calls.flat()).toEqual(['two', 'three']);
  },
);

test("a queue whose answer was stopped while its composer was away is not released by somebody else's that runs when it is back", async () => {
  const { generation, turn } = changing();
  const onSend = vi.fn();
  const own = composer(generation, { onSend });
  const { rerender } = render(own);
  await turn(literalGeneration({ status: 'streaming', runId: 'ours' }));
  await userEvent.type(box(), 'two{Enter}');
  rerender(<p>The settings</p>);
  await turn(stopped);
  const theirs = { runId: 'theirs', text: 'Yes' };
  await turn(literalGeneration({ status: 'streaming', ...theirs }));
  rerender(<StrictMode>{own}</StrictMode>);
  expect(screen.getByText('1 queued message is held')).toBeInTheDocument();
  await turn(literalGeneration({ status: 'complete', ...theirs }));
  expect(onSend).not.toHaveBeenCalled();
  await userEvent.click(button('Send next'));
  expect(onSend.mock.calls.flat()).toEqual(['two']);
});

test("a queue that is held since a stop is not released by somebody else's answer", async () => {
  const { generation, turn } = changing();
  const onSend = vi.fn();
  render(composer(generation, { onSend }));
  await userEvent.type(box(), 'two{Enter}');
  await turn(stopped);
  const theirs = { runId: 'theirs', text: 'Yes' };
  for (const status of ['connecting', 'streaming', 'complete'] as const) {
    await turn(literalGeneration({ status, ...theirs }));
    expect(screen.getByText(/held/)).toBeInTheDocument();
  }
  expect(onSend).not.toHaveBeenCalled();
  await userEvent.click(button('Send next'));
  expect(onSend.mock.calls.flat()).toEqual(['two']);
});

test('a queue whose composer goes and comes back while its answer runs goes with its end', async () => {
  const { generation, turn } = changing();
  const onSend = vi.fn();
  const own = composer(generation, { onSend });
  const { rerender } = render(own);
  const ours = { runId: 'ours', text: 'Yes' };
  await turn(literalGeneration({ status: 'streaming', ...ours }));
  await userEvent.type(box(), 'two{Enter}');
  rerender(<p>The settings</p>);
  rerender(<StrictMode>{own}</StrictMode>);
  expect(screen.getByText('1 queued, sent when the answer ends')).toBeInTheDocument();
  await turn(literalGeneration({ status: 'complete', ...ours }));
  expect(onSend.mock.calls.flat()).toEqual(['two']);
});

test("what is queued behind somebody else's answer goes with its end, though the one before was stopped", async () => {
  const { generation, turn } = changing();
  const onSend = vi.fn();
  render(composer(generation, { onSend }));
  await turn(stopped);
  await turn(streaming);
  await userEvent.type(box(), 'two{Enter}');
  expect(screen.getByText('1 queued, sent when the answer ends')).toBeInTheDocument();
  await turn(complete);
  expect(onSend.mock.calls.flat()).toEqual(['two']);
});

test('a failure holds the queue, and does not blame the person', async () => {
  const { source, say } = setUp();
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  await userEvent.type(box(), 'two{Enter}');
  act(() => source.fail(new Error('no')));
  expect(await screen.findByText('1 held because the answer did not finish')).toBeInTheDocument();
});

test('a message that the app refuses to send, by an error, is kept where it was', async () => {
  const onError = vi.fn((event: ErrorEvent) => event.preventDefault());
  window.addEventListener('error', onError);
  onTestFinished(() => window.removeEventListener('error', onError));
  const onSend = (): never => {
    throw new Error('not signed in');
  };
  const { generation, turn } = changing();
  render(composer(generation, { onSend }));
  await userEvent.type(box(), 'two{Enter}');
  await turn(stopped);
  await userEvent.type(box(), 'a long text{Enter}');
  expect(box()).toHaveValue('a long text');
  await userEvent.click(button('Send next'));
  expect(screen.getByText('two')).toBeInTheDocument();
  expect(onError).toHaveBeenCalled();
});

test('without a queue the draft stays until the answer has ended', async () => {
  const onSend = vi.fn();
  render(composer(streaming, { onSend, queue: false }));
  await userEvent.type(box(), 'two{Enter}');
  expect(box()).toHaveValue('two');
  expect(onSend).not.toHaveBeenCalled();
});

test('stopped before the first word, the message is offered back', async () => {
  const { generation, onSend } = setUp(undefined, { labels: { editMessage: 'Change it' } });
  await userEvent.type(box(), 'Wyh?{Enter}');
  await act(() => generation.stop());
  await userEvent.click(button('Change it'));
  expect(box()).toHaveValue('Wyh?');
  expect(box()).toHaveFocus();
  await userEvent.type(box(), '{Backspace}!{Enter}');
  expect(onSend).toHaveBeenLastCalledWith('Wyh!');
  expect(screen.queryByText('Change it')).toBeNull();
});

test('a question that has an answer is not offered back, though its continuation was stopped before a word', async () => {
  const source = scriptedSource({ continues: 'prefill' });
  const generation: Generation<string> = createGeneration({ source });
  render(composer(generation, { onSend: (text) => void generation.start(text) }));
  await userEvent.type(box(), 'Why?{Enter}');
  source.text('One');
  await act(() => expect.poll(() => generation.getSnapshot().text).toBe('One'));
  await act(() => generation.stop());
  act(() => void generation.continueAnswer());
  await act(() => generation.stop());
  expect(generation.getSnapshot()).toMatchObject({ status: 'stopped', text: 'One' });
  expect(screen.queryByText('Edit message')).toBeNull();
});

test('a question that failed and is asked again is offered back when that is stopped before a word', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  render(composer(generation, { onSend: (text) => void generation.start(text) }));
  await userEvent.type(box(), 'Why?{Enter}');
  source.fail(new Error('The model is ill.'));
  await act(() => expect.poll(() => generation.getSnapshot().status).toBe('error'));
  act(() => void generation.regenerate());
  await act(() => generation.stop());
  expect(screen.getByText('Edit message')).toBeInTheDocument();
});

test('stopped while it waits for the last stop, a message is a draft again', async () => {
  const { generation, say, source } = setUp(() => new Promise(() => undefined));
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  act(() => void generation.stop());
  await userEvent.type(box(), 'two{Enter}');
  expect(generation.getSnapshot().status).toBe('connecting');
  expect(box()).toHaveValue('');
  await act(async () => {
    void generation.stop();
    await Promise.resolve();
  });
  expect(box()).toHaveValue('two');
  expect(source.requests).toHaveLength(1);
  act(() => generation.reset());
});

test('J5: the focus goes from Stop to the text box, from Send as well, and from elsewhere nowhere', async () => {
  const { generation, say, complete } = setUp();
  await userEvent.type(box(), 'one');
  act(() => button('Send').focus());
  await userEvent.keyboard('{Enter}');
  expect(box()).toHaveFocus();
  await say('1');
  act(() => button('Stop generating').focus());
  await userEvent.keyboard(' ');
  expect(generation.getSnapshot().status).toBe('stopped');
  expect(box()).toHaveFocus();
  expect(screen.queryByRole('button', { name: 'Stopped' })).toBeNull();

  await userEvent.type(box(), 'two{Enter}');
  await say('2');
  act(() => screen.getByLabelText('elsewhere').focus());
  await complete();
  expect(screen.getByLabelText('elsewhere')).toHaveFocus();
});

describe('J5: the text box has the focus when what had it goes by itself', () => {
  test('Queue, as the answer ends', async () => {
    const { generation, turn } = changing();
    render(composer(generation, { draft: 'And?' }));
    act(() => button('Queue').focus());
    await turn(complete);
    expect(box()).toHaveFocus();
  });

  test('Send, as an answer begins', async () => {
    const { generation, turn } = changing();
    await turn(complete);
    render(composer(generation, { draft: 'And?' }));
    act(() => button('Send').focus());
    await turn(streaming);
    expect(box()).toHaveFocus();
  });

  test('a button of a waiting message, as that is sent', async () => {
    const { generation, turn } = changing();
    render(composer(generation));
    await userEvent.type(box(), 'two{Enter}');
    act(() => button('Remove two').focus());
    await turn(complete);
    expect(screen.queryByText('two')).toBeNull();
    expect(box()).toHaveFocus();
  });
});

test('with a Stop that asks, an answer that ends under the question leaves the focus to the text box', async () => {
  const { say, complete } = setUp(undefined, { stopButton: { confirm: true } });
  await userEvent.type(box(), 'one{Enter}');
  await say('1');
  fireEvent.click(button('Stop generating'));
  act(() => button('Keep going').focus());
  await complete();
  expect(box()).toHaveFocus();
  expect(last()).toHaveAccessibleName('Send');
});

test('B18: what is written for one conversation waits there, and is never sent into another', async () => {
  const conversation = () => {
    const source = scriptedSource();
    const generation: Generation<string> = createGeneration({ source });
    return {
      generation,
      async answer() {
        source.text('Yes');
        await act(() => expect.poll(() => generation.getSnapshot().text).toBe('Yes'));
        source.end();
        await act(() => expect.poll(() => generation.getSnapshot().status).not.toBe('streaming'));
      },
    };
  };
  const [a, b] = [conversation(), conversation()];
  const sent: string[] = [];
  const show = (name: string, { generation }: typeof a): ReactElement =>
    composer(generation, {
      onSend(text) {
        sent.push(`${name}: ${text}`);
        void generation.start(text);
      },
    });
  const { rerender } = render(show('A', a));
  await userEvent.type(box(), 'one{Enter}two{Enter}three{Enter}draft of A');
  expect(screen.getByText('2 queued, sent when the answer ends')).toBeInTheDocument();

  rerender(show('B', b));
  expect(box()).toHaveValue('');
  expect(screen.queryByText('two')).toBeNull();
  await a.answer();
  await userEvent.type(box(), 'hello{Enter}draft of B');
  await b.answer();
  expect(sent).toEqual(['A: one', 'B: hello']);

  rerender(show('A', a));
  expect(box()).toHaveValue('draft of A');
  expect(screen.getByText('2 queued messages are held')).toBeInTheDocument();
  await userEvent.click(button('Send next'));
  await a.answer();
  expect(sent).toEqual(['A: one', 'B: hello', 'A: two', 'A: three']);

  rerender(show('B', b));
  expect(box()).toHaveValue('draft of B');
  expect(screen.queryByText(/held|queued/)).toBeNull();
});

test('a composer that goes and comes back has its draft and its queue again', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  const onSend = vi.fn((text: string) => void generation.start(text));
  const { rerender } = render(composer(generation, { onSend }));
  await userEvent.type(box(), 'one{Enter}two{Enter}a draft');
  rerender(<p>The settings</p>);
  source.text('1');
  await act(() => expect.poll(() => generation.getSnapshot().text).toBe('1'));
  source.end();
  await act(() => expect.poll(() => generation.getSnapshot().status).toBe('complete'));
  expect(onSend).toHaveBeenCalledOnce();

  rerender(<StrictMode>{composer(generation, { onSend })}</StrictMode>);
  expect(box()).toHaveValue('a draft');
  expect(screen.getByText('1 queued message is held')).toBeInTheDocument();
  await userEvent.click(button('Send next'));
  expect(onSend.mock.calls.flat()).toEqual(['one', 'two']);
  act(() => generation.dispose());
});

test('an answer that ends in the instant in which its composer goes sends nothing', async () => {
  const { generation, become } = changing();
  const onSend = vi.fn();
  const { unmount } = render(composer(generation, { onSend }));
  await userEvent.type(box(), 'two{Enter}');
  act(() => {
    become(complete);
    unmount();
  });
  await act(() => Promise.resolve());
  expect(onSend).not.toHaveBeenCalled();
});

test('two composers of one answer send what waits once', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  const onSend = vi.fn((text: string) => void generation.start(text));
  render(
    <>
      {composer(generation, { onSend })}
      {composer(generation, { onSend, labels: { placeholder: 'And here' } })}
    </>,
  );
  await userEvent.type(box(), 'one{Enter}two{Enter}three{Enter}');
  source.text('1');
  await act(() => expect.poll(() => generation.getSnapshot().text).toBe('1'));
  source.end();
  await act(() => expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'two']));
  await act(() => generation.stop());
  await userEvent.click(screen.getAllByText('Edit message')[0] ?? box());
  expect(box()).toHaveValue('two');
  expect(onSend).toHaveBeenCalledTimes(2);
});

test('I5: of two composers of one answer one goes, and what waits is heard with the stop all the same', async () => {
  const { generation, turn } = changing();
  const page = (hasOther: boolean): ReactElement => (
    <>
      {composer(generation)}
      {hasOther && composer(generation, { labels: { placeholder: 'And here' } })}
      <StatusAnnouncer generation={generation} />
    </>
  );
  const { rerender } = render(page(true));
  await userEvent.type(box(), 'two{Enter}');
  rerender(page(false));
  await turn(stopped);
  expect(screen.getByRole('status')).toHaveTextContent('1 queued message is held');
});

test('two composers of one answer send what waits once, also where it begins a moment later', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  const onSend = vi.fn(async (text: string) => {
    await Promise.resolve();
    await Promise.resolve();
    await generation.start(text);
  });
  const send = (text: string): void => void onSend(text);
  render(
    <>
      {composer(generation, { onSend: send })}
      {composer(generation, { onSend: send, labels: { placeholder: 'And here' } })}
    </>,
  );
  await userEvent.type(box(), 'one{Enter}');
  await expect.poll(() => generation.isActive()).toBe(true);
  await userEvent.type(box(), 'two{Enter}three{Enter}');
  source.text('1');
  await act(() => expect.poll(() => generation.getSnapshot().text).toBe('1'));
  source.end();
  await act(() => expect.poll(() => onSend.mock.calls.flat()).toEqual(['one', 'two']));
  await act(() => expect.poll(() => generation.isActive()).toBe(true));
  expect(onSend).toHaveBeenCalledTimes(2);
  act(() => generation.dispose());
});

test('a message that was answered while its composer was away is not offered back', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  const own = composer(generation, { onSend: (text) => void generation.start(text) });
  const { rerender } = render(own);
  await userEvent.type(box(), 'one{Enter}');
  rerender(<p>The settings</p>);
  source.text('1');
  await act(() => expect.poll(() => generation.getSnapshot().text).toBe('1'));
  source.end();
  await act(() => expect.poll(() => generation.getSnapshot().status).toBe('complete'));
  rerender(own);
  act(() => void generation.regenerate());
  await act(() => generation.stop());
  expect(screen.queryByText('Edit message')).toBeNull();
});

test('a message that is on its way while its composer comes back is offered all the same', async () => {
  const source = scriptedSource();
  const generation: Generation<string> = createGeneration({ source });
  let begin = (): void => undefined;
  const sent = new Promise<void>((resolve) => (begin = resolve));
  const own = composer(generation, {
    onSend: (text) =>
      text === 'one' ? void generation.start(text) : void sent.then(() => generation.start(text)),
  });
  const { rerender } = render(own);
  await userEvent.type(box(), 'one{Enter}');
  source.text('1');
  source.end();
  await act(() => expect.poll(() => generation.getSnapshot().status).toBe('complete'));
  await userEvent.type(box(), 'two{Enter}');
  rerender(<p>The settings</p>);
  rerender(own);
  begin();
  await act(() => expect.poll(() => generation.isActive()).toBe(true));
  await act(() => generation.stop());
  expect(screen.getByText('Edit message')).toBeVisible();
});

test('what waits goes with each end of an answer, also where the end looks like the one before', async () => {
  const { generation, turn } = changing();
  const onSend = vi.fn();
  render(composer(generation, { onSend }));
  await userEvent.type(box(), 'one{Enter}two{Enter}');
  await turn(complete);
  await turn(streaming);
  await turn(complete);
  expect(onSend.mock.calls.flat()).toEqual(['one', 'two']);
});

test('Enter submits whatever form the app has drawn around the box', async () => {
  const onSend = vi.fn();
  render(
    // No ref comes through a component of React 18 that forwards none.
    composer(literalGeneration(), {
      onSend,
      render({ ref, ...props }: ComponentProps<'form'>) {
        void ref;
        return <form {...props} />;
      },
    }),
  );
  await userEvent.type(box(), 'one{Enter}');
  expect(onSend).toHaveBeenCalledWith('one');
});

test('a form that the app has drawn inside of it is submitted, and may say no', async () => {
  const [onSend, onSubmit] = [vi.fn(), vi.fn((event: SyntheticEvent) => event.preventDefault())];
  render(
    composer(literalGeneration(), {
      onSend,
      onSubmit,
      render({ ref, onSubmit: submit, children, ...props }: ComponentProps<'form'>) {
        void ref;
        const inner = <form onSubmit={submit}>{children}</form>;
        return createElement('div', props as object, inner);
      },
    }),
  );
  await userEvent.type(box(), 'one{Enter}');
  await userEvent.click(button('Send'));
  expect(onSubmit).toHaveBeenCalledTimes(2);
  expect(onSend).not.toHaveBeenCalled();
});

test.each(['outside of any form', 'inside a form of the app'])(
  'drawn as another element than a form, %s, it sends and queues by its buttons and by Enter',
  async (where) => {
    const onSubmit = vi.fn((event: SyntheticEvent) => event.preventDefault());
    const source = scriptedSource();
    const generation: Generation<string> = createGeneration({ source });
    const onSend = vi.fn((text: string) => void generation.start(text));
    const own = composer(generation, {
      onSend,
      render: (props: object) => <section {...props} />,
    });
    render(where === 'inside a form of the app' ? <form onSubmit={onSubmit}>{own}</form> : own);
    await userEvent.type(box(), 'one');
    await userEvent.click(button('Send'));
    expect(onSend.mock.calls).toEqual([['one']]);
    await userEvent.type(box(), 'two');
    await userEvent.click(button('Queue'));
    await userEvent.type(box(), 'three{Enter}');
    expect(screen.getByText('2 queued, sent when the answer ends')).toBeInTheDocument();
    expect(onSubmit).not.toHaveBeenCalled();
    act(() => generation.dispose());
  },
);

test('its buttons are not what Enter presses in another field of a form around it', () => {
  render(
    <form>
      {composer(streaming, { draft: 'Hi', render: (props: object) => <section {...props} /> })}
    </form>,
  );
  for (const one of screen.getAllByRole('button')) expect(one).toHaveAttribute('type', 'button');
});

test('B18: a message stopped before its first word is offered back where it was written', async () => {
  const generation: Generation<string> = createGeneration({ source: scriptedSource() });
  const own = composer(generation, { onSend: (text) => void generation.start(text) });
  const stopped = literalGeneration({
    status: 'stopped',
    stopRecord: literalStop({ seenChars: 0 }),
  });
  const { rerender } = render(own);
  await userEvent.type(box(), 'Wyh?{Enter}');
  await act(() => generation.stop());
  rerender(composer(stopped));
  expect(screen.queryByText('Edit message')).toBeNull();
  rerender(own);
  await userEvent.click(button('Edit message'));
  expect(box()).toHaveValue('Wyh?');
});

test('B18: an answer that ends as the person leaves it sends nothing', async () => {
  const { generation, become } = changing();
  const onSend = vi.fn();
  const next = composer(literalGeneration({ status: 'streaming' }), { onSend });
  const { rerender } = render(next);
  await userEvent.type(box(), 'one{Enter}');
  rerender(composer(generation, { onSend }));
  await userEvent.type(box(), 'two{Enter}');
  act(() => {
    become(complete);
    rerender(next);
  });
  await act(() => Promise.resolve());
  expect(onSend).not.toHaveBeenCalled();
  rerender(composer(generation, { onSend }));
  expect(screen.getByText('1 queued message is held')).toBeInTheDocument();
});

describe('what was typed before the page came to life is the draft', () => {
  /** A page as it came from the server, with words in its box, until React takes it over. */
  function typedBefore(page: ReactElement) {
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(page);
    (box() as HTMLTextAreaElement).value = 'Hi';
    return render(page, { container, hydrate: true });
  }

  test.each([
    ['at once', false],
    ['after another render', true],
  ])('and is sent, %s', async (_, isRendered) => {
    const onSend = vi.fn();
    const generation = literalGeneration();
    const page = () => <StrictMode>{composer(generation, { onSend })}</StrictMode>;
    const { rerender } = typedBefore(page());
    if (isRendered) rerender(page());
    expect(box()).toHaveValue('Hi');
    await userEvent.type(box(), '{Enter}');
    expect(onSend.mock.calls).toEqual([['Hi']]);
    expect(box()).toHaveValue('');
  });

  test('where the app keeps it, too', () => {
    const generation = literalGeneration();
    function Page() {
      const [draft, setDraft] = useState('');
      return (
        <>
          {composer(generation, { draft, onDraftChange: setDraft })}
          <output>{draft}</output>
        </>
      );
    }
    typedBefore(<Page />);
    expect(box()).toHaveValue('Hi');
    expect(screen.getByText('Hi', { selector: 'output' })).toBeInTheDocument();
  });

  test('but not in place of a draft that is there', () => {
    const onDraftChange = vi.fn();
    typedBefore(composer(literalGeneration(), { draft: 'kept', onDraftChange }));
    expect(onDraftChange).not.toHaveBeenCalled();
  });
});

test('the app may keep the draft', async () => {
  const onDraftChange = vi.fn();
  render(composer(literalGeneration(), { draft: 'kept', onDraftChange }));
  await userEvent.type(box(), '!');
  expect(onDraftChange.mock.calls).toEqual([['kept!']]);
  expect(box()).toHaveValue('kept');
});

test('Enter goes the way of Send: an app that holds its form back is asked', async () => {
  const onSend = vi.fn();
  const asked = vi.fn();
  const onSubmit = (event: SyntheticEvent): void => {
    asked();
    event.preventDefault();
  };
  const { rerender } = render(composer(literalGeneration(), { draft: 'Hi', onSend, onSubmit }));
  await userEvent.type(box(), '{Enter}');
  await userEvent.click(button('Send'));
  expect(asked).toHaveBeenCalledTimes(2);
  expect(onSend).not.toHaveBeenCalled();
  rerender(composer(literalGeneration(), { draft: 'Hi', onSend }));
  await userEvent.type(box(), '{Enter}');
  expect(onSend.mock.calls).toEqual([['Hi']]);
});

test('its text box takes props of its own, a ref and handlers among them', async () => {
  const ref = createRef<HTMLTextAreaElement>();
  const onChange = vi.fn();
  const onSend = vi.fn();
  // As a menu of names that is open would.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') event.preventDefault();
  };
  render(
    composer(literalGeneration(), {
      onSend,
      textBox: {
        ref,
        autoFocus: true,
        maxLength: 3,
        id: 'question',
        dir: 'rtl',
        onChange,
        onKeyDown,
      },
    }),
  );
  expect(ref.current).toBe(box());
  expect(box()).toHaveFocus();
  expect(box()).toHaveAttribute('id', 'question');
  expect(box()).toHaveAttribute('dir', 'rtl');
  await userEvent.type(box(), 'four{Enter}');
  expect(box()).toHaveValue('fou');
  expect(onChange).toHaveBeenCalledTimes(3);
  expect(onSend).not.toHaveBeenCalled();
});

test('its Stop button takes props of its own', async () => {
  render(composer(streaming, { stopButton: { confirm: true } }));
  await userEvent.click(button('Stop generating'));
  expect(button('Stop now')).toHaveTextContent('Stop now');
});
