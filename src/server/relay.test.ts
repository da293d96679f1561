import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { STOPKIT_STREAM_TYPE } from '../formats/stopkitStream.js';
import type { Upstream, UpstreamAnswer } from './openUpstream.js';
import { proxyResponse } from './proxyResponse.js';
import type { ProxyEnd, ProxyOptions } from './relay.js';

const SSE = 'text/event-stream';
const RUN_ID = 'run-12345678';

/** An upstream whose words the test decides. */
function createSpeaker() {
  let controller: ReadableStreamDefaultController<string>;
  const left = vi.fn();
  const stream = new ReadableStream<string>({
    start(own) {
      controller = own;
    },
    cancel: left,
  });
  return {
    stream,
    left,
    say: (text: string) => controller.enqueue(text),
    end: () => controller.close(),
    fail: (error: unknown) => controller.error(error),
  };
}

/** Calls the proxy as a Fetch route does, and keeps how it ended. */
function call(upstream: Upstream, options: ProxyOptions = {}) {
  const leave = new AbortController();
  const ends: ProxyEnd[] = [];
  const request = new Request('http://localhost/', { signal: leave.signal });
  const response = proxyResponse(request, upstream, {
    runId: RUN_ID,
    ...options,
    onSettled: (end) => void ends.push(end),
  });
  return { response, ends, leave: () => leave.abort(), request };
}

/** Reads a body as it comes. */
async function open(response: Promise<Response>) {
  const reader = (await response).body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('There is no body.');
  return {
    next: async () => (await reader.read()).value,
    cancel: () => reader.cancel(),
  };
}

const never = <T>(): Promise<T> => new Promise(() => undefined);
const withStatus = (status: number, headers = {}) =>
  new Response('secret of the provider', { status, headers });

