import { createRunId } from 'stopkit/core';
import { httpBackend } from 'stopkit/http';
import { allowAnyone, createRuns } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, startApp } from './startApp.js';

describe('who may stop what', () => {
  let app: App;
  let runId: string;
  /** Ada's run in Ada's conversation; Eve may read it, and stop nothing of it. */
  beforeEach(async () => {
    app = await startApp({
      authorize({ request, action, conversationId }) {
        const userId = request.headers.get('x-user');
        if (userId === null || userId === '') return null;
        if (userId === 'reader' && action !== 'attach' && conversationId === 'adas') return null;
        return { userId };
      },
    });
    runId = createRunId();
    await app.send({ runId, conversationId: 'adas' });
    await (await app.send({ conversationId: 'eves', user: 'eve', words: 1 })).text();
    await (await app.send({ conversationId: 'other', user: 'ada', words: 1 })).text();
  });
  afterEach(() => app.close());

  const table: [
    who: string,
    user: string | null,
    path: string,
    named: boolean,
    status: number,
    outcome: string | null,
  ][] = [
    ['the owner, by run', 'ada', '/stop', true, 200, 'stopped'],
    ['the owner, by conversation', 'ada', '/conversations/adas/stop', false, 200, 'stopped'],
    ['the owner, by both', 'ada', '/conversations/adas/stop', true, 200, 'stopped'],
    [
      'the owner, in the wrong conversation',
      'ada',
      '/conversations/other/stop',
      true,
      200,
      'remembered',
    ],
    ['another user, by run', 'eve', '/stop', true, 200, 'remembered'],
    ['another user, by conversation', 'eve', '/conversations/adas/stop', false, 404, null],
    ['another user, by both', 'eve', '/conversations/adas/stop', true, 200, 'remembered'],
    [
      'another user, own conversation and foreign run',
      'eve',
      '/conversations/eves/stop',
      true,
      200,
      'remembered',
    ],
    ['a reader, by conversation', 'reader', '/conversations/adas/stop', false, 404, null],
    ['a reader, by both', 'reader', '/conversations/adas/stop', true, 200, 'remembered'],
    ['anybody, an unknown conversation', 'eve', '/conversations/nowhere/stop', false, 404, null],
    ['nobody, by run', null, '/stop', true, 401, null],
    ['nobody, by conversation', null, '/conversations/adas/stop', false, 401, null],
    ['nobody, everything', null, '/conversations/stop', false, 401, null],
  ];

  test.each(table)('F6: %s', async (_who, user, path, named, status, outcome) => {
    const response = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(user === null ? {} : { 'x-user': user }) },
      body: JSON.stringify(named ? { runId } : {}),
    });
    expect(response.status).toBe(status);
    const answer = (await response.json()) as { outcome?: string; error?: string };
    expect(answer.outcome ?? null).toBe(outcome);
    if (outcome !== 'stopped') expect(app.settled.some(({ id }) => id === runId)).toBe(false);
    if (outcome === null) expect(answer.error).toMatch(/\.$/);
  });

  test('F6: a foreign run and one that never was get the same answer', async () => {
    const foreign = await app.stop(runId, {}, 'eve');
    const unknown = createRunId();
    const never = await app.stop(unknown, {}, 'eve');
    expect({ ...foreign, runId: null }).toEqual({ ...never, runId: null });
  });

  test('F6: lists and events of somebody else stay closed', async () => {
    const eve = { 'x-user': 'eve' };
    expect(await (await app.get('/conversations/active', eve)).json()).toEqual({
      conversations: [],
    });
    expect((await app.get('/conversations/adas/run', eve)).status).toBe(404);
    expect((await app.get('/conversations/adas/events', eve)).status).toBe(404);
    const mine = (await (await app.get('/conversations/active')).json()) as {
      conversations: unknown[];
    };
    expect(mine.conversations).toMatchObject([{ id: 'adas', runId, status: 'active' }]);
  });

  test('F7: a stop without a valid session is 401, and the same stop with one works', async () => {
    expect((await app.post('/stop', { runId }, { 'x-user': '' })).status).toBe(401);
    expect((await app.post('/stop', { runId })).status).toBe(200);
  });
});

