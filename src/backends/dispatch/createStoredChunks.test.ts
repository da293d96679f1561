import { expect, test, vi } from 'vitest';
import { createStoredChunks } from './createStoredChunks.js';

const hello = { seq: 1, role: 'assistant', chunk: { type: 'text', text: 'Hello' } };

/** A server that answers each request when the test says so. */
function open() {
  const answers: ((chunks: object[]) => void)[] = [];
  const fetch = vi.fn(
    (_url: string) =>
      new Promise<Response>((resolve) => {
        answers.push((chunks) => resolve(Response.json({ chunks })));
      }),
  );
  return {
    answers,
    fetch,
    stored: createStoredChunks({ fetch: fetch as typeof globalThis.fetch }),
  };
}

test('a slow history is asked for once, however often the connection is lost meanwhile', async () => {
  const { answers, fetch, stored } = open();
  const reading = stored.read('c1', 'http://x/c1');
  await expect.poll(() => answers).toHaveLength(1);
  for (let cut = 0; cut < 3; cut += 1) stored.forget();
  answers[0]?.([hello]);
  expect(await reading).toEqual([hello]);
  expect(fetch).toHaveBeenCalledOnce();
});

test('what was asked for on top of chunks that were rewritten meanwhile is asked for from the start', async () => {
  const { answers, fetch, stored } = open();
  const first = stored.read('c1', 'http://x/c1');
  await expect.poll(() => answers).toHaveLength(1);
  answers[0]?.([hello]);
  await first;
  const reading = stored.read('c1', 'http://x/c1');
  await expect.poll(() => answers).toHaveLength(2);
  stored.forget('c1');
  answers[1]?.([]);
  await expect.poll(() => answers).toHaveLength(3);
  answers[2]?.([{ ...hello, seq: 2 }]);
  expect(await reading).toEqual([{ ...hello, seq: 2 }]);
  expect(fetch.mock.calls.map(([url]) => url)).toEqual([
    'http://x/c1?sinceSeq=0',
    'http://x/c1?sinceSeq=1',
    'http://x/c1?sinceSeq=0',
  ]);
});
