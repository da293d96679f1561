import { expect, test, vi } from 'vitest';
import { serve } from '../../test/unit/formats/serve.js';
import { createGeneration, type GenerationError, type StreamEvent } from '../core/index.js';
import { requestStopAt } from './requestStopAt.js';

const init = { signal: new AbortController().signal };
const request = { runId: 'run-0123456789', reason: 'user', seenChars: 42 };
const json = { 'content-type': 'application/json' };
const answering = (status: number, body: string, headers: Record<string, string> = json) =>
  serve((res) => res.writeHead(status, headers).end(body));

test('the stop is posted as JSON, and outlives the page', async () => {
  const { url, requests } = await answering(200, '{"outcome":"stopped"}');
  const own = vi.fn<typeof fetch>((input, options) => fetch(input, options));
  const stop = requestStopAt(url, { fetch: own, credentials: 'include', headers: { 'x-a': 'b' } });
  expect(await stop(request, init)).toEqual({ outcome: 'stopped' });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'POST', body: JSON.stringify(request) });
  expect(requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-a': 'b' });
  expect(own.mock.calls[0]?.[1]).toMatchObject({ keepalive: true, credentials: 'include' });
});

test('what the server says of the stop is passed on, and what makes no sense is left out', async () => {
  const receipt = { upstreamClosedMs: 3, savedMs: null, chunksAfterStop: 0 };
  const answer = {
    outcome: 'finished',
    text: 'All of it.',
    messageId: 'm-1',
    usage: { outputTokens: 9 },
    receipt,
    message: 'It was done already.',
  };
  const { url } = await answering(
    200,
    JSON.stringify({ ...answer, conversationId: 'c', extra: 1 }),
  );
  expect(await requestStopAt(url)(request, init)).toEqual(answer);
  const nonsense = { outcome: 'idle', text: null, messageId: 7, usage: 'much', receipt: null };
  const odd = await answering(200, JSON.stringify({ ...nonsense, message: { a: 1 } }));
  expect(await requestStopAt(odd.url)(request, init)).toEqual({ outcome: 'idle' });
});

test('a 2xx without an outcome was accepted, and no more than that', async () => {
  for (const [status, body, type] of [
    [204, '', ''],
    [202, '{}', 'application/json'],
    [200, 'OK', 'text/plain'],
    [200, '{"outcome":"sure"}', 'application/json'],
    [200, '{"outcome":"stopped"', 'application/json'],
    [200, 'null', 'application/json'],
    [200, '[]', 'application/json'],
  ] as const) {
    const { url } = await answering(status, body, { 'content-type': type });
    expect(await requestStopAt(url)(request, init), body).toEqual({ outcome: 'stopping' });
  }
});

test('a server that refuses is told from one that does not answer', async () => {
  for (const [status, code, message] of [
    [401, 'unauthorized', 'Please sign in again.'],
    [403, 'http', 'You are not allowed to do this.'],
    [404, 'http', 'The server has nothing at this address.'],
    [429, 'rate-limited', 'Too many requests. Please wait a moment.'],
    [400, 'http', 'The server refused the request (400).'],
  ] as const) {
    const { url, requests } = await answering(status, '');
    // With the error, for an app that has the sentence in another language.
    expect(await requestStopAt(url)(request, init)).toEqual({
      outcome: 'refused',
      message,
      error: expect.objectContaining({ code, status, message }) as GenerationError,
    });
    expect(requests).toHaveLength(1);
  }
});

test.each(['Only Ada can stop this.', 'この会話を停止する権限がありません。'])(
  'the sentence of the server is used where it has one: %s',
  async (message) => {
    const { url } = await answering(403, JSON.stringify({ error: message }));
    expect(await requestStopAt(url)(request, init)).toMatchObject({ outcome: 'refused', message });
  },
);

test('a refusal says why in what a stop is answered with, or in an error', async () => {
  const message = 'Nur Ada darf das anhalten.';
  for (const body of [{ outcome: 'refused', message }, { error: message }]) {
    const { url } = await answering(403, JSON.stringify(body));
    expect(await requestStopAt(url)(request, init)).toMatchObject({ outcome: 'refused', message });
  }
});

test('a sign-in page or the front page of an app has not heard the stop', async () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const page = await answering(200, '<!doctype html>', html);
  expect(await requestStopAt(page.url)(request, init)).toMatchObject({
    outcome: 'refused',
    message: 'The server sent a web page, not an answer.',
  });
  const { url } = await serve((res, { path }) =>
    path === '/login'
      ? res.writeHead(200, html).end('<!doctype html>')
      : res.writeHead(303, { location: '/login' }).end(),
  );
  expect(await requestStopAt(`${url}/stop`)(request, init)).toMatchObject({
    outcome: 'refused',
    message: 'Please sign in again.',
  });
});

test('a server that failed or is not there leaves the stop unconfirmed, and is not asked again', async () => {
  const { url, requests } = await answering(500, '{"error":"The database is down."}');
  await expect(requestStopAt(url)(request, init)).rejects.toThrow('The database is down.');
  expect(requests).toHaveLength(1);
  await expect(requestStopAt('http://127.0.0.1:1/')(request, init)).rejects.toThrow(
    'The server could not be reached.',
  );
});

test('F7: with an expired token the stop is sent again with a fresh one, and only once', async () => {
  const { url, requests } = await serve((res, { headers }) =>
    headers.authorization === 'Bearer fresh'
      ? res.writeHead(200, json).end('{"outcome":"stopped"}')
      : res.writeHead(401).end(),
  );
  const headers = ({ status }: { status: number | null }) => ({
    authorization: status === 401 ? 'Bearer fresh' : 'Bearer old',
  });
  expect(await requestStopAt(url, { headers })(request, init)).toEqual({ outcome: 'stopped' });
  expect(requests.map(({ body }) => body)).toEqual([
    JSON.stringify(request),
    JSON.stringify(request),
  ]);
  const stale = await answering(401, '');
  const answer = await requestStopAt(stale.url, { headers: () => ({}) })(request, init);
  expect(answer).toMatchObject({ outcome: 'refused', message: 'Please sign in again.' });
  expect(stale.requests).toHaveLength(2);
});

test.each([
  ['{"outcome":"stopped"}', 200, 'confirmed'],
  ['{}', 200, 'accepted'],
  ['', 403, 'refused'],
  ['', 503, 'unconfirmed'],
] as const)(
  'the stop of a generation that is answered %s with %i is %s',
  async (body, status, confirmation) => {
    const { url } = await answering(status, body);
    const source = async function* (): AsyncGenerator<StreamEvent> {
      yield { type: 'text', delta: 'Once' };
      await new Promise(() => undefined);
    };
    const generation = createGeneration<string>({ source, requestStop: requestStopAt(url) });
    void generation.start('Hello');
    await expect.poll(() => generation.getSnapshot().text).toBe('Once');
    const record = await generation.stop();
    expect(record?.confirmation).toBe(confirmation);
    expect(generation.getSnapshot().status).toBe('stopped');
  },
);