describe('what a stop may look like', () => {
  let app: App;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(() => app.close());

  const bad: [string, unknown][] = [
    ['no run id', {}],
    ['a run id of another form', { runId: 'x' }],
    ['seenChars below zero', { runId: createRunId(), seenChars: -1 }],
    ['a scope nobody knows', { runId: createRunId(), scope: 'everything' }],
    ['a reason as long as a letter', { runId: createRunId(), reason: 'x'.repeat(65) }],
    ['a list', []],
  ];
  test.each(bad)('%s is 400 with a sentence', async (_what, body) => {
    const response = await app.post('/stop', body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(/\.$/);
  });

  test('a body that is not JSON is 400, and one of 10 MB is 413', async () => {
    const send = (body: string): Promise<Response> =>
      fetch(`${app.url}/stop`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': 'ada' },
        body,
      });
    expect((await send('{')).status).toBe(400);
    expect((await send(JSON.stringify({ runId: 'x'.repeat(10_000_000) }))).status).toBe(413);
  });

  test.each([[123], [['talk', 'other']], [''], ['x'.repeat(257)]])(
    'a run in the conversation %j is 400 with a sentence, and asks no model',
    async (conversationId) => {
      // What a page sends is what an app in plain JavaScript passes on.
      const response = await app.send({ conversationId } as { conversationId: string });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(
        /^A conversation id .+\.$/,
      );
      expect(app.model.calls).toBe(0);
      expect(await app.runs.active('ada')).toEqual([]);
    },
  );

  test('a stop whose body somebody else has read is 400, and says what to do', async () => {
    const stop = new Request(`${app.url}/stop`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'ada' },
      body: JSON.stringify({ runId: createRunId() }),
    });
    await stop.text();
    const response = await app.runs.fetch(stop);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain('clone');
  });

  test('a stop that was cut off on its way is 400, and stops nothing', async () => {
    await app.send({ conversationId: 'talk' });
    const cut = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`{"runId":"${createRunId()}"`));
      },
      pull: (controller) => controller.error(new Error('The client has left.')),
    });
    const response = await app.runs.fetch(
      new Request(`${app.url}/conversations/talk/stop`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': 'ada' },
        body: cut,
        // Node asks for it with a streamed body; the DOM's type does not know it.
        ...{ duplex: 'half' },
      }),
    );
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(/\.$/);
    expect(app.settled).toHaveLength(0);
  });

  test.each(['Basic YWRhOmFkYQ==', 'Negotiate YII', 'NTLM TlRM', 'digest username="ada"'])(
    'F8: %s, which browsers attach by themselves, vouches for no other site',
    async (authorization) => {
      const stop = (headers: Record<string, string>): Promise<Response> =>
        app.runs.fetch(
          new Request(`${app.url}/stop`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-user': 'ada', ...headers },
            body: JSON.stringify({ runId: createRunId() }),
          }),
        );
      const foreign = { 'sec-fetch-site': 'cross-site' };
      expect((await stop({ ...foreign, authorization })).status).toBe(403);
      expect((await stop({ 'sec-fetch-site': 'same-origin', authorization })).status).toBe(200);
      expect((await stop({ ...foreign, authorization: 'Bearer key' })).status).toBe(200);
    },
  );

  test('F8: what another site can send with the cookies of a user is refused', async () => {
    const runId = createRunId();
    await app.send({ runId });
    const cases: [Record<string, string>, number][] = [
      [{ 'content-type': 'text/plain' }, 415],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
    ];
    for (const [headers, status] of cases) {
      expect((await app.post('/stop', { runId }, headers)).status).toBe(status);
    }
    expect((await app.get('/stop')).status).toBe(405);
    // A form without fields or a beacon without a body has no type at all.
    const bare = { method: 'POST', headers: { 'x-user': 'ada', origin: 'https://evil.example' } };
    expect((await fetch(`${app.url}/conversations/stop`, bare)).status).toBe(403);
    expect(app.settled).toHaveLength(0);
    const origin = app.url;
    const own = await app.post('/stop', { runId }, { origin, 'sec-fetch-site': 'same-origin' });
    expect(await own.json()).toMatchObject({ outcome: 'stopped' });
  });

  test('a page of another site may stop when the app has named its origin, and no other one', async () => {
    const named = await startApp({ origins: ['https://app.example/'] });
    const runId = createRunId();
    await named.send({ runId });
    const from = (origin: string): Promise<Response> =>
      named.runs.fetch(
        new Request(`${named.url}/stop`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'sec-fetch-site': 'cross-site',
            'x-user': 'ada',
            origin,
          },
          body: JSON.stringify({ runId }),
        }),
      );
    expect((await from('https://evil.example')).status).toBe(403);
    expect(await (await from('https://app.example')).json()).toMatchObject({ outcome: 'stopped' });
    await named.close();
  });

  test('an origin that is none is refused at once, with what to pass', async () => {
    await expect(startApp({ origins: ['app.example'] })).rejects.toThrow(
      /^stopkit: .+"app\.example".+Pass one/,
    );
  });

  test('a stop over plain HTTP is heard behind a proxy that puts another host in', async () => {
    const runId = createRunId();
    await app.send({ runId });
    // What a page at http://app.intra sends: browsers tell its site over HTTPS only.
    const response = await app.post('/stop', { runId }, { origin: 'http://app.intra' });
    expect(await response.json()).toMatchObject({ outcome: 'stopped' });
  });

  test('F15: misses are limited with Retry-After, and a stop that hits still works', async () => {
    const runId = createRunId();
    await app.send({ runId });
    let refused: Response | null = null;
    for (let at = 0; at < 130 && refused === null; at += 1) {
      const response = await app.post('/stop', { runId: createRunId() });
      if (response.status === 429) refused = response;
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await app.stop(runId)).toMatchObject({ outcome: 'stopped' });
  });

  test('a limiter that does not answer keeps no stop from being remembered', async () => {
    const warned: string[] = [];
    const hanging = await startApp({
      misses: { consume: () => new Promise(() => undefined) },
      logger: { info: () => undefined, warn: (_fields, message) => warned.push(message) },
    });
    const runId = createRunId();
    expect(await hanging.stop(runId)).toMatchObject({ outcome: 'remembered' });
    expect(warned).toEqual(['stopkit: the limiter of misses failed']);
    await (await hanging.send({ runId })).text();
    expect(hanging.settled).toMatchObject([{ outcome: 'stopped', by: 'user' }]);
    await hanging.close();
  });

  test.each(['.', '..'])(
    'a conversation called %s, which no URL can name, is refused, and a stop of it stops nothing else',
    async (conversationId) => {
      const runId = createRunId();
      await app.send({ runId, conversationId: 'precious' });
      expect((await app.send({ conversationId })).status).toBe(400);
      expect((await app.post('/stop', { runId, conversationId })).status).toBe(400);
      const backend = httpBackend({
        baseUrl: app.url,
        headers: { 'x-user': 'ada' },
        urls: { history: (id) => `/conversations/${id}/history` },
      });
      const { outcome, message } = await backend.stop(conversationId, { runId });
      expect(outcome).toBe('refused');
      expect(message).toMatch(/^stopkit: .+ cannot be asked for, because .+ Give /);
      await expect(backend.history?.(conversationId)).rejects.toThrow(/^stopkit: .+ Give /);
      expect(await app.runs.active('ada')).toMatchObject([{ id: runId }]);
    },
  );

  test('a stop of speech alone leaves the generation running', async () => {
    const runId = createRunId();
    await app.send({ runId });
    expect(await app.stop(runId, { scope: 'speech' })).toMatchObject({ outcome: 'idle' });
    expect(app.model.open).toBe(1);
  });
});

