import { act, render, screen } from '@testing-library/react';
import { Activity, StrictMode, Suspense, useEffect, useState, version } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { idleSnapshot, type RequestStop, type Snapshot, storedSnapshot } from '../core/index.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import {
  useGeneration,
  type UseGenerationOptions,
  type UseGenerationResult,
} from './useGeneration.js';

afterEach(() => {
  vi.useRealTimers();
});

/** The unmount that StrictMode pretends is over after one macrotask. */
const macrotask = (): Promise<void> =>
  act(() => new Promise<void>((resolve) => setTimeout(resolve)));

interface ProbeProps extends UseGenerationOptions<string> {
  name?: string;
  seen: (answer: UseGenerationResult<string>) => void;
}

/** Shows an answer, and hands it to the test. */
function Probe({ name = 'answer', seen, ...options }: ProbeProps) {
  const answer = useGeneration(options);
  seen(answer);
  return (
    <p aria-label={name}>
      {answer.status}: {answer.text}
    </p>
  );
}

const shown = (name = 'answer'): string | null => screen.getByLabelText(name).textContent;

/** The answer of the last render. */
function lastSeen() {
  const all: UseGenerationResult<string>[] = [];
  return {
    all,
    seen: (answer: UseGenerationResult<string>) => void all.push(answer),
    get now(): UseGenerationResult<string> {
      const last = all.at(-1);
      if (last === undefined) throw new Error('Nothing was rendered.');
      return last;
    },
  };
}

test('B16: under StrictMode one start is one request, its text is shown, and Stop works', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  render(<Probe source={source} seen={answer.seen} />, { wrapper: StrictMode });
  await macrotask();
  act(() => void answer.now.start('hello'));
  act(() => source.text('Hello back'));
  await expect.poll(() => shown()).toBe('streaming: Hello back');
  expect(source.requests).toHaveLength(1);
  act(() => void answer.now.stop());
  expect(shown()).toBe('stopped: Hello back');
});

test('on the server nothing runs, and every render shows the same idle snapshot', () => {
  const answer = lastSeen();
  const html = renderToString(
    <StrictMode>
      <Probe source={scriptedSource()} seen={answer.seen} />
    </StrictMode>,
  );
  expect(html).toContain('idle');
  expect(answer.now).toMatchObject(idleSnapshot);
  expect(Object.isFrozen(idleSnapshot)).toBe(true);
});

test('a page from the server hydrates without a complaint and streams', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  const page = (
    <StrictMode>
      <Probe source={source} seen={answer.seen} />
    </StrictMode>
  );
  const container = document.body.appendChild(document.createElement('div'));
  // What the server complains of is looked at where there is no document.
  container.innerHTML = renderToString(page);
  const complaints = vi.spyOn(console, 'error');
  const root = await act(() => hydrateRoot(container, page));
  await macrotask();
  act(() => void answer.now.start('hello'));
  act(() => source.text('Hydrated'));
  await expect.poll(() => shown()).toBe('streaming: Hydrated');
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
  act(() => root.unmount());
  container.remove();
});

test('C2: a stored partial answer is there from the first render, on the server too', () => {
  const initial: Snapshot = { ...idleSnapshot, status: 'stopped', text: 'Kept from yesterday' };
  const page = <Probe source={scriptedSource()} initial={initial} seen={() => undefined} />;
  expect(renderToString(page)).toContain('Kept from yesterday');
  render(page);
  expect(shown()).toBe('stopped: Kept from yesterday');
});

test('an answer that was stored is asked for again where its question is stored with it', async () => {
  const initial: Snapshot = { ...storedSnapshot('Kept from yesterday'), status: 'stopped' };
  const source = scriptedSource();
  const answer = lastSeen();
  render(<Probe source={source} initial={initial} initialInput="Why?" seen={answer.seen} />, {
    wrapper: StrictMode,
  });
  act(() => void answer.now.regenerate());
  expect(shown()).toBe('connecting: Kept from yesterday');
  act(() => source.text('Because.'));
  await expect.poll(() => shown()).toBe('streaming: Because.');
  expect(source.requests).toMatchObject([{ input: 'Why?', mode: 'start' }]);
});

