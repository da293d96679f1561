import { type AgixtBackendOptions, agixtBackend } from 'stopkit/agixt';
import { type AutoStop, createConversations } from 'stopkit/core';
import { beforeEach, afterEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** One whole answer on the wire. */
const ANSWER = [
  { id: 'c1', choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] },
  { id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
]
  .map((frame) => `data: ${JSON.stringify(frame)}\n\n`)
  .concat('data: [DONE]\n\n')
  .join('');

const urlOf = (input: Parameters<typeof fetch>[0]): string =>
  input instanceof Request ? input.url : input.toString();

/** A conversation with a server that keeps something open for ever. */
function open(options: Pick<AgixtBackendOptions, 'headers' | 'fetch'>, autoStop?: AutoStop) {
  const backend = agixtBackend({ baseUrl: 'http://agixt.test', webSocket: null, ...options });
  const all = createConversations({ backend, ...(autoStop === undefined ? {} : { autoStop }) });
  return { all, answer: all.conversation('c1').answer };
}

test('a body that stays open after its end marker is cut in the end', async () => {
  let isCancelled = false;
  const { answer } = open({
    fetch: (input) => {
      const isAnswer = urlOf(input).endsWith('/completions');
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(ANSWER)),
        cancel: () => void (isCancelled = true),
      });
      const headers = { 'content-type': 'text/event-stream' };
      return Promise.resolve(isAnswer ? new Response(body, { headers }) : Response.json({}));
    },
  });
  void answer.start('Hello');
  await vi.waitFor(() => expect(answer.getSnapshot().status).toBe('complete'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(isCancelled).toBe(true);
});

test('a key that never comes counts as no first word', async () => {
  const { answer } = open(
    {
      headers: () => new Promise<never>(() => undefined),
      fetch: () => Promise.resolve(Response.json({})),
    },
    { firstTokenMs: 1_000 },
  );
  void answer.start('Hello');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(answer.getSnapshot()).toMatchObject({
    status: 'stopped',
    stopRecord: { reason: 'first-token' },
  });
});

test('a stop of everything that is never answered holds up only what is sent within ten seconds of it', async () => {
  let sent = 0;
  const { all, answer } = open({
    fetch: (input) => {
      const url = urlOf(input);
      if (url.endsWith('/conversations/stop')) return new Promise<never>(() => undefined);
      if (!url.endsWith('/completions')) return Promise.resolve(Response.json({}));
      sent += 1;
      const headers = { 'content-type': 'text/event-stream' };
      return Promise.resolve(new Response(ANSWER, { headers }));
    },
  });
  void all.stopAll();
  await vi.advanceTimersByTimeAsync(60_000);
  void answer.start('Hello');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toBe(1);
});