describe('whose a conversation is', () => {
  let app: App;
  afterEach(() => app.close());
  const eve = { 'x-user': 'eve' };

  test.each(['replace', 'reject'] as const)(
    'with %s, a guessed id stops nothing, shows nothing and locks nobody out',
    async (whenBusy) => {
      app = await startApp({ whenBusy });
      const adas = createRunId();
      await app.send({ runId: adas, conversationId: 'talk' });
      const theirs = await app.send({ conversationId: 'talk', user: 'eve', words: 1 });
      expect(theirs.status).toBe(200);
      await theirs.text();
      expect(app.settled).toMatchObject([{ userId: 'eve', outcome: 'complete' }]);
      const events = await app.get('/conversations/talk/events', { ...eve, 'last-event-id': '0' });
      const { value } = (await events.body?.getReader().read()) ?? {};
      const told = new TextDecoder().decode(value);
      expect(told).toContain('"turnId"');
      expect(told).not.toContain(adas);
      expect((await app.get('/conversations/talk/events')).status).toBe(200);
      expect(await (await app.post('/conversations/talk/stop')).json()).toMatchObject({
        runId: adas,
        outcome: 'stopped',
      });
    },
  );

  test('a session without a user may do nothing, and its run is refused', async () => {
    // What plain JavaScript returns for a visitor who is signed out.
    const nobody = { userId: undefined as unknown as string };
    app = await startApp({
      authorize: ({ request }) =>
        request.headers.get('x-user') === 'visitor' ? nobody : { userId: 'ada' },
    });
    const runId = createRunId();
    await app.send({ runId, conversationId: 'talk' });
    const visitor = { 'x-user': 'visitor' };
    expect((await app.get('/conversations/active', visitor)).status).toBe(401);
    expect((await app.post('/stop', { runId }, visitor)).status).toBe(401);
    expect((await app.post('/conversations/talk/stop', {}, visitor)).status).toBe(401);
    expect((await app.send({ user: '' })).status).toBe(500);
    expect(app.settled).toHaveLength(0);
  });
});

test('createRuns without authorize says what is missing', () => {
  // @ts-expect-error This is what a user of plain JavaScript may do.
  expect(() => createRuns({})).toThrow(/stopkit: createRuns\(\) needs `authorize`/);
});

test('allowAnyone is loud in the log', () => {
  const said: string[] = [];
  createRuns({
    authorize: allowAnyone,
    logger: { info: () => undefined, warn: (_fields, message) => said.push(message) },
  });
  expect(said.join()).toContain('ANYONE MAY STOP ANYTHING');
});

test('authorize that throws is no 5xx for a stop', async () => {
  const app = await startApp({
    authorize: () => {
      throw new Error('The session store is down.');
    },
  });
  expect((await app.post('/stop', { runId: createRunId() })).status).toBe(401);
  await app.close();
});