test('functions keep their identity for the life of the hook', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  const { rerender } = render(<Probe source={source} seen={answer.seen} />);
  const first = answer.now;
  rerender(<Probe source={source} seen={answer.seen} confirmWithinMs={10} />);
  act(() => void answer.now.start('hello'));
  act(() => source.text('Hi'));
  await expect.poll(() => shown()).toBe('streaming: Hi');
  for (const [key, value] of Object.entries(first)) {
    if (typeof value === 'function') expect(answer.now).toHaveProperty(key, value);
  }
});

test('a render that changed nothing gets the same answer object', () => {
  const source = scriptedSource();
  const answer = lastSeen();
  const { rerender } = render(<Probe source={source} seen={answer.seen} />);
  const first = answer.now;
  rerender(<Probe source={source} seen={answer.seen} />);
  expect(answer.now).toBe(first);
});

test('what a render was given stays as it was, so that it can be kept as a message', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  render(<Probe source={source} seen={answer.seen} />);
  act(() => void answer.now.start('hello'));
  act(() => source.text('Hi'));
  await expect.poll(() => shown()).toBe('streaming: Hi');
  const kept = answer.now;
  act(() => source.text(' there'));
  await expect.poll(() => shown()).toBe('streaming: Hi there');
  expect(kept).toMatchObject({ status: 'streaming', text: 'Hi' });
});

test('changed options are honoured on the next run, and only a stop is asked for as the last render says', async () => {
  const before = scriptedSource();
  const after = scriptedSource();
  const settledBefore = vi.fn();
  const settledAfter = vi.fn();
  const asked: string[] = [];
  const ask =
    (name: string): RequestStop =>
    () => {
      asked.push(name);
      return Promise.resolve({ outcome: 'stopped' });
    };
  const answer = lastSeen();
  const { rerender } = render(
    <Probe
      source={before}
      requestStop={ask('before')}
      onSettled={settledBefore}
      seen={answer.seen}
    />,
  );
  act(() => void answer.now.start('one'));
  rerender(
    <Probe source={after} requestStop={ask('after')} onSettled={settledAfter} seen={answer.seen} />,
  );
  act(() => before.text('Still the first'));
  await expect.poll(() => shown()).toBe('streaming: Still the first');
  await act(() => answer.now.stop());
  expect(asked).toEqual(['after']);
  // A callback counts at once: the render that passed the old one is gone.
  expect(settledBefore).not.toHaveBeenCalled();
  expect(settledAfter).toHaveBeenCalledOnce();

  act(() => void answer.now.start('two'));
  await expect.poll(() => after.requests).toHaveLength(1);
  await act(() => answer.now.stop());
  expect(asked).toEqual(['after', 'after']);

  rerender(<Probe source={after} seen={answer.seen} />);
  act(() => void answer.now.start('three'));
  await act(() => answer.now.stop());
  expect(asked).toEqual(['after', 'after']);
  expect(settledAfter).toHaveBeenCalledTimes(2);
});

test('a stop is posted to the URL of requestStop, with the fetch of the answer, and names the run', async () => {
  const asked: [unknown, unknown][] = [];
  const fetchByHand: typeof fetch = (url, init) => {
    asked.push([url, init?.body]);
    if (url !== '/stop') return new Promise(() => undefined);
    return Promise.resolve(Response.json({ outcome: 'stopped' }));
  };
  const answer = lastSeen();
  render(<Probe api="/chat" requestStop="/stop" fetch={fetchByHand} seen={answer.seen} />);
  act(() => void answer.now.start('hello'));
  const { runId } = answer.now;
  await expect.poll(() => asked).toEqual([['/chat', JSON.stringify({ prompt: 'hello', runId })]]);
  await act(() => answer.now.stop());
  expect(answer.now).toMatchObject({
    status: 'stopped',
    stopRecord: { confirmation: 'confirmed' },
  });
  expect(asked[1]).toEqual(['/stop', JSON.stringify({ runId, reason: 'user', seenChars: 0 })]);
});

