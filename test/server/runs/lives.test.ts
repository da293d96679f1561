import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createRunId, type StreamEvent } from 'stopkit/core';
import { aiSdk, anthropic, fetchSource, type Format, openai, stopkitStream } from 'stopkit/formats';
import { memoryBus } from 'stopkit/server';
import { afterEach, expect, test } from 'vitest';
import { type App, startApp, wait } from './startApp.js';

let app: App;
afterEach(() => app.close());

const firstBytes = async (response: Response): Promise<void> => {
  await response.body?.getReader().read();
};

test('F4: a stop that is late for its run does not touch the next one', async () => {
  app = await startApp();
  const [first, second] = [createRunId(), createRunId()];
  await (await app.send({ runId: first, conversationId: 'talk', words: 2 })).text();
  await firstBytes(await app.send({ runId: second, conversationId: 'talk' }));
  expect(await app.stop(first)).toMatchObject({ runId: first, outcome: 'finished' });
  expect(app.model.open).toBe(1);
});

test('rule 5: an unnamed stop of an idle conversation does not kill the next run', async () => {
  app = await startApp();
  await (await app.send({ conversationId: 'talk', words: 1 })).text();
  const response = await app.post('/conversations/talk/stop');
  expect(await response.json()).toMatchObject({ abortedTurn: false, outcome: 'finished' });
  await firstBytes(await app.send({ conversationId: 'talk' }));
  expect(app.model.open).toBe(1);
});

test('F13: stop-all stops what runs and what is in preflight, and a send 1 ms later lives', async () => {
  app = await startApp({ whenBusy: 'allow' });
  await firstBytes(await app.send({ conversationId: 'one' }));
  await firstBytes(await app.send({ conversationId: 'two' }));
  await firstBytes(await app.send({ conversationId: 'eves', user: 'eve' }));
  const preflight = app.send({ conversationId: 'three', preflightMs: 150 });
  await wait(50);
  const stopped = (await (await app.post('/conversations/stop')).json()) as { stopped: number };
  expect(stopped.stopped).toBe(2);
  await wait(1);
  await firstBytes(await app.send({ conversationId: 'four' }));
  await (await preflight).text();
  expect(
    app.settled.map(({ conversationId, outcome }) => [conversationId, outcome]).sort(),
  ).toEqual([
    ['one', 'stopped'],
    ['three', 'stopped'],
    ['two', 'stopped'],
  ]);
  // Eve's, and the one that was sent afterwards.
  expect(app.model.open).toBe(2);
});

test('F12: a second run in a conversation is 409, or replaces the first', async () => {
  app = await startApp();
  await firstBytes(await app.send({ conversationId: 'talk' }));
  const refused = await app.send({ conversationId: 'talk' });
  expect(refused.status).toBe(409);
  await app.close();
  app = await startApp({ whenBusy: 'replace' });
  await firstBytes(await app.send({ conversationId: 'talk' }));
  await firstBytes(await app.send({ conversationId: 'talk' }));
  expect(app.settled).toMatchObject([{ outcome: 'stopped', by: 'replaced', reason: 'replaced' }]);
  expect(app.model.open).toBe(1);
});

test('a run id that is in use is 409, and one of another form is 400', async () => {
  app = await startApp();
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  expect((await app.send({ runId })).status).toBe(409);
  expect((await app.send({ runId: 'short' })).status).toBe(400);
});

test('a run id that no header could carry is 400 as well, and the server lives', async () => {
  app = await startApp();
  for (const bad of ['line\nbreak', '测试测试测试测试', 'x'.repeat(100_000), '\0'.repeat(8)]) {
    expect((await app.send({ runId: bad })).status).toBe(400);
    const request = new Request(`${app.url}/chat`, { method: 'POST' });
    const upstream = (): never => {
      throw new Error('Nobody should be asked.');
    };
    const response = await app.runs.response(request, { runId: bad, userId: 'ada', upstream });
    expect(response.status).toBe(400);
  }
  expect((await app.send({ words: 1 })).status).toBe(200);
});

