import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { scriptedSource } from '../testing/scriptedSource.js';
import { createGeneration } from './createGeneration.js';
import type { GenerationOptions } from './createGenerationEngine.js';
import { GenerationError } from './GenerationError.js';
import { storedSnapshot } from './mergeMessages.js';
import { idleSnapshot, type Snapshot } from './Snapshot.js';
import type { Source } from './Source.js';
import type { StopAnswer } from './StopRequest.js';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A generation whose words, frames and stop answers the test hands out. */
function setUp(
  options: Partial<GenerationOptions<string>> & Pick<Source<string>, 'continues'> = {},
) {
  const { continues, ...rest } = options;
  const source = scriptedSource(continues === undefined ? {} : { continues });
  let frames: (() => void)[] = [];
  const onSettled = vi.fn();
  const generation = createGeneration({
    source,
    onSettled,
    publish(callback) {
      frames.push(callback);
      return () => {
        frames = frames.filter((waiting) => waiting !== callback);
      };
    },
    ...rest,
  });
  const frame = async (): Promise<void> => {
    const due = frames;
    frames = [];
    for (const callback of due) callback();
    await tick();
  };
  const shown = () => generation.getSnapshot();
  /** Says words as one chunk and lets them be read. */
  const say = async (...words: string[]): Promise<void> => {
    source.say(...words.map((delta) => ({ type: 'text' as const, delta })));
    await tick();
    await frame();
  };
  return { source, generation, onSettled, frame, shown, say };
}

