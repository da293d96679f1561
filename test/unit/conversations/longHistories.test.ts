import type { ServerResponse } from 'node:http';
import { agixtBackend } from 'stopkit/agixt';
import { type Backend, GenerationError } from 'stopkit/core';
import { dispatchBackend } from 'stopkit/dispatch';
import { httpBackend } from 'stopkit/http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listen, sendJson } from '../../servers/listen.js';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that answers everything in one way. */
async function start(answer: (res: ServerResponse) => void): Promise<string> {
  const { server, port } = await listen((_req, res) => answer(res));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}

const SENTENCE = 'A sentence that stands in a long conversation. '.repeat(20);
const many = <Row>(make: (index: number) => Row): Row[] =>
  Array.from({ length: 1_000 }, (_, index) => make(index));

const BROKEN: Record<string, (res: ServerResponse) => void> = {
  'is cut off in the middle': (res) => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.write('{"conversations":[{"id":"c1"},', () => res.destroy());
  },
  'is no JSON': (res) => res.end('not json'),
  'is a page to sign in': (res) => {
    res.writeHead(200, { 'content-type': 'text/html' });
    res.end('<h1>Sign in</h1>');
  },
};

interface Kind {
  open(baseUrl: string): Backend;
  /** A thousand messages of about a thousand characters. */
  history: unknown;
  /** A thousand conversations. */
  list: unknown;
}

const KINDS: Record<string, Kind> = {
  http: {
    open: (baseUrl) => httpBackend({ baseUrl, urls: { history: () => '/history' } }),
    history: many((index) => ({
      id: `m${index}`,
      role: 'user',
      text: SENTENCE,
      parts: [{ type: 'text', text: SENTENCE }],
    })),
    list: { conversations: many((index) => ({ id: `conversation-${index}-${SENTENCE}` })) },
  },
  agixt: {
    open: (baseUrl) => agixtBackend({ baseUrl, headers: { authorization: 'key' } }),
    history: {
      conversation_history: many((index) => ({
        id: `m${index}`,
        role: 'USER',
        message: SENTENCE,
        timestamp: '2026-01-01T00:00:00Z',
      })),
    },
    list: {
      active_conversations: Object.fromEntries(
        many((index) => [`conversation-${index}`, { agent_name: SENTENCE }]),
      ),
    },
  },
  dispatch: {
    open: (baseUrl) => dispatchBackend({ baseUrl }),
    history: {
      chunks: many((index) => ({
        seq: index + 1,
        role: 'user',
        chunk: { type: 'text', text: SENTENCE },
      })),
    },
    list: {
      conversations: many((index) => ({
        id: `conversation-${index}`,
        status: 'active',
        title: SENTENCE,
      })),
    },
  },
};

describe.each(Object.entries(KINDS))('%s', (_, { open, history, list }) => {
  test('a history of a megabyte is read whole', async () => {
    const backend = open(await start((res) => sendJson(res, 200, history)));
    expect(await backend.history?.('c1')).toHaveLength(1_000);
  });

  test('a list of a thousand conversations is read whole', async () => {
    const backend = open(await start((res) => sendJson(res, 200, list)));
    expect(await backend.list?.()).toHaveLength(1_000);
  });

  test('a history over a slow line is waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const text = JSON.stringify(history);
    const held: (() => void)[] = [];
    const backend = open(
      await start((res) => {
        res.writeHead(200, { 'content-type': 'application/json' });
        res.write(text.slice(0, 1_000));
        held.push(() => res.end(text.slice(1_000)));
      }),
    );
    const read = backend.history?.('c1');
    await vi.waitFor(() => expect(held).toHaveLength(1));
    // The head is with the reader before its own limit could count.
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(20_000);
    held[0]?.();
    expect(await read).toHaveLength(1_000);
  });

  test.each(Object.entries(BROKEN))(
    'what %s is a failure, never nothing',
    async (_what, answer) => {
      const backend = open(await start(answer));
      await expect(backend.history?.('c1')).rejects.toBeInstanceOf(GenerationError);
      await expect(backend.list?.()).rejects.toBeInstanceOf(GenerationError);
    },
  );
});

test('the whole text in the answer to a stop is read, however long it is', async () => {
  const text = SENTENCE.repeat(200);
  const baseUrl = await start((res) => sendJson(res, 200, { outcome: 'finished', text }));
  const answer = await httpBackend({ baseUrl }).stop('c1', { reason: 'user' });
  expect(answer).toEqual({ outcome: 'finished', text });
});
