import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSource } from './readSource.js';
import type { StreamEvent } from './StreamEvent.js';

beforeEach(() => {
  vi.useFakeTimers();
  // Every look at the clock finds it a millisecond later.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Reads so many chunks of so much text, for a page that has its frames when the test says so. */
function read(chunks: number, text: string) {
  let next: (() => void) | undefined;
  const onEnd = vi.fn();
  const accept = vi.fn((event: StreamEvent) => {
    if (event.type === 'done') onEnd();
    return true;
  });
  const reading = readSource({
    async *open() {
      await Promise.resolve();
      for (let n = 0; n < chunks; n++) yield [{ type: 'text', delta: text }];
    },
    waitFor: null,
    whenFree: undefined,
    accept,
    show: () => undefined,
    publish(callback) {
      next = callback;
      return () => undefined;
    },
  });
  reading.begin();
  return {
    accept,
    onEnd,
    reading,
    frame: () => next?.(),
    wait: () => vi.advanceTimersByTimeAsync(10_000),
  };
}

test('an answer that comes all at once is read on while the screen waits for its next change', async () => {
  const { onEnd, wait } = read(200, 'x'.repeat(400));
  await wait();
  expect(onEnd).toHaveBeenCalledTimes(1);
});

test('what a page cannot lay out at once waits for its next change', async () => {
  const { accept, onEnd, frame, wait } = read(400, 'x'.repeat(400));
  await wait();
  expect(accept.mock.calls.length).toBeLessThan(260);
  frame();
  await wait();
  expect(onEnd).toHaveBeenCalledTimes(1);
});

test('who says little is read with the next change of the screen, not in between', async () => {
  const { accept, onEnd, frame, wait } = read(20, 'x');
  await wait();
  const { length } = accept.mock.calls;
  expect(length).toBeLessThan(20);
  await wait();
  expect(accept).toHaveBeenCalledTimes(length);
  for (let frames = 0; frames < 20; frames++) {
    frame();
    await wait();
  }
  expect(onEnd).toHaveBeenCalledTimes(1);
});

test('a source that is closed while it is read on is asked for nothing more', async () => {
  const { accept, reading, wait } = read(200, 'x'.repeat(400));
  await vi.advanceTimersByTimeAsync(1);
  const { length } = accept.mock.calls;
  expect(length).toBeGreaterThan(0);
  reading.close();
  expect(vi.getTimerCount()).toBe(0);
  await wait();
  expect(accept).toHaveBeenCalledTimes(length);
});