/** A server whose answer to a stop the test gives. */
function setUpServer() {
  const answers: ((answer: StopAnswer) => void)[] = [];
  const requestStop = vi.fn(() => new Promise<StopAnswer>((resolve) => void answers.push(resolve)));
  return { requestStop, answer: (answer: StopAnswer) => answers.shift()?.(answer) };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('a stop', () => {
  test('rule 1: freezes in the same task what is on the screen, and drops what is not', async () => {
    const { source, generation, frame, shown } = setUp();
    void generation.start('hello');
    source.text('One ');
    await tick();
    expect(shown()).toMatchObject({ status: 'streaming', text: 'One ' });
    source.text('two');
    const stopped = generation.stop();
    expect(shown()).toMatchObject({ status: 'stopped', text: 'One ' });
    await frame();
    expect(shown().text).toBe('One ');
    expect(await stopped).toMatchObject({ by: 'user', confirmation: 'not-asked', seenChars: 4 });
  });

  test('A4: before the first word it counts, and closes the source', async () => {
    const { source, generation, shown } = setUp();
    const started = generation.start('hello');
    const record = await generation.stop();
    expect(record).toMatchObject({ seenChars: 0 });
    expect(source.requests[0]?.signal.aborted).toBe(true);
    expect(await started).toBe(shown());
    expect(shown()).toMatchObject({ status: 'stopped', text: '', parts: [] });
  });

  test('with nothing running it is null, and asks nobody', async () => {
    const { requestStop } = setUpServer();
    const { generation } = setUp({ requestStop });
    expect(await generation.stop()).toBeNull();
    expect(requestStop).not.toHaveBeenCalled();
  });

  test('A6: pressed twice it asks once, and both hear the same', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation } = setUp({ requestStop });
    void generation.start('hello');
    await tick();
    const stops = [generation.stop(), generation.stop()];
    await tick();
    answer({ outcome: 'stopped' });
    const [first, second] = await Promise.all(stops);
    expect(first).toMatchObject({ confirmation: 'confirmed' });
    expect(second).toBe(first);
    expect(requestStop).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('A6: a listener that stops again asks nobody a second time', async () => {
    const { requestStop } = setUpServer();
    const { generation } = setUp({ requestStop });
    void generation.start('hello');
    await tick();
    generation.subscribe(() => void generation.stop());
    void generation.stop();
    await tick();
    expect(requestStop).toHaveBeenCalledTimes(1);
  });

  test('closes the reader before it asks the server, and names the run, the reason and what was seen', async () => {
    const { requestStop } = setUpServer();
    const { generation, source, say } = setUp({ requestStop });
    void generation.start('hello');
    await say('One ');
    requestStop.mockImplementationOnce(() => {
      expect(source.requests[0]?.signal.aborted).toBe(true);
      return Promise.resolve({ outcome: 'stopped' });
    });
    await generation.stop({ reason: 'bored', scope: 'all' });
    expect(requestStop).toHaveBeenCalledWith(
      { runId: source.requests[0]?.runId, reason: 'bored', scope: 'all', seenChars: 4 },
      { signal: expect.any(AbortSignal) as AbortSignal },
    );
  });

  test('of speech lets the text go on, is told to the server, and has a record of its own', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation, shown, say } = setUp({ requestStop, confirmWithinMs: 1_000 });
    expect(await generation.stop({ scope: 'speech' })).toBeNull();
    void generation.start('hello');
    await say('One ');
    const silenced = generation.stop({ scope: 'speech' });
    await tick();
    expect(requestStop).toHaveBeenCalledWith(
      { runId: shown().runId, reason: 'user', scope: 'speech', seenChars: 4 },
      { signal: expect.any(AbortSignal) as AbortSignal },
    );
    answer({ outcome: 'stopped' });
    expect(await silenced).toMatchObject({ confirmation: 'confirmed', by: 'user' });
    await say('two.');
    expect(shown()).toMatchObject({ status: 'streaming', text: 'One two.', stopRecord: null });
    // A server that hangs holds nothing up, and a stop of the text is asked beside it.
    const unheard = generation.stop({ scope: 'speech' });
    vi.advanceTimersByTime(1_000);
    expect(await unheard).toMatchObject({ confirmation: 'unconfirmed', answeredMs: null });
    void generation.stop();
    await tick();
    expect(shown().status).toBe('stopping');
    expect(requestStop).toHaveBeenCalledTimes(3);
  });

  test('of speech asks nobody where there is no server to ask', async () => {
    const { generation, shown, say } = setUp();
    void generation.start('hello');
    await say('One ');
    expect(await generation.stop({ scope: 'speech' })).toMatchObject({ confirmation: 'not-asked' });
    await say('two.');
    expect(shown()).toMatchObject({ status: 'streaming', text: 'One two.' });
  });

  test('that is retried stops what it was meant to stop', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation } = setUp({ requestStop });
    void generation.start('hello');
    await tick();
    const stopped = generation.stop({ scope: 'all' });
    await tick();
    answer({ outcome: 'refused' });
    await stopped;
    void generation.retryStop();
    await tick();
    expect(requestStop).toHaveBeenLastCalledWith(
      expect.objectContaining({ scope: 'all' }),
      expect.anything(),
    );
  });

  test('rule 2: is over in time when the server says nothing, and a late answer still counts', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation, onSettled, shown } = setUp({ requestStop, confirmWithinMs: 2_000 });
    void generation.start('hello');
    await tick();
    const stopped = generation.stop();
    await tick();
    vi.advanceTimersByTime(1_999);
    expect(shown().status).toBe('stopping');
    vi.advanceTimersByTime(1);
    expect(await stopped).toMatchObject({ confirmation: 'unconfirmed', answeredMs: null });
    answer({ outcome: 'stopped' });
    await tick();
    expect(shown()).toMatchObject({
      status: 'stopped',
      stopRecord: { confirmation: 'confirmed' },
    });
    expect(onSettled).toHaveBeenCalledTimes(1);
  });

  test('rule 2: a server function that throws at once is nobody who answered', async () => {
    const requestStop = vi.fn(() => {
      throw new Error('offline');
    });
    const { generation } = setUp({ requestStop });
    void generation.start('hello');
    await tick();
    expect(await generation.stop()).toMatchObject({ confirmation: 'unconfirmed' });
  });

  test('rule 3: an answer without an outcome is accepted, never confirmed', async () => {
    for (const answered of [undefined, {}, 'ok', { outcome: 'sure' }]) {
      // What the types forbid is what servers say.
      const requestStop = () => Promise.resolve(answered as unknown as StopAnswer);
      const { generation } = setUp({ requestStop });
      void generation.start('hello');
      await tick();
      expect(await generation.stop()).toMatchObject({ confirmation: 'accepted' });
    }
  });

  test('A10: that was not confirmed can be asked for again, and the hanging question is let go', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation, shown } = setUp({ requestStop, confirmWithinMs: 1_000 });
    void generation.start('hello');
    await tick();
    void generation.stop();
    await tick();
    vi.advanceTimersByTime(1_000);
    const again = generation.retryStop();
    expect(shown()).toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'pending' } });
    await tick();
    const init = (requestStop.mock.calls as unknown as [unknown, { signal: AbortSignal }][])[0];
    expect(init?.[1].signal.aborted).toBe(true);
    answer({ outcome: 'stopping' });
    answer({ outcome: 'stopped' });
    expect(await again).toMatchObject({ confirmation: 'confirmed' });
    expect(await generation.retryStop()).toBeNull();
  });

  test('that may wait for its answer for ever is not told as unconfirmed at once', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation, shown } = setUp({ requestStop, confirmWithinMs: Infinity });
    void generation.start('hello');
    await tick();
    void generation.stop();
    await tick();
    vi.advanceTimersByTime(60_000);
    expect(shown()).toMatchObject({ status: 'stopping', stopRecord: { confirmation: 'pending' } });
    answer({ outcome: 'stopped' });
    await tick();
    expect(shown()).toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'confirmed' } });
  });

  test('B4 and B8: neither late words nor a late failure change a stopped answer', async () => {
    const late: ((value: IteratorResult<never>) => void)[] = [];
    const source: Source<string> = () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => void late.push(resolve)),
      }),
    });
    const generation = createGeneration({ source });
    const started = generation.start('hello');
    await tick();
    await generation.stop();
    const before = generation.getSnapshot();
    // A source can say anything; here it says it too late.
    late[0]?.({ done: false, value: [{ type: 'text', delta: 'late' }] as never });
    await tick();
    expect(generation.getSnapshot()).toBe(before);
    expect(await started).toBe(before);
  });

  test('rule 8: told by the source it is remote, and shows what came before it', async () => {
    const { source, generation, shown } = setUp();
    void generation.start('hello');
    source.say({ type: 'text', delta: 'One ' }, { type: 'done', outcome: 'stopped' });
    await tick();
    expect(shown()).toMatchObject({
      status: 'stopped',
      text: 'One ',
      stopRecord: { by: 'remote', reason: 'server', confirmation: 'confirmed', seenChars: 4 },
    });
  });

  test.each([
    ['another tab', 'user', 'user', 'other-tab'],
    ['a limit of the server', 'auto', 'characters', 'characters'],
  ] as const)('rule 3: one that %s made is never told as mine', async (_, by, reason, told) => {
    const { source, generation, shown } = setUp();
    void generation.start('hello');
    source.say({ type: 'text', delta: 'One ' }, { type: 'done', outcome: 'stopped', by, reason });
    await tick();
    expect(shown().stopRecord).toMatchObject({ by: 'remote', reason: told });
  });

  test('a budget stops the run, says which, and tells the server', async () => {
    const { requestStop, answer } = setUpServer();
    const { generation, say, shown } = setUp({ requestStop, autoStop: { characters: 5 } });
    void generation.start('hello');
    await say('One ', 'two ');
    answer({ outcome: 'stopped' });
    await tick();
    expect(shown()).toMatchObject({
      status: 'stopped',
      text: 'One two ',
      stopRecord: { by: 'auto', reason: 'characters', limit: 5, confirmation: 'confirmed' },
    });
    expect(requestStop).toHaveBeenCalledWith(
      expect.objectContaining({ reason: 'characters' }),
      expect.anything(),
    );
  });

  test('a figure that the model tells first is no first word', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { generation, source, shown } = setUp({ autoStop: { firstTokenMs: 1_000 } });
    void generation.start('hello');
    await tick();
    source.say({ type: 'start' }, { type: 'usage', usage: { inputTokens: 12 } });
    await tick();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toMatchObject({
      status: 'stopped',
      usage: { inputTokens: 12 },
      stopRecord: { reason: 'first-token' },
    });
  });

  test('reasoning and the arguments of tools count as tokens', async () => {
    const { generation, source, frame, shown } = setUp({ autoStop: { tokens: 4 } });
    void generation.start('hello');
    await tick();
    source.say({ type: 'reasoning', delta: '12345678' });
    await tick();
    await frame();
    expect(shown().status).toBe('streaming');
    source.say({ type: 'tool-call', id: 'c', name: 'search', arguments: '"1234"' });
    await tick();
    expect(shown().stopRecord).toMatchObject({ reason: 'tokens', limit: 4 });
  });

  test('made while the request is put together sends nothing', async () => {
    const asked = vi.fn();
    const stopsItself: Source<string> = (request) => {
      void generation.stop();
      return {
        [Symbol.asyncIterator]: () => {
          asked(request.runId);
          return { next: () => new Promise(() => void asked('next')) };
        },
      };
    };
    const { generation, shown } = setUp({ source: stopsItself });
    await generation.start('hello');
    await tick();
    expect(shown()).toMatchObject({ status: 'stopped', stopRecord: { by: 'user' } });
    expect(asked).not.toHaveBeenCalledWith('next');
  });

  test('made by the first line of a source lets go of it', async () => {
    let signal: AbortSignal | null = null;
    const { generation } = setUp({
      // oxlint-disable-next-line require-yield
      async *source(request) {
        ({ signal } = request);
        void generation.stop();
        await new Promise(() => undefined);
      },
    });
    await generation.start('hello');
    expect(signal).toMatchObject({ aborted: true });
  });

  test('a run that is over leaves no timer behind', async () => {
    // Within one task, so that no timer of anybody else is counted.
    const microtasks = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    };
    const { generation, source } = setUp({ autoStop: { totalMs: 60_000 } });
    void generation.start('hello');
    source.text('One ');
    await microtasks();
    expect(vi.getTimerCount()).toBe(1);
    void generation.stop();
    expect(vi.getTimerCount()).toBe(0);
    void generation.start('hello');
    source.text('One ');
    await microtasks();
    expect(vi.getTimerCount()).toBe(1);
    source.end();
    await microtasks();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a listener that was added twice hears until both have left', () => {
  const { generation } = setUp();
  const listener = vi.fn();
  generation.subscribe(listener)();
  generation.subscribe(listener);
  generation.subscribe(listener)();
  void generation.start('hello');
  expect(listener).toHaveBeenCalledOnce();
});

