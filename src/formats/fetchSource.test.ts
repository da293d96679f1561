import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { serve } from '../../test/unit/formats/serve.js';
import {
  createGeneration,
  GenerationError,
  idleSnapshot,
  type RunRequest,
  type StreamEvent,
} from '../core/index.js';
import { anthropic } from './anthropic.js';
import { fetchSource, type FetchSourceOptions } from './fetchSource.js';
import { openai } from './openai.js';
import { plainText } from './plainText.js';
import { encodeStopkitStream, STOPKIT_STREAM_TYPE } from './stopkitStream.js';

interface Asked {
  events: StreamEvent[];
  text: string;
  error: GenerationError | null;
}

const RUN_ID = 'run-0123456789';

/** Asks as the core would, until the source has nothing more to say. */
async function ask(
  options: FetchSourceOptions<string>,
  request: Partial<RunRequest<string>> = {},
): Promise<Asked> {
  const asked: Asked = { events: [], text: '', error: null };
  const source = fetchSource<string>(options)({
    runId: RUN_ID,
    input: 'Hello',
    mode: 'start',
    signal: new AbortController().signal,
    ...request,
  });
  try {
    for await (const chunk of source) {
      for (const event of [chunk].flat()) {
        asked.events.push(event);
        if (event.type === 'text') asked.text += event.delta;
        if (event.type === 'error') asked.error = event.error;
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof GenerationError)) throw thrown;
    asked.error = thrown;
  }
  return asked;
}

describe('the request', () => {
  test('a bare URL gets the prompt and the run id as JSON, and no header that needs a preflight of its own', async () => {
    const { url, requests } = await serve((res) => res.end('Hi'));
    expect(await ask({ url })).toMatchObject({ text: 'Hi', error: null });
    const [request] = requests;
    expect(request?.method).toBe('POST');
    expect(JSON.parse(request?.body ?? '')).toEqual({ prompt: 'Hello', runId: RUN_ID });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(Object.keys(request?.headers ?? {}).join()).not.toMatch(/run/);
  });

  test('Continue says what there is to continue from', async () => {
    const { url, requests } = await serve((res) => res.end(' there'));
    await ask({ url }, { mode: 'continue', partial: { ...idleSnapshot, text: 'Hi' } });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      prompt: 'Hello',
      runId: RUN_ID,
      continueFrom: 'Hi',
    });
  });

  test('Continue is offered only where the source says it can', () => {
    expect(fetchSource({ url: '/' }).continues).toBeUndefined();
    expect(fetchSource({ url: '/', continues: 'instruct' }).continues).toBe('instruct');
  });

  test('attaching only asks: it sends no prompt, so that nothing can be generated twice', async () => {
    const { url, requests } = await serve((res) => res.end('so far'));
    expect((await ask({ url }, { mode: 'attach' })).text).toBe('so far');
    expect(requests[0]).toMatchObject({ method: 'GET', body: '' });
  });

  test('the app may send a body, headers, credentials and a fetch of its own', async () => {
    const { url, requests } = await serve((res) => res.end('Hi'));
    const own = vi.fn<typeof fetch>((input, init) => fetch(input, init));
    await ask({
      url,
      fetch: own,
      credentials: 'include',
      headers: { 'X-Team': 'blue' },
      body: async ({ input, runId }) => Promise.resolve({ q: input, id: runId }),
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ q: 'Hello', id: RUN_ID });
    expect(requests[0]?.headers['x-team']).toBe('blue');
    expect(own.mock.calls[0]?.[1]?.credentials).toBe('include');
  });
});