test('a settling run is not busy: the next one waits for it', async () => {
  app = await startApp({ onSettled: () => wait(100) });
  const runId = createRunId();
  await firstBytes(await app.send({ runId, conversationId: 'talk' }));
  void app.stop(runId);
  await expect.poll(() => app.model.open).toBe(0);
  expect((await app.send({ conversationId: 'talk', words: 1 })).status).toBe(200);
});

test('E2: with continue a run goes on without its reader, and only a stop ends it', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  const runId = createRunId();
  const leaving = new AbortController();
  await firstBytes(await app.send({ runId, signal: leaving.signal }));
  leaving.abort();
  const before = app.model.words;
  await expect.poll(() => app.model.words).toBeGreaterThan(before + 5);
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  expect(app.model.open).toBe(0);
});

test('E2: with a grace a run outlives a reload, and ends when nobody comes back', async () => {
  app = await startApp({ onDisconnect: { graceMs: 200 }, limits: { nameMs: 20 } });
  const leaving = new AbortController();
  await firstBytes(await app.send({ conversationId: 'talk', signal: leaving.signal }));
  leaving.abort();
  const again = new AbortController();
  const reload = await fetch(`${app.url}/conversations/talk/run`, {
    headers: { 'x-user': 'ada' },
    signal: again.signal,
  });
  await firstBytes(reload);
  await wait(300);
  expect(app.model.open).toBe(1);
  again.abort();
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'disconnected' }]);
});

test('E3: a tab that left before it was read to holds no answer', async () => {
  app = await startApp({ limits: { nameMs: 20 } });
  const leaving = new AbortController();
  await firstBytes(await app.send({ conversationId: 'talk', signal: leaving.signal }));
  await app.runs.fetch(
    new Request(`${app.url}/conversations/talk/run`, {
      headers: { 'x-user': 'ada' },
      signal: AbortSignal.abort(),
    }),
  );
  leaving.abort();
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'disconnected' }]);
  expect(app.model.open).toBe(0);
});

test('a reader that comes late gets everything said so far, and the rest without a gap', async () => {
  app = await startApp({ onDisconnect: 'continue' });
  const sent = app.send({ conversationId: 'talk', words: 40 });
  await firstBytes((await sent).clone());
  const source = fetchSource<string>({
    url: app.url,
    format: stopkitStream(),
    fetch: () => app.get('/conversations/talk/run'),
  });
  let text = '';
  const types = new Set<string>();
  for await (const said of source({
    runId: createRunId(),
    input: '',
    signal: new AbortController().signal,
    mode: 'attach',
  })) {
    for (const event of [said].flat<(StreamEvent | readonly StreamEvent[])[]>()) {
      types.add(event.type);
      if (event.type === 'text') text += event.delta;
    }
  }
  expect([...types].slice(0, 2)).toEqual(['start', 'replay']);
  expect(types).toContain('done');
  expect(text).toBe(await (await sent).text());
  expect((await app.get('/conversations/talk/run')).status).toBe(204);
});

test('events say what runs, how it ended, and what was missed, by Last-Event-ID', async () => {
  app = await startApp();
  const runId = createRunId();
  await firstBytes(await app.send({ runId, conversationId: 'talk' }));
  const leaving = new AbortController();
  const stream = await fetch(`${app.url}/conversations/talk/events`, {
    headers: { 'x-user': 'ada' },
    signal: leaving.signal,
  });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  let heard = '';
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of stream.body ?? []) heard += decoder.decode(bytes);
  })().catch(() => undefined);
  await expect.poll(() => heard).toContain('"status":"active"');
  const [, id] = /id: (\S+)/.exec(heard) ?? [];
  leaving.abort();
  await reading;
  await app.stop(runId);
  const again = await fetch(`${app.url}/conversations/talk/events`, {
    headers: { 'x-user': 'ada', 'last-event-id': id ?? '' },
  });
  const reader = again.body?.getReader();
  let missed = '';
  while (!missed.includes('idle'))
    missed += new TextDecoder().decode((await reader?.read())?.value);
  expect(missed).toContain('"type":"settled","outcome":"stopped","reason":"user"');
  await reader?.cancel();
});