describe('what reaches the screen', () => {
  test('many words in one frame are one change', async () => {
    const { generation, source, frame, shown } = setUp();
    void generation.start('hello');
    const listener = vi.fn();
    generation.subscribe(listener);
    for (let round = 0; round < 5; round++) source.text('a');
    await tick();
    expect(listener).toHaveBeenCalledTimes(1);
    await frame();
    expect(listener).toHaveBeenCalledTimes(2);
    source.say({ type: 'text', delta: 'b' }, { type: 'text', delta: 'c' });
    for (let round = 0; round < 5; round++) await frame();
    expect(shown().text).toBe('aaaaabc');
  });

  test('many small chunks that are there are read in one frame', async () => {
    const { source, generation, frame, shown } = setUp();
    // On a busy machine the time for one frame would be over.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    let changes = 0;
    void generation.start('hello');
    for (let word = 0; word < 30; word++) source.text(`${word} `);
    generation.subscribe(() => {
      changes += 1;
    });
    await tick();
    expect(shown().text).toBe('0 ');
    await frame();
    expect(shown().text.trim().split(' ')).toHaveLength(30);
    expect(changes).toBe(2);
  });

  test('words held back by a press are shown at its release', async () => {
    const { generation, say, shown } = setUp();
    void generation.start('hello');
    await say('One ');
    generation.hold?.();
    await say('two ');
    expect(shown().text).toBe('One ');
    generation.release?.();
    expect(shown().text).toBe('One two ');
  });

  test('a press that holds and then stops freezes what was held', async () => {
    const { generation, say, shown } = setUp();
    void generation.start('hello');
    await say('One ');
    generation.hold?.();
    await say('two ');
    const record = await generation.stop();
    expect(shown().text).toBe('One ');
    expect(record?.seenChars).toBe(4);
  });

  test('a large chunk is shown also when nothing follows it', async () => {
    const { generation, source, frame, shown } = setUp();
    void generation.start('hello');
    source.text('x'.repeat(10_000));
    await tick();
    await frame();
    expect(shown().text).toHaveLength(10_000);
  });

  test('a listener that throws does not keep the others from hearing', () => {
    const { generation } = setUp();
    const onError = vi.fn();
    vi.stubGlobal('reportError', onError);
    const listener = vi.fn();
    generation.subscribe(() => {
      throw new Error('mine');
    });
    generation.subscribe(listener);
    void generation.start('hello');
    expect(listener).toHaveBeenCalledTimes(1);
    expect(onError).toHaveBeenCalledWith(new Error('mine'));
    vi.unstubAllGlobals();
  });

  test('what is said again replaces the shown only when it has caught up', async () => {
    const { generation, source, say, shown, frame } = setUp();
    void generation.start('hello');
    await say('One two ');
    source.say({ type: 'replay' }, { type: 'text', delta: 'One ' });
    await tick();
    await frame();
    expect(shown().text).toBe('One two ');
    await say('two three');
    expect(shown().text).toBe('One two three');
  });

  test('a stop in the middle of what is said again keeps all that was shown, and may continue it', async () => {
    const { generation, source, say, shown } = setUp({ continues: 'prefill' });
    void generation.start('hello');
    await say('One two ');
    source.say({ type: 'replay' });
    await tick();
    expect(await generation.stop()).toMatchObject({ seenChars: 8 });
    expect(shown()).toMatchObject({ status: 'stopped', text: 'One two ', canContinue: true });
  });

  test('C3: however a run ends, onSettled hears of it once', async () => {
    const ends: ((set: ReturnType<typeof setUp>) => void)[] = [
      ({ source }) => source.done(),
      ({ source }) => source.end(),
      ({ source }) => source.fail(new GenerationError('provider', 'No.')),
      ({ source }) => source.say({ type: 'done', outcome: 'interrupted' }),
      ({ generation }) => void generation.stop(),
      ({ generation }) => generation.dispose(),
      ({ generation }) => generation.reset(),
      ({ generation }) => void generation.start('again'),
    ];
    for (const end of ends) {
      const set = setUp();
      void set.generation.start('hello');
      await set.say('One ');
      end(set);
      await tick();
      expect(set.onSettled).toHaveBeenCalledTimes(1);
    }
  });
});