describe('what the client gets', () => {
  test('the bytes as they are, under the run id the client gave', async () => {
    const { response, ends } = call(
      () => new Response('süd', { headers: { 'content-type': SSE } }),
    );
    const { status, headers } = await response;
    expect(status).toBe(200);
    expect(headers.get('run-id')).toBe(RUN_ID);
    expect(headers.get('content-type')).toBe(SSE);
    expect(headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(await (await response).text()).toBe('süd');
    expect(ends).toEqual([{ runId: RUN_ID, outcome: 'complete' }]);
  });

  test('a run id that is none is replaced, and the upstream is told the same one', async () => {
    let told = '';
    const upstream: Upstream = ({ runId }) => {
      told = runId;
      return new Response('x');
    };
    const { headers } = await call(upstream, { runId: 'a\r\nb' }).response;
    expect(headers.get('run-id')).toBe(told);
    expect(told).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test('text from an async iterable, strings and bytes alike', async () => {
    async function* words() {
      yield 'one ';
      yield await Promise.resolve(new TextEncoder().encode('two'));
    }
    const response = await call(words).response;
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('one two');
  });

  test('an answer without a body is an answer', async () => {
    const response = await call(() => new Response(null, { status: 204 })).response;
    expect(response.status).toBe(204);
  });

  test.each([
    [429, 429],
    [503, 503],
    [529, 503],
    [401, 502],
    [400, 502],
    [500, 502],
  ])('an upstream that answers %i is a %i with a sentence', async (theirs, ours) => {
    const { response, ends } = call(() => withStatus(theirs, { 'retry-after': '7' }));
    const { status, headers } = await response;
    expect(status).toBe(ours);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('run-id')).toBe(RUN_ID);
    expect(headers.get('retry-after')).toBe(ours === 502 ? null : '7');
    expect(await (await response).text()).toMatch(/^\{"error":"The model .*\."\}$/);
    expect(ends).toMatchObject([{ outcome: 'error' }]);
  });

  test.each(['a\nb: c', 'x'.repeat(65), 7, null])(
    'a time to wait that is no header (%j) is not passed on',
    async (retryAfter) => {
      const headers = new Map([['retry-after', retryAfter]]);
      const refusal = Object.assign(new Error('Rate limited'), { status: 429, headers });
      const response = await call(() => Promise.reject(refusal)).response;
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe(null);
    },
  );

  test('what a provider client throws keeps its status', async () => {
    const refusal = Object.assign(new Error('Rate limited'), {
      status: 429,
      headers: new Headers({ 'retry-after': '9' }),
    });
    const response = await call(() => Promise.reject(refusal)).response;
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('9');
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
    [
      'throws a string',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- as some frameworks abort
        throw 'no';
      },
    ],
    // An app without types may return nothing at all.
    ['gives nothing', () => undefined as unknown as Response],
  ] satisfies [string, Upstream][])('an upstream that %s is a 502', async (_, upstream) => {
    const response = await call(upstream).response;
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ error: 'The model could not be reached.' });
  });

  test.each([
    ['was cut off', new Error('ECONNRESET')],
    ['was let go of', undefined],
  ])('a Node stream that %s before it was handed on is not waited for', async (_, error) => {
    const stream = Readable.from(['word']).on('error', () => undefined);
    stream.destroy(error);
    await new Promise((resolve) => stream.once('close', resolve));
    const { response, ends } = call(() => stream);
    await expect((await response).text()).rejects.toThrow();
    expect(ends).toMatchObject([{ outcome: 'interrupted' }]);
  });

  test('a Node stream that was read already is an empty answer', async () => {
    const stream = Readable.from(['word']);
    expect(await stream.toArray()).toEqual(['word']);
    const { response, ends } = call(() => stream);
    expect(await (await response).text()).toBe('');
    expect(ends).toMatchObject([{ outcome: 'complete' }]);
  });

  test('G2: an upstream that breaks between two events ends in an error event', async () => {
    const speaker = createSpeaker();
    const { response, ends } = call(() => speaker.stream, { contentType: SSE });
    const body = await open(response);
    speaker.say('data: 1\n\n');
    expect(await body.next()).toBe('data: 1\n\n');
    speaker.fail(new Error('terminated'));
    expect(await body.next()).toMatch(/^event: error\ndata: \{.*\}\n\n$/);
    expect(await body.next()).toBeUndefined();
    expect(ends).toMatchObject([{ outcome: 'interrupted', error: new Error('terminated') }]);
  });

  test.each([
    ['inside an event', SSE, 'data: {"a"'],
    ['in plain text', 'text/plain', 'a word\n\n'],
  ])('an upstream that breaks %s cuts the connection', async (_, contentType, said) => {
    const speaker = createSpeaker();
    const body = await open(call(() => speaker.stream, { contentType }).response);
    speaker.say(said);
    expect(await body.next()).toBe(said);
    speaker.fail(new Error('terminated'));
    await expect(body.next()).rejects.toThrow('before it was complete');
  });

  test.each([
    [
      'throws in the middle',
      'cut',
      () => {
        throw new Error('It broke.');
      },
    ],
    ['gives a result of nothing', 'cut', () => Promise.resolve(undefined)],
    ['gives its results at once', 'ab', (at) => ({ done: at > 2, value: 'b' })],
  ] satisfies [string, string, (at: number) => unknown][])(
    'an iterator that %s ends its answer (%s)',
    async (_, said, next) => {
      let at = 0;
      const iterator = {
        next() {
          at += 1;
          return at === 1 ? Promise.resolve({ done: false, value: 'a' }) : next(at);
        },
      };
      // An iterator of plain JavaScript may give anything.
      const words = { [Symbol.asyncIterator]: () => iterator } as unknown as UpstreamAnswer;
      const { response, ends } = call(() => words);
      const text = await (await response).text().catch(() => 'cut');
      expect(text).toBe(said);
      expect(ends).toMatchObject([{ outcome: said === 'cut' ? 'interrupted' : 'complete' }]);
    },
  );

  test('an upstream that yields something else than text says so', async () => {
    // An app without types may pass the objects of its client on.
    const upstream = (() => [{ text: 'x' }].values()) as unknown as Upstream;
    const { response, ends } = call(upstream);
    expect((await response).status).toBe(502);
    expect(ends).toMatchObject([{ outcome: 'error' }]);
  });
});

/** How many timers of this length are set in the five minutes to come; what other tests left may set others. */
async function timersOf(ms: number): Promise<number> {
  const { setTimeout } = globalThis;
  let count = 0;
  const counting = (callback: () => void, delay?: number) => {
    if (delay === ms) count += 1;
    return setTimeout(callback, delay);
  };
  globalThis.setTimeout = Object.assign(counting, setTimeout);
  await vi.advanceTimersByTimeAsync(300_000);
  globalThis.setTimeout = setTimeout;
  return count;
}