describe('the format of an answer', () => {
  test('a bare URL understands plain text and the stream of stopkit, whichever is sent', async () => {
    const events: StreamEvent[] = [
      { type: 'text', delta: 'Hi' },
      { type: 'done', reason: 'stop' },
    ];
    for (const type of [STOPKIT_STREAM_TYPE, 'application/x-ndjson; charset=utf-8']) {
      const { url } = await serve((res) =>
        res.writeHead(200, { 'content-type': type }).end(`\n\n${encodeStopkitStream(...events)}`),
      );
      expect((await ask({ url })).events).toEqual(events);
    }
    for (const type of ['text/plain', 'text/markdown; charset=utf-8', 'application/octet-stream']) {
      const { url } = await serve((res) => res.writeHead(200, { 'content-type': type }).end('Hi'));
      expect((await ask({ url })).events).toEqual([{ type: 'text', delta: 'Hi' }]);
    }
  });

  test('an answer of another kind is not shown as text: the error names what came', async () => {
    for (const type of ['text/event-stream', 'application/json']) {
      const { url } = await serve((res) =>
        res.writeHead(200, { 'content-type': type }).end('{"text":"Hi"}'),
      );
      const { error, text } = await ask({ url });
      expect(text).toBe('');
      expect(error).toMatchObject({
        code: 'format',
        message: `The server answered with ${type}, which cannot be read here.`,
        cause: { message: expect.stringMatching(/^stopkit: .* Pass the format/) as string },
      });
    }
  });

  test('a failure that was sent as 200 is a failure, in the words of the server', async () => {
    const { url } = await serve((res) =>
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"error":{"message":"You have run out of credit."}}'),
    );
    for (const format of [undefined, openai(), anthropic()]) {
      const { error } = await ask({ url, ...(format === undefined ? {} : { format }) });
      expect(error).toMatchObject({ code: 'format', message: 'You have run out of credit.' });
    }
  });

  test('a format that was named is believed, even when the server labels its stream carelessly', async () => {
    const frame = (content: string) => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`;
    const { url } = await serve((res) =>
      res.writeHead(200, { 'content-type': 'text/plain' }).end(`${frame('Hi')}data: [DONE]\n\n`),
    );
    expect((await ask({ url, format: openai() })).events).toEqual([
      { type: 'text', delta: 'Hi' },
      { type: 'done' },
    ]);
  });
});

describe.each([
  ['a page of text', 'Hello, world'],
  ['lines of text', 'Hello,\nworld: hello\n\n'],
  ['JSON', '{"text":"Hi"}'],
])('server-sent events that are none, but %s', (_, body) => {
  test.each(['text/plain', ''])('are an error that names what came: "%s"', async (type) => {
    const { url } = await serve((res) =>
      res.writeHead(200, type === '' ? {} : { 'content-type': type }).end(body),
    );
    const { error } = await ask({ url, format: openai() });
    expect(error).toMatchObject({
      code: 'format',
      message:
        type === ''
          ? 'The server sent something that could not be read.'
          : 'The server answered with text/plain, which cannot be read here.',
      cause: { message: expect.stringMatching(/^stopkit: .*content type/) as string },
    });
  });
});

describe('errors that a person can read', () => {
  const refuse =
    (status: number, body = '', headers: Record<string, string> = {}) =>
    () =>
      serve((res) => res.writeHead(status, headers).end(body));
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const html = { 'content-type': 'text/html' };
  const page = '<!doctype html><title>502 Bad Gateway</title>';

  test.each<[string, () => Promise<{ url: string }>, object]>([
    ['401', refuse(401), { code: 'unauthorized', message: 'Please sign in again.' }],
    ['403', refuse(403), { code: 'http', message: 'You are not allowed to do this.' }],
    ['404', refuse(404), { code: 'http', message: 'The server has nothing at this address.' }],
    [
      '409',
      refuse(409),
      { code: 'busy', message: 'Another answer is still being written.', retryable: true },
    ],
    ['418', refuse(418), { code: 'http', message: 'The server refused the request (418).' }],
    [
      '429 with seconds',
      refuse(429, '', { 'retry-after': '7' }),
      {
        code: 'rate-limited',
        message: 'Too many requests. Please wait 7 s.',
        retryAfterMs: 7_000,
        retryable: true,
      },
    ],
    [
      '429 with a date that has passed',
      refuse(429, '', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
      { code: 'rate-limited', retryAfterMs: 0 },
    ],
    [
      '429 without a word about when',
      refuse(429, '', { 'retry-after': 'later' }),
      { code: 'rate-limited', message: 'Too many requests. Please wait a moment.' },
    ],
    [
      '500',
      refuse(500),
      { code: 'http', message: 'The server failed (500). Please try again.', retryable: true },
    ],
    [
      '502 with a page of HTML',
      refuse(502, page, html),
      { code: 'http', message: 'The server failed (502). Please try again.', status: 502 },
    ],
    [
      '503 with Retry-After',
      refuse(503, '', { 'retry-after': '2' }),
      { code: 'http', retryAfterMs: 2_000, retryable: true },
    ],
    [
      'a sentence in { error }',
      refuse(400, '{"error":"The prompt is too long."}', json),
      { code: 'http', message: 'The prompt is too long.', retryable: false },
    ],
    [
      'a sentence in { error: { message } }',
      refuse(409, '{"error":{"message":"Tab two is writing."}}', json),
      { code: 'busy', message: 'Tab two is writing.' },
    ],
    [
      'a sentence in { message }, beside the reason phrase of a framework',
      refuse(400, '{"statusCode":400,"error":"Bad Request","message":"Only Ada may ask."}', json),
      { code: 'http', message: 'Only Ada may ask.' },
    ],
    [
      'the message of a failure, which is for nobody else',
      refuse(500, '{"message":"connect ECONNREFUSED 10.0.3.7:5432"}', json),
      { code: 'http', message: 'The server failed (500). Please try again.' },
    ],
    [
      'an answer in JSON, which is no error of the server',
      refuse(200, '{"message":"The capital of France is Paris."}', json),
      {
        code: 'format',
        message: 'The server answered with application/json, which cannot be read here.',
      },
    ],
    [
      'a sentence in Chinese, which has no space',
      refuse(429, '{"error":"请求过于频繁，请稍后再试。"}', json),
      { code: 'rate-limited', message: '请求过于频繁，请稍后再试。' },
    ],
    [
      'a code, which is no sentence',
      refuse(400, '{"error":"ERR_INVALID_ARG"}', json),
      { message: 'The server refused the request (400).' },
    ],
    [
      'a code with a number behind a tab, which is no sentence',
      refuse(400, '{"error":"ECONNRESET\\t104"}', json),
      { message: 'The server refused the request (400).' },
    ],
    [
      'a stack trace, which is no sentence',
      refuse(500, JSON.stringify({ error: 'Error: no\n    at run (index.js:1)' }), json),
      { message: 'The server failed (500). Please try again.' },
    ],
    [
      'a very long body',
      refuse(500, `{"error":"${'so long '.repeat(20_000)}"}`, json),
      { message: 'The server failed (500). Please try again.' },
    ],
    [
      'a web page in place of an answer',
      refuse(200, '<!doctype html><div id=root></div>', html),
      { code: 'format', message: 'The server sent a web page, not an answer.' },
    ],
    [
      'an answer without a body',
      refuse(204),
      { code: 'protocol', message: 'The server sent an empty answer.', retryable: true },
    ],
    [
      'an answer with an empty body',
      refuse(200),
      { code: 'protocol', message: 'The server sent an empty answer.' },
    ],
  ])('%s', async (_, start, expected) => {
    const { url } = await start();
    const { error, text } = await ask({ url });
    expect(error).toBeInstanceOf(GenerationError);
    expect(error).toMatchObject(expected);
    expect(text).toBe('');
  });

  test('429 with a date to come', async () => {
    const { url } = await serve((res) =>
      res.writeHead(429, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }).end(),
    );
    const { error } = await ask({ url });
    expect(error?.retryAfterMs).toBeGreaterThan(50_000);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('a redirect to a sign-in page', async () => {
    const { url } = await serve((res, { path }) =>
      path === '/login'
        ? res.writeHead(200, html).end('<!doctype html><form>Sign in</form>')
        : res.writeHead(302, { location: '/login' }).end(),
    );
    for (const format of [plainText(), openai()]) {
      const { error } = await ask({ url: `${url}/chat`, format });
      expect(error).toMatchObject({ code: 'unauthorized', message: 'Please sign in again.' });
    }
  });

  test('an error body that never ends holds nothing up', async () => {
    const { url, requests } = await serve((res) => {
      res.writeHead(500, json).write('{"error":"The server has ');
    });
    const { error } = await ask({ url });
    expect(error?.message).toBe('The server failed (500). Please try again.');
    await expect.poll(() => requests[0]?.wasCut).toBe(true);
  });

  test('nobody there', async () => {
    const { error } = await ask({ url: 'http://127.0.0.1:1/' });
    expect(error).toMatchObject({
      code: 'network',
      message: 'The server could not be reached.',
      retryable: true,
    });
    expect(error?.cause).toBeInstanceOf(Error);
  });

  test('the connection breaks before the first byte', async () => {
    const { url } = await serve((res) => {
      res.writeHead(200).flushHeaders();
      setTimeout(() => res.destroy(), 20);
    });
    expect((await ask({ url })).error).toMatchObject({
      code: 'network',
      message: 'The connection was lost before the answer began.',
    });
  });

  test('the connection breaks in the middle: what came stays, and the answer is interrupted', async () => {
    const { url } = await serve((res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).write('Once upon');
      setTimeout(() => res.destroy(), 20);
    });
    expect(await ask({ url })).toMatchObject({
      text: 'Once upon',
      error: {
        code: 'interrupted',
        message: 'The connection was lost before the answer was complete.',
        retryable: true,
      },
    });
  });

  test('B14: a body that ends cleanly without its end marker is interrupted', async () => {
    const { url } = await serve((res) =>
      res
        .writeHead(200, { 'content-type': STOPKIT_STREAM_TYPE })
        .end(encodeStopkitStream({ type: 'text', delta: 'Once' })),
    );
    expect((await ask({ url })).events.at(-1)).toEqual({ type: 'done', outcome: 'interrupted' });
    const generation = createGeneration({ source: fetchSource<string>({ url }) });
    const { status, error, text } = await generation.start('Hello');
    expect({ status, code: error?.code, text }).toEqual({
      status: 'error',
      code: 'interrupted',
      text: 'Once',
    });
  });
});

describe('headers that refresh', () => {
  test('on 401 they are asked for once more, and the request is sent once more', async () => {
    const { url, requests } = await serve((res, { headers }) =>
      headers.authorization === 'Bearer fresh' ? res.end('Hi') : res.writeHead(401).end(),
    );
    const headers = vi.fn(({ attempt }: { attempt: number }) =>
      Promise.resolve({ authorization: attempt === 1 ? 'Bearer old' : 'Bearer fresh' }),
    );
    expect(await ask({ url, headers })).toMatchObject({ text: 'Hi', error: null });
    expect(headers.mock.calls.map(([context]) => context)).toMatchObject([
      { attempt: 1, status: null },
      { attempt: 2, status: 401 },
    ]);
    expect(requests.map(({ body }) => body)).toEqual([requests[0]?.body, requests[0]?.body]);
  });

  test('a second 401 is the answer', async () => {
    const { url, requests } = await serve((res) => res.writeHead(401).end());
    const { error } = await ask({ url, headers: () => ({ authorization: 'Bearer old' }) });
    expect(error?.code).toBe('unauthorized');
    expect(requests).toHaveLength(2);
  });

  test('headers that cannot change are not tried twice', async () => {
    const { url, requests } = await serve((res) => res.writeHead(401).end());
    await ask({ url, headers: { authorization: 'Bearer old' } });
    expect(requests).toHaveLength(1);
  });

  test('headers that cannot be made are an error, and nothing is sent', async () => {
    const { url, requests } = await serve((res) => res.end('Hi'));
    const { error } = await ask({ url, headers: () => Promise.reject(new Error('no session')) });
    expect(error).toMatchObject({ code: 'unauthorized', retryable: true });
    expect(requests).toHaveLength(0);
  });

  test('B3: a stop while they are being made sends nothing, even through a fetch that does not know its signal', async () => {
    let give: ((headers: Record<string, string>) => void) | undefined;
    const deaf = vi.fn<typeof fetch>(() => Promise.resolve(new Response('Hi')));
    const source = fetchSource<string>({
      url: '/chat',
      fetch: deaf,
      headers: () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    });
    const controller = new AbortController();
    const events = source({
      runId: RUN_ID,
      input: 'Hello',
      mode: 'start',
      signal: controller.signal,
    })[Symbol.asyncIterator]();
    const next = events.next();
    await expect.poll(() => give).toBeDefined();
    controller.abort();
    give?.({ authorization: 'Bearer late' });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(deaf).not.toHaveBeenCalled();
  });

  test('B3: a stop does not wait for headers that never come', async () => {
    const headers = vi.fn(() => new Promise<never>(() => undefined));
    const { url, requests } = await serve((res) => res.end('Hi'));
    const generation = createGeneration({ source: fetchSource<string>({ url, headers }) });
    const settled = generation.start('Hello');
    await expect.poll(() => headers.mock.calls.length).toBe(1);
    await generation.stop();
    expect(await settled).toMatchObject({ status: 'stopped', error: null });
    expect(requests).toHaveLength(0);
  });

  test('B3: a stop between the 401 and the fresh headers sends nothing more', async () => {
    const { url, requests } = await serve((res) => res.writeHead(401).end());
    const controller = new AbortController();
    const asked = await ask(
      {
        url,
        headers: ({ attempt }) => {
          if (attempt === 2) controller.abort();
          return {};
        },
      },
      { signal: controller.signal },
    );
    expect(asked).toEqual({ events: [], text: '', error: null });
    expect(requests).toHaveLength(1);
  });

  test('B3: a run that was stopped before it began asks for nothing', async () => {
    const { url, requests } = await serve((res) => res.end('Hi'));
    const headers = vi.fn(() => ({}));
    const asked = await ask({ url, headers }, { signal: AbortSignal.abort() });
    expect(asked).toEqual({ events: [], text: '', error: null });
    expect(headers).not.toHaveBeenCalled();
    expect(requests).toHaveLength(0);
  });
});

describe('a stop', () => {
  const endless = () =>
    serve((res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).write('Once 🌍');
      // Half a character, and then silence.
      res.write(Uint8Array.of(0xf0, 0x9f));
    });

  test('is silent, and closes the connection at once', async () => {
    const { url, requests } = await endless();
    const generation = createGeneration({ source: fetchSource<string>({ url }) });
    const settled = generation.start('Hello');
    await expect.poll(() => generation.getSnapshot().text).toBe('Once 🌍');
    await generation.stop();
    const { status, error, text } = await settled;
    expect({ status, error, text }).toEqual({ status: 'stopped', error: null, text: 'Once 🌍' });
    await expect.poll(() => requests[0]?.wasCut).toBe(true);
  });

  test('while the server has not answered yet is silent too', async () => {
    const { url, requests } = await serve(() => undefined);
    const controller = new AbortController();
    const asked = ask({ url }, { signal: controller.signal });
    await expect.poll(() => requests.length).toBe(1);
    controller.abort();
    expect(await asked).toEqual({ events: [], text: '', error: null });
    await expect.poll(() => requests[0]?.wasCut).toBe(true);
  });

  test('cancels the body of a fetch that does not know its signal', async () => {
    const { url, requests } = await endless();
    let isAnswered = false;
    const deaf: typeof fetch = async (input, init) => {
      const response = await fetch(input, { ...init, signal: null });
      isAnswered = true;
      return response;
    };
    const controller = new AbortController();
    const asked = ask({ url, fetch: deaf }, { signal: controller.signal });
    await expect.poll(() => isAnswered).toBe(true);
    controller.abort();
    expect(await asked).toMatchObject({ error: null });
    await expect.poll(() => requests[0]?.wasCut).toBe(true);
  });

  test('leaves no listener behind', async () => {
    const { url } = await serve((res) => res.end('Hi'));
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const add = vi.spyOn(signal, 'addEventListener');
    const own: typeof fetch = (input, init) => fetch(input, { ...init, signal: null });
    await ask({ url, fetch: own }, { signal });
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});

test('B5, B15: whatever fails, the prompt is sent once', async () => {
  const failures: ((res: ServerResponse) => void)[] = [
    (res) => res.writeHead(429, { 'retry-after': '0' }).end(),
    (res) => res.writeHead(503, { 'retry-after': '0' }).end(),
    (res) => res.writeHead(401).end(),
    (res) => res.destroy(),
    (res) => {
      res.writeHead(200).write('Once', () => res.destroy());
    },
    (res) => res.writeHead(200, { 'content-type': STOPKIT_STREAM_TYPE }).end('{'),
  ];
  for (const fail of failures) {
    const { url, requests } = await serve((res, _, count) =>
      count === 1 ? fail(res) : res.end('2'),
    );
    const generation = createGeneration({ source: fetchSource<string>({ url }) });
    expect((await generation.start('Hello')).status).toBe('error');
    expect(requests).toHaveLength(1);
  }
});

test('after the end marker the rest of the body is let through, so that the server sees no cut', async () => {
  const { url, requests } = await serve((res) => {
    res.writeHead(200, { 'content-type': STOPKIT_STREAM_TYPE });
    res.write(encodeStopkitStream({ type: 'text', delta: 'Hi' }, { type: 'done' }));
    setTimeout(() => res.end('\n'), 50);
  });
  expect((await ask({ url })).events).toHaveLength(2);
  await expect.poll(() => requests[0]?.isOver).toBe(true);
  expect(requests[0]?.wasCut).toBe(false);
});

test('after a bad frame the connection is closed, however much the server still has to say', async () => {
  const { url, requests } = await serve((res) => {
    res.writeHead(200, { 'content-type': STOPKIT_STREAM_TYPE });
    res.write(`${encodeStopkitStream({ type: 'text', delta: 'Hi' })}{oops\n`);
  });
  const { text, error } = await ask({ url });
  expect(text).toBe('Hi');
  expect(error?.code).toBe('format');
  await expect.poll(() => requests[0]?.wasCut).toBe(true);
});