test('a stop, and one that is asked for again, goes where the run began, with the headers of now', async () => {
  const asked: [unknown, string | null][] = [];
  const fetchByHand: typeof fetch = (url, init) => {
    if (url === '/chat') return new Promise(() => undefined);
    asked.push([url, new Headers(init?.headers).get('authorization')]);
    return Promise.resolve(Response.json({}, { status: 403 }));
  };
  const answer = lastSeen();
  const page = (stopUrl: string, authorization: string) => (
    <Probe
      api="/chat"
      requestStop={stopUrl}
      headers={{ authorization }}
      fetch={fetchByHand}
      seen={answer.seen}
    />
  );
  const { rerender } = render(page('/stop', 'old'));
  act(() => void answer.now.start('hello'));
  await macrotask();
  rerender(page('/elsewhere', 'new'));
  await act(() => answer.now.stop());
  rerender(page('/elsewhere', 'newer'));
  await act(() => answer.now.retryStop());
  expect(asked).toEqual([
    ['/stop', 'new'],
    ['/stop', 'newer'],
  ]);
});

test('B19: an unmount stops the run after one macrotask, quietly', async () => {
  const source = scriptedSource();
  const settled = vi.fn();
  const answer = lastSeen();
  const { unmount } = render(<Probe source={source} onSettled={settled} seen={answer.seen} />);
  act(() => void answer.now.start('hello'));
  await expect.poll(() => source.requests).toHaveLength(1);
  unmount();
  expect(source.requests[0]?.signal.aborted).toBe(false);
  await macrotask();
  expect(source.requests[0]?.signal.aborted).toBe(true);
  expect(settled.mock.calls).toMatchObject([
    [{ status: 'stopped', stopRecord: { by: 'auto', reason: 'unmount' } }],
  ]);
});

test('B19: with onUnmount "keep" the run goes on without its component', async () => {
  const source = scriptedSource();
  const settled = vi.fn();
  const answer = lastSeen();
  const { unmount } = render(
    <Probe source={source} onUnmount="keep" onSettled={settled} seen={answer.seen} />,
  );
  act(() => void answer.now.start('hello'));
  await expect.poll(() => source.requests).toHaveLength(1);
  unmount();
  await macrotask();
  expect(source.requests[0]?.signal.aborted).toBe(false);
  source.text('Still here');
  source.end();
  await expect.poll(() => settled.mock.calls).toMatchObject([[{ text: 'Still here' }]]);
});

test('a component that moved in the tree within one task keeps its run', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  function Page() {
    const [key, setKey] = useState(1);
    return (
      <>
        <button type="button" onClick={() => setKey(2)} />
        <Probe key={key} id="moved" source={source} seen={answer.seen} />
      </>
    );
  }
  render(<Page />);
  act(() => void answer.now.start('hello'));
  await expect.poll(() => source.requests).toHaveLength(1);
  act(() => screen.getByRole('button').click());
  await macrotask();
  act(() => source.text('Moved'));
  await expect.poll(() => shown()).toBe('streaming: Moved');
});

test('components that name one id show one generation, and any of them stops it', async () => {
  const source = scriptedSource();
  const writer = lastSeen();
  const reader = lastSeen();
  render(
    <>
      <Probe name="writer" id="shared" source={source} seen={writer.seen} />
      <Probe name="reader" id="shared" seen={reader.seen} />
    </>,
    { wrapper: StrictMode },
  );
  await macrotask();
  act(() => void writer.now.start('hello'));
  act(() => source.text('For both'));
  await expect.poll(() => shown('reader')).toBe('streaming: For both');
  expect(shown('writer')).toBe('streaming: For both');
  act(() => void reader.now.stop());
  expect(shown('writer')).toBe('stopped: For both');
  expect(source.requests).toHaveLength(1);
});

test('a component that shares an answer takes nothing away that another has set', async () => {
  const source = scriptedSource();
  const onSettled = vi.fn();
  const requestStop = vi.fn(() => Promise.resolve({ outcome: 'stopped' } as const));
  const answer = lastSeen();
  const page = (settled: typeof onSettled | null) => (
    <>
      <Probe
        id="parts"
        source={source}
        requestStop={requestStop}
        {...(settled === null ? {} : { onSettled: settled })}
        seen={answer.seen}
      />
      <Probe name="other" id="parts" source={source} seen={answer.seen} />
    </>
  );
  const { rerender } = render(page(onSettled));
  act(() => void answer.now.start('one'));
  await act(() => answer.now.stop());
  expect(requestStop).toHaveBeenCalledOnce();
  expect(onSettled).toHaveBeenCalledOnce();
  // What it takes away itself is gone.
  rerender(page(null));
  act(() => void answer.now.start('two'));
  await act(() => answer.now.stop());
  expect(onSettled).toHaveBeenCalledOnce();
});