describe('the next run', () => {
  test('B1: nothing of a replaced run touches the new one', async () => {
    const { requestStop, answer } = setUpServer();
    const { source, generation, say, shown } = setUp({ requestStop });
    const first = generation.start('one');
    await say('Old ');
    void generation.start('two');
    const [old] = source.runs;
    old?.say({ type: 'text', delta: 'late' });
    old?.fail(new Error('late'));
    await say('New ');
    answer({ outcome: 'stopped' });
    await tick();
    expect(shown()).toMatchObject({ status: 'streaming', text: 'New ', stopRecord: null });
    expect(await first).toMatchObject({
      status: 'stopped',
      text: 'Old ',
      stopRecord: { by: 'replaced', confirmation: 'confirmed' },
    });
    expect(requestStop).toHaveBeenCalledTimes(1);
  });

  test('a send while stopping waits for the answer, and shows that it connects', async () => {
    const { requestStop, answer } = setUpServer();
    const { source, generation, shown } = setUp({ requestStop });
    void generation.start('one');
    await tick();
    void generation.stop();
    await tick();
    void generation.start('two');
    void generation.start('three');
    await tick();
    expect(shown().status).toBe('connecting');
    expect(source.requests).toHaveLength(1);
    answer({ outcome: 'stopped' });
    await tick();
    expect(source.requests.map(({ input }) => input)).toEqual(['one', 'three']);
  });

  test('a send while stopping waits no longer than the stop may take', async () => {
    const { requestStop } = setUpServer();
    const { source, generation } = setUp({ requestStop, confirmWithinMs: 1_000 });
    void generation.start('one');
    await tick();
    void generation.stop();
    void generation.start('two');
    vi.advanceTimersByTime(1_000);
    await tick();
    expect(source.requests).toHaveLength(2);
  });

  test('Stop in that wait cancels the send, so that the draft can be given back', async () => {
    const { requestStop, answer } = setUpServer();
    const { source, generation } = setUp({ requestStop });
    void generation.start('one');
    await tick();
    void generation.stop();
    const second = generation.start('two');
    const record = await generation.stop();
    expect(record).toMatchObject({ unsent: true, confirmation: 'not-asked' });
    expect(await second).toMatchObject({ status: 'stopped' });
    answer({ outcome: 'stopped' });
    await tick();
    expect(source.requests).toHaveLength(1);
  });

  test('I2: after a stop nothing starts by itself', async () => {
    const { source, generation, frame } = setUp({ autoStop: { idleMs: 10 } });
    void generation.start('one');
    await tick();
    await generation.stop();
    vi.advanceTimersByTime(60_000);
    await frame();
    expect(source.requests).toHaveLength(1);
  });

  test('reset goes back to idle, and there is nothing to regenerate', async () => {
    const { source, generation, say, shown } = setUp();
    void generation.start('one');
    await say('One ');
    generation.reset();
    expect(shown()).toMatchObject({ status: 'idle', text: '' });
    expect(source.requests[0]?.signal.aborted).toBe(true);
    await generation.regenerate();
    expect(source.requests).toHaveLength(1);
  });
});