test('of two answers in one conversation, events name the one that can be read', async () => {
  app = await startApp({ whenBusy: 'allow' });
  const [older, newer] = [createRunId(), createRunId()];
  for (const runId of [older, newer]) {
    await firstBytes(await app.send({ runId, conversationId: 'talk' }));
  }
  const attached = await app.get('/conversations/talk/run');
  expect(attached.headers.get('run-id')).toBe(newer);
  await attached.body?.cancel();
  const reader = (await app.get('/conversations/talk/events')).body?.getReader();
  const heard = new TextDecoder().decode((await reader?.read())?.value);
  expect(heard).toContain(`"turnId":"${newer}","type":"status"`);
  await reader?.cancel();
});

test('a format that leaves its bytes holds up neither the answer nor the end of the server', async () => {
  const leaving: Format = {
    name: 'leaving',
    async *decode(body) {
      await body[Symbol.asyncIterator]().next();
      yield [{ type: 'text', delta: 'read' }];
    },
  };
  app = await startApp({ describe: () => ({ format: leaving }) });
  const sent = await app.send({ words: 3 });
  expect(await sent.text()).toBe('word0 word1 word2 ');
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'complete', text: 'read' }]);
});

test('C2: a growing answer is given to onCheckpoint, never after it was settled', async () => {
  const lengths: number[] = [];
  app = await startApp({
    limits: { checkpointMs: 20 },
    onCheckpoint: ({ text }) => lengths.push(text.length),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  await expect.poll(() => lengths.length).toBeGreaterThan(2);
  await app.stop(runId);
  const count = lengths.length;
  await wait(60);
  expect(lengths).toHaveLength(count);
  expect([...lengths].sort((one, other) => one - other)).toEqual(lengths);
});

test('C11: a checkpoint that is still being written is waited for, so it never lands on the final text', async () => {
  const order: string[] = [];
  let isWriting = false;
  app = await startApp({
    limits: { checkpointMs: 1 },
    async onCheckpoint() {
      isWriting = true;
      await wait(80);
      isWriting = false;
      order.push('checkpoint');
    },
    onSettled: () => void order.push('settled'),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  await expect.poll(() => isWriting, { interval: 5 }).toBe(true);
  await app.stop(runId);
  expect(isWriting).toBe(false);
  expect(order.at(-1)).toBe('settled');
  expect(order.filter((what) => what === 'settled')).toHaveLength(1);
});

test('C12: a save that throws or hangs does not hold up the stop, and the answer says so', async () => {
  app = await startApp({
    limits: { settleMs: 50 },
    onSettled: ({ conversationId }) => {
      if (conversationId === 'throws') throw new Error('The disk is full.');
      return new Promise(() => undefined);
    },
  });
  for (const conversationId of ['throws', 'hangs']) {
    const runId = createRunId();
    await firstBytes(await app.send({ runId, conversationId }));
    expect(await app.stop(runId)).toMatchObject({
      outcome: 'stopped',
      saved: false,
      receipt: { savedMs: null },
      message: 'The answer was stopped, but what was said could not be saved.',
    });
  }
});

test('C12: a limit that an app has set to nothing is the usual one', async () => {
  app = await startApp({
    // An app without strict types passes on what it was not given.
    limits: { settleMs: undefined } as unknown as { settleMs: number },
    onSettled: () => wait(50),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  expect(await app.stop(runId)).toMatchObject({ saved: true });
});

test.each([
  ['a stop ends the connection of', 'stop'],
  ['a server that shuts down does not wait for', 'shut down'],
])('%s a page that takes nothing', async (_what, how) => {
  let made = 0;
  const runId = createRunId();
  app = await startApp({
    limits: { stallMs: how === 'stop' ? 500 : 30_000 },
    describe: () => ({
      async *upstream() {
        for (; ; made += 1) yield await Promise.resolve('x'.repeat(65_536));
      },
    }),
  });
  const sent = request(`${app.url}/chat`, { method: 'POST' });
  sent.on('error', () => undefined).end(JSON.stringify({ runId }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.pause();
  let before = 0;
  await expect
    .poll(() => {
      const isFull = made > 0 && made === before;
      before = made;
      return isFull;
    })
    .toBe(true);
  const startedAt = performance.now();
  if (how === 'stop') {
    expect(await app.runs.stop({ runId })).toMatchObject({ outcome: 'stopped' });
    await expect.poll(app.connections).toBe(0);
    sent.destroy();
    return;
  }
  await app.runs.close();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(app.settled).toMatchObject([{ outcome: 'interrupted' }]);
  sent.destroy();
});

test('what the model failed of is told to the log, and a cut of the model to the page', async () => {
  const warned: unknown[] = [];
  app = await startApp({
    logger: { info: () => undefined, warn: (fields) => warned.push(fields) },
    describe: ({ text }) => ({
      format: openai(),
      async *upstream() {
        yield await Promise.resolve('data: {"choices":[{"delta":{"content":"Half"}}]}\n\n');
        if (text === 'fails') throw new TypeError('my bug');
      },
    }),
  });
  const cut = await (await app.send({ text: 'is cut' })).text();
  expect(cut).toContain('The model was cut off.');
  expect(warned).toEqual([]);
  const runId = createRunId();
  await (await app.send({ runId, text: 'fails' })).text().catch(() => undefined);
  expect(warned).toEqual([{ runId, err: new TypeError('my bug') }]);
});

test('a model that breaks off behind its end marker has not failed', async () => {
  const warned: unknown[] = [];
  app = await startApp({
    logger: { info: () => undefined, warn: (fields) => warned.push(fields) },
    describe: () => ({
      format: openai(),
      async *upstream() {
        yield 'data: {"choices":[{"delta":{"content":"Whole"}}]}\n\n';
        yield 'data: [DONE]\n\n';
        await wait(1);
        throw new Error('read ECONNRESET');
      },
    }),
  });
  const heard = await (await app.send({})).text();
  expect(heard.endsWith('data: [DONE]\n\n')).toBe(true);
  expect(app.settled).toMatchObject([{ outcome: 'complete', text: 'Whole' }]);
  expect(warned).toEqual([]);
});

test('a stop during the save of a whole answer has not ended it', async () => {
  let save = (): void => undefined;
  const saved = new Promise<void>((resolve) => (save = resolve));
  app = await startApp({ limits: { answerMs: 20 }, onSettled: () => saved });
  const runId = createRunId();
  const sent = await app.send({ runId, words: 3 });
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'complete' }]);
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopping', abortedTurn: false });
  save();
  await sent.text();
  expect(await app.stop(runId)).toMatchObject({ outcome: 'finished', abortedTurn: false });
});

test('C4: a slow save is answered stopping, and asked again the final outcome', async () => {
  app = await startApp({ limits: { answerMs: 20 }, onSettled: () => wait(100) });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  expect(await app.stop(runId)).toMatchObject({ outcome: 'stopping', abortedTurn: true });
  await expect.poll(() => app.stop(runId)).toMatchObject({ outcome: 'stopped', saved: true });
});

test('C4: nobody hears done before the answer is kept', async () => {
  let kept = false;
  app = await startApp({
    describe: () => ({
      format: stopkitStream(),
      async *upstream() {
        yield '{"type":"text","delta":"Hello"}\n';
        await wait(5);
        yield '{"type":"done"}\n';
      },
    }),
    async onSettled() {
      await wait(60);
      kept = true;
    },
  });
  const response = await app.send({});
  let heard = '';
  for await (const bytes of response.body ?? []) {
    heard += new TextDecoder().decode(bytes);
    if (heard.includes('done')) expect(kept).toBe(true);
  }
  expect(heard).toMatch(
    /^\{"type":"start".*\n\{"type":"text","delta":"Hello"\}\n\{"type":"done"\}\n$/,
  );
});

test('B17: an answer that was stopped behind the server is kept as stopped, and said to be so once', async () => {
  const stops = {
    stopkit: [
      '{"type":"text","delta":"Hal"}\n',
      '{"type":"done","outcome":"stopped","reason":"total-time","by":"auto"}\n',
    ],
    aiSdk: ['data: {"type":"text-delta","id":"1","delta":"Hal"}\n\n', 'data: {"type":"abort"}\n\n'],
  };
  app = await startApp({
    describe: ({ text }) => ({
      format: text === 'aiSdk' ? aiSdk() : stopkitStream(),
      async *upstream() {
        for (const frame of stops[text === 'aiSdk' ? 'aiSdk' : 'stopkit']) {
          yield frame;
          await wait(1);
        }
      },
    }),
  });
  const heard = await (await app.send({ text: 'stopkit' })).text();
  expect(heard.match(/"stopped"/g)).toHaveLength(1);
  const heardOfAiSdk = await (await app.send({ text: 'aiSdk' })).text();
  expect(heardOfAiSdk.match(/"abort"/g)).toHaveLength(1);
  await expect
    .poll(() => app.settled)
    .toMatchObject([
      { outcome: 'stopped', by: 'auto', reason: 'total-time', text: 'Hal' },
      { outcome: 'stopped', by: 'remote', text: 'Hal' },
    ]);
});

test('C3: each way to end settles exactly once, with its outcome and the text so far', async () => {
  app = await startApp({
    limits: { nameMs: 10 },
    describe: ({ text }) =>
      text === 'fails' || text === 'breaks'
        ? {
            async upstream() {
              await wait(1);
              if (text === 'fails') throw new Error('The model is ill.');
              return breaking();
            },
          }
        : {},
  });
  await (await app.send({ conversationId: 'complete', words: 1 })).text();
  expect((await app.send({ conversationId: 'error', text: 'fails' })).status).toBe(502);
  await (await app.send({ conversationId: 'interrupted', text: 'breaks' })).text().catch(() => '');
  const leaving = new AbortController();
  await firstBytes(await app.send({ conversationId: 'disconnected', signal: leaving.signal }));
  leaving.abort();
  const runId = createRunId();
  await firstBytes(await app.send({ runId, conversationId: 'stopped' }));
  await app.stop(runId);
  await expect.poll(() => app.settled.length).toBe(5);
  for (const { conversationId, outcome } of app.settled) expect(outcome).toBe(conversationId);
  expect(app.settled.find(({ outcome }) => outcome === 'interrupted')?.text).toBe('half');
});

test('rule 7: a stop inside a surrogate pair keeps the whole character', async () => {
  app = await startApp({ describe: () => ({ upstream: endless('ab😀cd') }) });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  await app.stop(runId, { seenChars: 3 });
  expect(app.settled[0]?.text).toBe('ab😀');
});

test('an answer that is complete is kept with the call that waits for the app, and none that runs', async () => {
  const said: readonly StreamEvent[] = [
    { type: 'tool-call', id: 'theirs', name: 'web_search', arguments: '{}' },
    { type: 'tool-running', id: 'theirs' },
    { type: 'tool-call', id: 'ours', name: 'confirm', arguments: '{}' },
    { type: 'tool-ready', id: 'ours' },
    { type: 'done' },
  ];
  app = await startApp({
    describe: () => ({
      format: stopkitStream(),
      upstream: () =>
        new ReadableStream<string>({
          start(controller) {
            for (const event of said) controller.enqueue(`${JSON.stringify(event)}\n`);
            controller.close();
          },
        }),
    }),
  });
  await (await app.send({})).text();
  expect(app.settled).toMatchObject([
    { outcome: 'complete', parts: [{ state: 'cancelled' }, { state: 'ready' }] },
  ]);
});

test('the arguments of a tool are tokens, too, where the model did not report any', async () => {
  app = await startApp({
    describe: () => ({
      format: stopkitStream(),
      upstream: endless(
        '{"type":"tool-call","id":"c1","name":"write","arguments":"twelve chars"}\n',
      ),
    }),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  await expect
    .poll(() => app.stop(runId))
    .toMatchObject({ usage: { outputTokens: 3, estimated: true } });
});

test('M1: what the model reported is kept, and what it did not is estimated and marked', async () => {
  app = await startApp({
    describe: () => ({
      format: stopkitStream(),
      upstream: endless(
        '{"type":"usage","usage":{"inputTokens":12}}\n{"type":"text","delta":"twelve chars"}\n',
      ),
    }),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  await expect
    .poll(() => app.stop(runId))
    .toMatchObject({ usage: { inputTokens: 12, outputTokens: 3, estimated: true } });
});

test.each([
  ['first-token', { firstTokenMs: 40 }, 0],
  ['total-time', { totalMs: 40 }, 5],
  ['characters', { characters: 30 }, 5],
  ['tokens', { tokens: 10 }, 5],
] as const)(
  'a run over its budget is stopped with the reason %s',
  async (reason, autoStop, speed) => {
    app = await startApp({
      autoStop,
      describe: () => (speed === 0 ? { upstream: endless('') } : {}),
    });
    readOn();
    await expect
      .poll(() => app.settled)
      .toMatchObject([{ outcome: 'stopped', by: 'auto', reason }]);
    expect(app.settled[0]?.limit).toBe(Object.values(autoStop)[0]);
    await expect.poll(() => app.audits).toMatchObject([{ stoppedBy: null, reason }]);
  },
);

test('close() ends the events that a page listens to, and opens no more of them', async () => {
  app = await startApp();
  await (await app.send({ conversationId: 'talk', words: 1 })).text();
  const events = await app.get('/conversations/talk/events');
  await app.runs.close();
  expect(await events.text()).toContain('"status":"idle"');
  for (const what of ['events', 'run']) {
    expect((await app.get(`/conversations/talk/${what}`)).status).toBe(503);
  }
});

test('a page that is let in while the server closes is not kept for ever', async () => {
  let letIn = (): void => undefined;
  let asks = 0;
  app = await startApp({
    authorize: async () => {
      asks += 1;
      await new Promise<void>((resolve) => (letIn = resolve));
      return { userId: 'ada', conversationId: 'talk' };
    },
  });
  const events = app.get('/conversations/talk/events');
  await expect.poll(() => asks).toBe(1);
  await app.runs.close();
  letIn();
  expect(await (await events).text()).toBe('');
});

test.each<[string, string, () => Format]>([
  ['says only that it is processing', ': PROCESSING\n\n', openai],
  [
    'gives only its role',
    'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n',
    openai,
  ],
  ['only pings', 'event: ping\ndata: {"type":"ping"}\n\n', anthropic],
])('a model that %s has not said its first word', async (_, frame, format) => {
  app = await startApp({
    autoStop: { firstTokenMs: 100 },
    describe: () => ({ format: format(), upstream: endless(frame) }),
  });
  readOn();
  await expect
    .poll(() => app.settled)
    .toMatchObject([{ outcome: 'stopped', by: 'auto', reason: 'first-token' }]);
});

test('a model that only pings after its first words is silent', async () => {
  const word = 'data: {"choices":[{"index":0,"delta":{"content":"One "}}]}\n\n';
  app = await startApp({
    autoStop: { idleMs: 100 },
    describe: () => ({ format: openai(), upstream: pinging(word, ': ping\n\n') }),
  });
  readOn();
  await expect
    .poll(() => app.settled)
    .toMatchObject([{ outcome: 'stopped', by: 'auto', reason: 'idle', text: 'One ' }]);
});

test('a model that waits for a slow page is not silent', async () => {
  app = await startApp({
    autoStop: { idleMs: 100, totalMs: 600 },
    describe: () => ({ upstream: pinging('x'.repeat(200_000), 'x'.repeat(200_000)) }),
  });
  const unread = await app.send({});
  await expect
    .poll(() => app.settled)
    .toMatchObject([{ outcome: 'stopped', by: 'auto', reason: 'total-time' }]);
  await unread.body?.cancel();
});

test('what a model thinks is counted among its tokens', async () => {
  const thought = 'data: {"choices":[{"index":0,"delta":{"reasoning":"One thought. "}}]}\n\n';
  app = await startApp({
    autoStop: { tokens: 3 },
    describe: () => ({ format: openai(), upstream: endless(thought) }),
  });
  readOn();
  await expect.poll(() => app.settled).toMatchObject([{ outcome: 'stopped', reason: 'tokens' }]);
});

test('of a model that nobody can read every byte counts as a word', async () => {
  const unreadable: Format = {
    name: 'unreadable',
    // oxlint-disable-next-line require-yield
    async *decode(body) {
      for await (const bytes of body) throw new Error(`What are these ${bytes.length} bytes?`);
    },
  };
  app = await startApp({
    autoStop: { firstTokenMs: 400, totalMs: 600 },
    describe: () => ({ format: unreadable, upstream: pinging('?', '?') }),
  });
  readOn();
  await expect
    .poll(() => app.settled)
    .toMatchObject([{ outcome: 'stopped', by: 'auto', reason: 'total-time' }]);
});

test('E14: close() refuses new runs, settles what runs as interrupted, and keeps the text', async () => {
  app = await startApp();
  const response = await app.send({});
  await firstBytes(response.clone());
  const closing = app.runs.close();
  expect((await app.send({})).status).toBe(503);
  await closing;
  expect(app.settled).toMatchObject([{ outcome: 'interrupted', reason: 'server' }]);
  expect(app.settled[0]?.text).toContain('word0');
  await expect(response.text()).rejects.toThrow();
});

test.each([
  ['may be used on the next one', false, 'complete'],
  ['keeps the stop that came before it', true, 'stopped'],
])('E14: an id that a closing server has refused %s', async (_what, isStopped, outcome) => {
  const bus = memoryBus();
  app = await startApp({
    bus: {
      join(node) {
        const link = bus.join(node);
        return {
          ...link,
          async register(run, claim) {
            const registration = await link.register(run, claim);
            void app.runs.close();
            return registration;
          },
        };
      },
    },
  });
  const again = { runId: createRunId(), conversationId: 'talk', words: 1 };
  if (isStopped) await app.stop(again.runId);
  expect((await app.send(again)).status).toBe(503);
  await app.close();
  app = await startApp({ bus });
  expect((await app.send(again)).status).toBe(isStopped ? 409 : 200);
  await expect.poll(() => app.settled).toMatchObject([{ outcome }]);
});

test('M2: a model that ignores its signal is left behind: the stop settles, and the receipt says unknown', async () => {
  app = await startApp({
    describe: () => ({
      upstream: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => wait(5).then(() => ({ done: false as const, value: 'on and on ' })),
          return: () => new Promise<IteratorResult<string>>(() => undefined),
        }),
      }),
    }),
  });
  const runId = createRunId();
  await firstBytes(await app.send({ runId }));
  const stopped = await app.stop(runId);
  expect(stopped).toMatchObject({ outcome: 'stopped', receipt: { upstreamClosedMs: null } });
  expect(stopped.receipt).not.toHaveProperty('tokensAfterStop');
});

/** A page that reads: an answer that nobody holds is collected, and its connection closed. */
function readOn(): void {
  void app
    .send({})
    .then((answer) => answer.text())
    .catch(() => undefined);
}

function endless(text: string) {
  return async function* upstream({ signal }: { signal: AbortSignal }) {
    if (text !== '') yield text;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
}

/** Says something, and then only shows that it is alive. */
function pinging(text: string, ping: string) {
  return async function* upstream({ signal }: { signal: AbortSignal }) {
    for (let next = text; !signal.aborted; next = ping) {
      yield next;
      await wait(10);
    }
  };
}

async function* breaking() {
  yield 'half';
  await wait(1);
  throw new Error('The model fell over.');
}