test('what a component had set goes with it, once another is there to say', async () => {
  const source = scriptedSource();
  const [ofFirst, ofSecond] = [vi.fn(), vi.fn()];
  const answer = lastSeen();
  const page = (name: string, settled?: typeof ofFirst) => (
    <Probe
      key={name}
      id="pages"
      source={source}
      {...(settled === undefined ? {} : { onSettled: settled })}
      seen={answer.seen}
    />
  );
  const ask = async (): Promise<void> => {
    await macrotask();
    act(() => void answer.now.start('Hi'));
    await act(() => answer.now.stop());
  };
  const { rerender } = render(page('first', ofFirst), { wrapper: StrictMode });
  await ask();
  rerender(<p>Nobody looks.</p>);
  // As long as nobody says anything else it counts.
  await ask();
  expect(ofFirst).toHaveBeenCalledTimes(2);
  rerender(page('second', ofSecond));
  await ask();
  rerender(page('third'));
  await ask();
  expect(ofFirst).toHaveBeenCalledTimes(2);
  expect(ofSecond).toHaveBeenCalledOnce();
});

test('a component that brings the options may ask before its own effects have run', async () => {
  const source = scriptedSource();
  const reader = lastSeen();
  function Asking({ ask }: { ask: () => unknown }) {
    useEffect(() => void ask(), [ask]);
    return null;
  }
  function Bringing() {
    const { start } = useGeneration({ id: 'early', source });
    const [ask] = useState(() => () => start('Hi'));
    return <Asking ask={ask} />;
  }
  render(
    <>
      <Probe id="early" seen={reader.seen} />
      <Bringing />
    </>,
  );
  await expect.poll(() => source.requests).toHaveLength(1);
  await act(() => reader.now.stop());
});

test('a shared answer outlives its components until five minutes after it settled', async () => {
  vi.useFakeTimers();
  const source = scriptedSource();
  const answer = lastSeen();
  const page = <Probe id="long" source={source} seen={answer.seen} />;
  const first = render(page);
  act(() => void answer.now.start('hello'));
  first.unmount();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(source.requests[0]?.signal.aborted).toBe(false);
  source.text('Written while nobody looked');
  source.end();
  await vi.advanceTimersByTimeAsync(299_000);

  const second = render(page);
  expect(shown()).toBe('complete: Written while nobody looked');
  await vi.advanceTimersByTimeAsync(3_600_000);
  second.unmount();
  await vi.advanceTimersByTimeAsync(299_000);
  const third = render(page);
  expect(shown()).toBe('complete: Written while nobody looked');
  third.unmount();
  await vi.advanceTimersByTimeAsync(301_000);
  render(page);
  expect(shown()).toBe('idle: ');
});

/** Begins an answer in an effect, which runs before those of the component it stands in. */
function Asking({ start }: { start: (text: string) => unknown }) {
  useEffect(() => void start('Hi'), [start]);
  return null;
}

function AskingProbe(options: UseGenerationOptions<string>) {
  return <Asking start={useGeneration(options).start} />;
}

test('of two components of one id that come together, both have said what they set before anything begins', async () => {
  const source = scriptedSource();
  const requestStop = vi.fn(() => Promise.resolve({ outcome: 'stopped' } as const));
  const answer = lastSeen();
  render(
    <>
      <AskingProbe id="together" source={source} requestStop={requestStop} />
      <Probe id="together" source={source} seen={answer.seen} />
    </>,
  );
  await act(() => answer.now.stop());
  expect(requestStop).toHaveBeenCalledOnce();
});