test('a page of HTML that a source fails with is not shown to a person', async () => {
  const { source, generation } = setUp();
  const failed = generation.start('hello');
  await tick();
  source.fail(new Error('<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>'));
  expect(await failed).toMatchObject({
    status: 'error',
    error: { message: 'The model failed without saying why.', cause: expect.any(Error) as Error },
  });
});

describe('a stored answer', () => {
  const STORED_STOP = {
    runId: 'run-1',
    frozenMs: 1,
    answeredMs: null,
    reason: 'user',
    by: 'user',
    at: 5_000,
    seenChars: 4,
  } as const;

  test.each(['connecting', 'streaming', 'stopping'] as const)(
    'that was stored while it was %s is lost, and the chat goes on',
    async (status) => {
      const parts = [{ type: 'reasoning', text: 'Hm.', open: true } as const];
      const initial = { ...idleSnapshot, status, runId: 'run-1', text: 'Half', parts };
      const { generation, shown, say } = setUp({ initial });
      expect(shown()).toMatchObject({
        status: 'error',
        error: { code: 'interrupted' },
        text: 'Half',
        parts: [{ open: false }],
      });
      expect(generation.isActive()).toBe(false);
      void generation.start('hello');
      await say('Again.');
      expect(shown()).toMatchObject({ status: 'streaming', text: 'Again.' });
    },
  );

  test('that was being stopped stays stopped, not confirmed, and nobody guesses how long it thought', () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'pending' } as const;
    const parts = [{ type: 'reasoning', text: 'Hm.', open: true, startedAt: 1_000 } as const];
    const stopping = { ...idleSnapshot, status: 'stopping', text: 'Half', parts } as const;
    expect(setUp({ initial: { ...stopping, stopRecord } }).shown()).toMatchObject({
      status: 'stopped',
      error: null,
      stopRecord: { by: 'user', reason: 'user', confirmation: 'unconfirmed' },
      parts: [{ open: false, startedAt: 1_000, endedAt: 5_000 }],
    });
    const lost = setUp({ initial: { ...stopping, status: 'streaming' } });
    expect(lost.shown().parts).toMatchObject([{ open: false, endedAt: 0 }]);
  });

  test('whose stop nobody had confirmed is asked about again, by its name', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'unconfirmed' } as const;
    const initial = { ...idleSnapshot, status: 'stopped', runId: 'run-1', stopRecord } as const;
    const asked: unknown[] = [];
    const { generation, shown } = setUp({
      initial,
      requestStop: (request) => {
        asked.push(request);
        return Promise.resolve({ outcome: 'stopped' });
      },
    });
    const retried = generation.retryStop();
    expect(shown().stopRecord?.confirmation).toBe('pending');
    expect(await generation.retryStop()).toMatchObject({ confirmation: 'confirmed' });
    expect(await retried).toMatchObject({ confirmation: 'confirmed' });
    expect(shown()).toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'confirmed' } });
    expect(asked).toEqual([{ runId: 'run-1', reason: 'user', seenChars: 4 }]);
    expect(await generation.retryStop()).toBeNull();
  });

  test('that was stored as text and a stop is asked about by the name in the stop', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'unconfirmed' } as const;
    const { generation, shown } = setUp({
      initial: { ...storedSnapshot('Half'), status: 'stopped', stopRecord },
      requestStop: () => Promise.resolve({ outcome: 'stopped' }),
    });
    expect(await generation.retryStop()).toMatchObject({ confirmation: 'confirmed' });
    expect(shown()).toMatchObject({ text: 'Half', stopRecord: { confirmation: 'confirmed' } });
  });

  test('that was stored while its stop was asked about again can be asked about once more', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'pending' } as const;
    const { generation, shown } = setUp({
      initial: { ...idleSnapshot, status: 'stopped', runId: 'run-1', stopRecord },
      requestStop: () => Promise.resolve({ outcome: 'stopped' }),
    });
    expect(shown().stopRecord?.confirmation).toBe('unconfirmed');
    expect(await generation.retryStop()).toMatchObject({ confirmation: 'confirmed' });
  });

  test('is not told late that an earlier question failed, while a later one is out', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'unconfirmed' } as const;
    const asked: { fail(): void; signal: AbortSignal }[] = [];
    const { generation, shown } = setUp({
      initial: { ...idleSnapshot, status: 'stopped', runId: 'run-1', stopRecord },
      requestStop: (_, init) =>
        new Promise((_resolve, reject) => {
          asked.push({ fail: () => reject(new Error('504')), signal: init.signal });
        }),
      confirmWithinMs: 20,
    });
    const first = generation.retryStop();
    await vi.advanceTimersByTimeAsync(20);
    await first;
    const second = generation.retryStop();
    await vi.advanceTimersByTimeAsync(1);
    expect(asked[0]?.signal.aborted).toBe(true);
    asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(1);
    expect(shown().stopRecord?.confirmation).toBe('pending');
    asked[1]?.fail();
    expect(await second).toMatchObject({ confirmation: 'unconfirmed' });
  });

  test('whose stop is not answered this time either stays not confirmed', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'refused' } as const;
    const { generation } = setUp({
      initial: { ...idleSnapshot, status: 'stopped', runId: 'run-1', stopRecord },
      requestStop: () => new Promise(() => undefined),
      confirmWithinMs: 20,
    });
    const retried = generation.retryStop();
    await vi.advanceTimersByTimeAsync(20);
    expect(await retried).toMatchObject({
      confirmation: 'unconfirmed',
      waitedMs: expect.any(Number) as number,
    });
  });

  test('that failed says why, also when it was stored as JSON', async () => {
    const { source, generation } = setUp();
    const failed = generation.start('hello');
    const cause = new Error('sk-123');
    const details = { status: 429, retryAfterMs: 2_000, cause };
    source.fail(new GenerationError('rate-limited', 'Please wait 2 s.', details));
    const json = JSON.stringify(await failed);
    expect(json).not.toContain('sk-123');
    const { shown } = setUp({ initial: JSON.parse(json) as Snapshot });
    expect(shown().error).toMatchObject({
      code: 'rate-limited',
      message: 'Please wait 2 s.',
      retryable: true,
      status: 429,
      retryAfterMs: 2_000,
    });
  });

  test('is not offered for Continue, because its question is not known here', () => {
    const initial = {
      ...idleSnapshot,
      status: 'stopped',
      text: 'Half',
      canContinue: true,
    } as const;
    const { shown } = setUp({ initial, continues: 'prefill' });
    expect(shown()).toMatchObject({ status: 'stopped', text: 'Half', canContinue: false });
  });

  test('is regenerated and gone on with where its question is given with it', async () => {
    const initial = { ...idleSnapshot, status: 'stopped', text: 'Half' } as const;
    const { generation, source, say, shown } = setUp({
      initial,
      initialInput: 'Why?',
      continues: 'prefill',
    });
    expect(shown().canContinue).toBe(true);
    void generation.continueAnswer();
    await say(' an answer.');
    expect(shown().text).toBe('Half an answer.');
    void generation.regenerate();
    await say('Again.');
    expect(shown().text).toBe('Again.');
    expect(source.requests).toMatchObject([
      { input: 'Why?', mode: 'continue', partial: { text: 'Half' } },
      { input: 'Why?', mode: 'start' },
    ]);
  });

  test('that turns out to be whole when its stop is asked about again is not offered for Continue', async () => {
    const stopRecord = { ...STORED_STOP, confirmation: 'unconfirmed' } as const;
    const { generation, shown } = setUp({
      initial: { ...storedSnapshot('Half'), status: 'stopped', stopRecord },
      initialInput: 'Why?',
      continues: 'prefill',
      requestStop: () => Promise.resolve({ outcome: 'finished', text: 'Half and whole.' }),
    });
    expect(shown().canContinue).toBe(true);
    await generation.retryStop();
    expect(shown()).toMatchObject({
      status: 'complete',
      text: 'Half and whole.',
      canContinue: false,
    });
  });

  test('that was whole is not offered for Continue, though its question is given with it', () => {
    const initial = {
      ...idleSnapshot,
      status: 'complete',
      text: 'All.',
      canContinue: true,
    } as const;
    const { shown } = setUp({ initial, initialInput: 'Why?', continues: 'prefill' });
    expect(shown().canContinue).toBe(false);
  });
});