describe('while nothing is said', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('H7: an event stream beats before the upstream has answered, and not after its end', async () => {
    let answer: (answer: UpstreamAnswer) => void = () => undefined;
    const upstream = () => new Promise<UpstreamAnswer>((resolve) => (answer = resolve));
    const { response } = call(upstream, { contentType: SSE, heartbeatMs: 1_000 });
    await vi.advanceTimersByTimeAsync(2_500);
    const body = await open(response);
    expect(await body.next()).toBe(': \n\n');
    expect(await body.next()).toBe(': \n\n');
    const speaker = createSpeaker();
    answer(speaker.stream);
    speaker.say('data: 1\n\n');
    expect(await body.next()).toBe('data: 1\n\n');
    speaker.end();
    expect(await body.next()).toBeUndefined();
    expect(await timersOf(1_000)).toBe(0);
  });

  test.each([
    ['an event stream', SSE, ['data: {"a"', ': 1}\n\n'], ': \n\n'],
    ['an event stream with CRLF', SSE, ['data: 1\r\n', '\r\n'], ': \n\n'],
    ['an event stream in single bytes', SSE, ['x\n', '\n'], ': \n\n'],
    ["stopkit's own stream", STOPKIT_STREAM_TYPE, ['{"type"', ':"replay"}\n'], '\n'],
  ])('%s beats only between two frames', async (_, contentType, [half, rest], beat) => {
    const speaker = createSpeaker();
    const body = await open(
      call(() => speaker.stream, { contentType, heartbeatMs: 1_000 }).response,
    );
    speaker.say(half ?? '');
    await vi.advanceTimersByTimeAsync(5_000);
    speaker.say(rest ?? '');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(await body.next()).toBe(half);
    expect(await body.next()).toBe(rest);
    expect(await body.next()).toBe(beat);
  });

  test('a stream that speaks does not beat, and plain text never does', async () => {
    const speaker = createSpeaker();
    const text = createSpeaker();
    const body = await open(
      call(() => speaker.stream, { contentType: SSE, heartbeatMs: 1_000 }).response,
    );
    const silent = await open(call(() => text.stream, { heartbeatMs: 1_000 }).response);
    for (let second = 0; second < 5; second += 0.6) {
      speaker.say('x\n\n');
      await vi.advanceTimersByTimeAsync(600);
      expect(await body.next()).toBe('x\n\n');
    }
    text.say('word');
    expect(await silent.next()).toBe('word');
  });

  test('once it has beaten, a refusal is an error event', async () => {
    let answer: (answer: UpstreamAnswer) => void = () => undefined;
    const upstream = () => new Promise<UpstreamAnswer>((resolve) => (answer = resolve));
    const { response } = call(upstream, { contentType: SSE, heartbeatMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    answer(withStatus(500));
    expect(await (await response).text()).toMatch(/^: \n\nevent: error\ndata: .*\(500\).*\n\n$/);
  });

  test('once it has beaten, an answer of another type than was promised is an error event', async () => {
    let answer: (answer: UpstreamAnswer) => void = () => undefined;
    const upstream = () => new Promise<UpstreamAnswer>((resolve) => (answer = resolve));
    const { response, ends } = call(upstream, { contentType: SSE, heartbeatMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    answer(new Response('{}', { headers: { 'content-type': 'application/json' } }));
    expect(await (await response).text()).toMatch(/^: \n\nevent: error\n/);
    expect(String(ends[0]?.error)).toContain('application/json');
  });

  test('an answer that takes too long is ended: a status before its head, an error event after', async () => {
    const silent = call(() => never(), { maxDurationMs: 60_000 });
    const speaker = createSpeaker();
    const begun = call(() => speaker.stream, { contentType: SSE, maxDurationMs: 60_000 });
    const body = await open(begun.response);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(begun.ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await silent.response).status).toBe(504);
    expect(await body.next()).toBe(': \n\n');
    expect(begun.ends).toEqual([{ runId: RUN_ID, outcome: 'interrupted', reason: 'total-time' }]);
    expect(speaker.left).toHaveBeenCalledOnce();
  });

  test('G13, H2: a client that takes nothing, and is never said to have gone, is ended by the stall limit', async () => {
    let made = 0;
    const left = vi.fn();
    const flood = new ReadableStream<Uint8Array>({
      pull(controller) {
        made += 1;
        controller.enqueue(new Uint8Array(1024));
      },
      cancel: left,
    });
    const { response, ends } = call(() => flood, { stallMs: 5_000 });
    await response;
    await vi.advanceTimersByTimeAsync(4_999);
    expect(made).toBeLessThan(32);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(left).toHaveBeenCalledOnce();
    expect(ends).toEqual([{ runId: RUN_ID, outcome: 'disconnected', reason: 'stalled' }]);
    expect(await timersOf(5_000)).toBe(0);
    expect(ends).toHaveLength(1);
  });
});

describe('when the client leaves', () => {
  test('G12: before the upstream has answered, its signal aborts and nothing is waited for', async () => {
    let seen: AbortSignal | undefined;
    const { response, ends, leave } = call(({ signal }) => {
      seen = signal;
      return never();
    });
    leave();
    expect((await response).status).toBe(499);
    expect(seen?.aborted).toBe(true);
    expect(ends).toEqual([{ runId: RUN_ID, outcome: 'disconnected' }]);
  });

  test('a client that has left already costs the upstream nothing', async () => {
    const upstream = vi.fn<Upstream>(() => never());
    const request = new Request('http://localhost/', { signal: AbortSignal.abort('a string') });
    await proxyResponse(request, upstream);
    expect(upstream).not.toHaveBeenCalled();
  });

  test('an upstream that ignores its signal and answers later is let go of', async () => {
    let answer: (answer: UpstreamAnswer) => void = () => undefined;
    const speaker = createSpeaker();
    const { response, leave } = call(() => new Promise((resolve) => (answer = resolve)));
    leave();
    await response;
    answer(speaker.stream);
    await expect.poll(() => speaker.left.mock.calls.length).toBe(1);
  });

  test('G10: while the upstream says nothing, it is let go of at once', async () => {
    const speaker = createSpeaker();
    const { response, ends } = call(() => speaker.stream);
    const body = await open(response);
    speaker.say('word');
    await body.next();
    await body.cancel();
    await expect.poll(() => ends).toEqual([{ runId: RUN_ID, outcome: 'disconnected' }]);
    expect(speaker.left).toHaveBeenCalledOnce();
  });

  test('an iterator that hangs in next() and in return() holds nothing up', async () => {
    const hostile = { [Symbol.asyncIterator]: () => ({ next: never, return: never }) };
    // An iterator that never settles has no result type.
    const { response, ends, leave } = call(() => hostile as AsyncIterable<string>);
    await response;
    leave();
    await expect.poll(() => ends).toEqual([{ runId: RUN_ID, outcome: 'disconnected' }]);
  });

  test('G9: an app that reads along does not keep the upstream open', async () => {
    const kept: string[] = [];
    const speaker = createSpeaker();
    const { response } = call(async function* () {
      for await (const text of speaker.stream) {
        kept.push(text);
        yield text;
      }
    });
    const body = await open(response);
    speaker.say('one');
    await body.next();
    await body.cancel();
    speaker.say('two');
    await expect.poll(() => speaker.left.mock.calls.length).toBe(1);
  });

  test('G4: words and heartbeats that come later go nowhere', async () => {
    const speaker = createSpeaker();
    const { response, ends, leave } = call(() => speaker.stream, {
      contentType: SSE,
      heartbeatMs: 1,
    });
    const body = await open(response);
    speaker.say('data: 1\n\n');
    await body.next();
    leave();
    await expect.poll(() => ends.length).toBe(1);
    expect(() => speaker.say('data: 2\n\n')).toThrow();
  });

  test('G18: a hundred that leave are a hundred disconnects, no error and no success', async () => {
    const calls = Array.from({ length: 100 }, () => call(() => never()));
    for (const { leave } of calls) leave();
    await Promise.all(calls.map(({ response }) => response));
    const outcomes = calls.map(({ ends }) => ends.map(({ outcome }) => outcome).join());
    expect(new Set(outcomes)).toEqual(new Set(['disconnected']));
  });

  test('G15: a thousand runs under one signal leave no listener behind', async () => {
    const request = new Request('http://localhost/', { signal: new AbortController().signal });
    for (let run = 0; run < 1_000; run++) {
      await (await proxyResponse(request, () => new Response('word'))).text();
    }
    expect(getEventListeners(request.signal, 'abort')).toHaveLength(0);
  });

  test('what onSettled throws is not the end of anything', async () => {
    const failing = () => {
      throw new Error('mine');
    };
    const response = await proxyResponse(
      new Request('http://localhost/'),
      () => new Response('word'),
      { onSettled: failing },
    );
    expect(await response.text()).toBe('word');
  });
});

test('a callback that rejects after the answer ends nothing else', async () => {
  const rejected: unknown[] = [];
  const listen = (reason: unknown): void => void rejected.push(reason);
  process.on('unhandledRejection', listen);
  onTestFinished(() => void process.off('unhandledRejection', listen));
  const response = await proxyResponse(
    new Request('http://localhost/'),
    () => new Response('Hello'),
    { onSettled: () => Promise.reject(new Error('The database is down.')) },
  );
  expect(await response.text()).toBe('Hello');
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejected).toEqual([]);
});