test('who comes back to an id begins with the options of now', async () => {
  const [one, two, other] = [scriptedSource(), scriptedSource(), scriptedSource()];
  const { rerender } = render(<AskingProbe id="here" source={one} />);
  await macrotask();
  rerender(<AskingProbe id="there" source={other} />);
  await macrotask();
  rerender(<AskingProbe id="here" source={two} />);
  await macrotask();
  expect([one, other, two].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
});

// React 18 has no such tabs.
describe.skipIf(version.startsWith('18'))('in a tab that is hidden', () => {
  type Mode = 'visible' | 'hidden';
  const AWAY_MS = 6 * 60_000;

  test.each([
    ['from the beginning', 'beside', true],
    ['while it is hidden', 'later', false],
  ])(
    'a component whose tab is shown again has its options again; another one is there %s',
    async (_, id, isThere) => {
      const source = scriptedSource();
      const requestStop = vi.fn(() => Promise.resolve({ outcome: 'stopped' } as const));
      const answer = lastSeen();
      // The tab is given its content, which is not rendered anew with it.
      const content = (
        <Probe id={id} source={source} requestStop={requestStop} seen={() => undefined} />
      );
      const other = <Probe name="other" id={id} source={source} seen={answer.seen} />;
      const page = (mode: Mode, hasOther = true) => (
        <>
          <Activity mode={mode}>{content}</Activity>
          {hasOther && other}
        </>
      );
      const { rerender } = render(page('visible', isThere));
      rerender(page('hidden', isThere));
      await macrotask();
      rerender(page('hidden'));
      await macrotask();
      rerender(page('visible'));
      act(() => void answer.now.start('Hi'));
      await act(() => answer.now.stop());
      expect(requestStop).toHaveBeenCalledOnce();
    },
  );

  test('what a component had set goes with it, also where it was rendered while it was hidden', async () => {
    const source = scriptedSource();
    const onSettled = vi.fn();
    const answer = lastSeen();
    const page = (mode: Mode | null) => (
      <>
        <Probe name="other" id="gone" source={source} seen={answer.seen} />
        {mode !== null && (
          <Activity mode={mode}>
            <Probe id="gone" source={source} onSettled={onSettled} seen={() => undefined} />
          </Activity>
        )}
      </>
    );
    const { rerender } = render(page('visible'));
    for (const mode of ['hidden', 'hidden', null] as const) {
      rerender(page(mode));
      await macrotask();
    }
    act(() => void answer.now.start('Hi'));
    await act(() => answer.now.stop());
    expect(onSettled).not.toHaveBeenCalled();
  });

  test('a shared answer that is shown again after six minutes is the same', async () => {
    vi.useFakeTimers();
    const source = scriptedSource();
    const answer = lastSeen();
    const page = (mode: Mode) => (
      <Activity mode={mode}>
        <Probe id="away" source={source} seen={answer.seen} />
      </Activity>
    );
    const { rerender } = render(page('visible'));
    act(() => void answer.now.start('Hi'));
    source.say({ type: 'text', delta: 'Hello' }, { type: 'done' });
    await act(() => vi.advanceTimersByTimeAsync(100));
    const { subscribe } = answer.now;
    rerender(page('hidden'));
    await vi.advanceTimersByTimeAsync(AWAY_MS);
    rerender(page('visible'));
    expect(shown()).toBe('complete: Hello');
    // By this a draft and a queue are known.
    expect(answer.now.subscribe).toBe(subscribe);
  });

  test('a component whose tab is shown again begins with the options of now', async () => {
    const [one, two] = [scriptedSource(), scriptedSource()];
    const page = (mode: Mode, source: typeof one) => (
      <Activity mode={mode}>
        <AskingProbe source={source} onUnmount="keep" />
      </Activity>
    );
    const { rerender } = render(page('visible', one));
    await macrotask();
    rerender(page('hidden', one));
    await macrotask();
    rerender(page('visible', two));
    await macrotask();
    expect(two.requests).toHaveLength(1);
  });

  test('an answer that was only rendered again in a hidden tab is kept no longer for that', async () => {
    vi.useFakeTimers();
    const source = scriptedSource();
    const [away, late] = [lastSeen(), lastSeen()];
    const page = (mode: Mode) => (
      <Activity mode={mode}>
        <Probe id="forgotten" source={source} seen={away.seen} />
      </Activity>
    );
    const { rerender, unmount } = render(page('visible'));
    rerender(page('hidden'));
    await act(() => vi.advanceTimersByTimeAsync(AWAY_MS));
    rerender(page('hidden'));
    unmount();
    await act(() => vi.advanceTimersByTimeAsync(AWAY_MS));
    render(<Probe id="forgotten" source={source} seen={late.seen} />);
    expect(late.now.subscribe).not.toBe(away.now.subscribe);
  });

  test('a component that was away for longer shows the answer that has come in the place of its own', async () => {
    vi.useFakeTimers();
    const source = scriptedSource();
    const [away, here] = [lastSeen(), lastSeen()];
    const page = (mode: Mode, hasOther: boolean) => (
      <>
        <Activity mode={mode}>
          <Probe id="replaced" source={source} seen={away.seen} />
        </Activity>
        {hasOther && <Probe name="here" id="replaced" source={source} seen={here.seen} />}
      </>
    );
    const { rerender } = render(page('visible', false));
    rerender(page('hidden', false));
    await act(() => vi.advanceTimersByTimeAsync(AWAY_MS));
    rerender(page('hidden', true));
    rerender(page('visible', true));
    expect(away.now.subscribe).toBe(here.now.subscribe);
  });

  test('a component that was away for longer takes, when it goes, no answer from those that share one', async () => {
    vi.useFakeTimers();
    const source = scriptedSource();
    const [second, third] = [lastSeen(), lastSeen()];
    const probe = (name: string, seen: ProbeProps['seen']) => (
      <Probe key={name} name={name} id="longer" source={source} seen={seen} />
    );
    const [away, here, late] = [
      probe('away', () => undefined),
      probe('here', second.seen),
      probe('late', third.seen),
    ];
    const page = (mode: Mode | null, ...others: (typeof here)[]) => (
      <>
        {mode !== null && <Activity mode={mode}>{away}</Activity>}
        {others}
      </>
    );
    const { rerender } = render(page('visible'));
    rerender(page('hidden'));
    await vi.advanceTimersByTimeAsync(AWAY_MS);
    rerender(page('hidden', here));
    rerender(page('visible', here));
    rerender(page(null, here));
    await vi.advanceTimersByTimeAsync(AWAY_MS);
    rerender(page(null, here, late));
    expect(third.now.subscribe).toBe(second.now.subscribe);
  });
});

test('ten generations on a page do not disturb each other', async () => {
  const sources = Array.from({ length: 10 }, () => scriptedSource());
  const answers = sources.map(() => lastSeen());
  render(
    <>
      {sources.map((source, index) => (
        <Probe
          key={index}
          name={`answer ${index}`}
          source={source}
          seen={(answer) => answers[index]?.seen(answer)}
        />
      ))}
    </>,
  );
  act(() => {
    for (const { now } of answers) void now.start('hello');
  });
  act(() => sources.forEach((source, index) => source.text(`I am ${index}`)));
  await expect.poll(() => shown('answer 9')).toBe('streaming: I am 9');
  act(() => void answers[3]?.now.stop());
  act(() => sources.forEach((source) => source.text('!')));
  await expect.poll(() => shown('answer 9')).toBe('streaming: I am 9!');
  sources.forEach((_, index) => {
    const expected = index === 3 ? 'stopped: I am 3' : `streaming: I am ${index}!`;
    expect(shown(`answer ${index}`)).toBe(expected);
  });
});

test('a component that suspends keeps its run, and shows it when it is back', async () => {
  const source = scriptedSource();
  const answer = lastSeen();
  let wake: () => void = () => undefined;
  let waiting: Promise<void> | null = null;
  function Sometimes() {
    // oxlint-disable-next-line typescript/only-throw-error -- this is how React 18 suspends
    if (waiting !== null) throw waiting;
    return null;
  }
  const page = () => (
    <Suspense fallback="Waiting">
      <Probe source={source} seen={answer.seen} />
      <Sometimes />
    </Suspense>
  );
  const { rerender } = render(page());
  act(() => void answer.now.start('hello'));
  await expect.poll(() => source.requests).toHaveLength(1);
  waiting = new Promise((resolve) => {
    wake = () => {
      waiting = null;
      resolve();
    };
  });
  rerender(page());
  await macrotask();
  expect(source.requests[0]?.signal.aborted).toBe(false);
  act(() => source.text('Meanwhile'));
  await act(async () => {
    wake();
    await waiting;
  });
  await expect.poll(() => shown()).toBe('streaming: Meanwhile');
});

test('without an api or a source it says at once what is missing', () => {
  expect(() => renderToString(<Probe seen={() => undefined} />)).toThrow(
    'stopkit: useGeneration was given neither api nor source',
  );
});