describe('an answer that is asked for again', () => {
  test('C19: regenerate keeps the old text until the first new word', async () => {
    const { source, generation, say, shown } = setUp();
    void generation.start('one');
    await say('Old.');
    await generation.stop();
    void generation.regenerate();
    expect(shown()).toMatchObject({ status: 'connecting', text: 'Old.' });
    expect(source.requests.map(({ input }) => input)).toEqual(['one', 'one']);
    await say('New');
    expect(shown().text).toBe('New');
  });

  test('the old text comes back when the new run fails before its first word, and can be gone on with as before', async () => {
    const { source, generation, say, shown } = setUp({ continues: 'prefill' });
    void generation.start('one');
    await say('Old.');
    await generation.stop();
    const again = generation.regenerate();
    source.fail(new GenerationError('busy', 'Try later.'));
    expect(await again).toMatchObject({ status: 'error', text: 'Old.', canContinue: true });
    void generation.continueAnswer();
    expect(source.requests.at(-1)).toMatchObject({ mode: 'continue', partial: { text: 'Old.' } });
    await say(' Not so old.');
    source.done();
    await tick();
    expect(shown().text).toBe('Old. Not so old.');
    const lost = generation.regenerate();
    source.fail(new GenerationError('interrupted', 'Lost.'));
    expect(await lost).toMatchObject({ text: 'Old. Not so old.', canContinue: false });
  });

  test('a Continue that fails before a word can be tried again', async () => {
    const { source, generation, say, shown } = setUp({ continues: 'prefill' });
    void generation.start('one');
    await say('One tw');
    await generation.stop();
    for (const code of ['rate-limited', 'provider'] as const) {
      const failed = generation.continueAnswer();
      source.fail(new GenerationError(code, 'Try later.'));
      expect(await failed).toMatchObject({ status: 'error', text: 'One tw', canContinue: true });
    }
    void generation.continueAnswer();
    await say('o.');
    source.fail(new GenerationError('provider', 'No more.'));
    await tick();
    expect(shown()).toMatchObject({ status: 'error', text: 'One two.', canContinue: false });
  });

  test('C18: continue goes on in the middle of a word, after a second stop too', async () => {
    const { source, generation, say, shown } = setUp({ continues: 'prefill' });
    void generation.start('one');
    await say('One tw');
    await generation.stop();
    expect(shown().canContinue).toBe(true);
    void generation.continueAnswer();
    expect(source.requests[1]).toMatchObject({ mode: 'continue', partial: { text: 'One tw' } });
    await say('o thr');
    expect(await generation.stop()).toMatchObject({ seenChars: 5 });
    void generation.continueAnswer();
    await say('ee.');
    source.done();
    await tick();
    expect(shown()).toMatchObject({ status: 'complete', text: 'One two three.' });
  });

  test('an answer that is gone on with tells what going on cost, and not again what it cost before', async () => {
    const { source, generation, say, shown } = setUp({ continues: 'prefill' });
    void generation.start('one');
    await tick();
    source.say({ type: 'usage', usage: { inputTokens: 5, outputTokens: 7 } });
    await say('One ');
    await generation.stop();
    void generation.continueAnswer();
    expect(shown().usage).toBeNull();
    source.say({ type: 'usage', usage: { outputTokens: 2 } });
    await say('two.');
    expect(shown().usage).toEqual({ outputTokens: 2 });
  });

  test('C18: an instructed model that echoes is joined without the echo', async () => {
    const { generation, say, shown } = setUp({ continues: 'instruct' });
    void generation.start('one');
    await say('The quick brown fox jum');
    await generation.stop();
    void generation.continueAnswer();
    await say('brown fox ', 'jumps');
    expect(shown().text).toBe('The quick brown fox jumps');
  });

  test('words that may have been an echo stand before the tool call that follows them', async () => {
    const { source, generation, say, frame, shown } = setUp({ continues: 'instruct' });
    void generation.start('one');
    await say('Let me look at the files, and ');
    await generation.stop();
    void generation.continueAnswer();
    await say('look at ');
    expect(shown().text).toBe('Let me look at the files, and ');
    source.say({ type: 'tool-call', id: 'call-1', name: 'list' });
    await tick();
    await frame();
    source.done();
    await tick();
    expect(shown().parts).toMatchObject([
      { type: 'text', text: 'Let me look at the files, and look at ' },
      { type: 'tool-call', id: 'call-1' },
    ]);
  });

  test('continue is offered only where the source can, and something can be continued', async () => {
    const cannot = setUp();
    void cannot.generation.start('one');
    await cannot.say('One ');
    await cannot.generation.stop();
    expect(cannot.shown().canContinue).toBe(false);
    await cannot.generation.continueAnswer();
    expect(cannot.source.requests).toHaveLength(1);
    const long = setUp({ continues: 'prefill' });
    void long.generation.start('one');
    await long.say('One ');
    long.source.done('length');
    await tick();
    expect(long.shown()).toMatchObject({ status: 'complete', canContinue: true });
  });
});
