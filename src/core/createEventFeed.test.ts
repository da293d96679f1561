import { expect, test, vi } from 'vitest';
import { createEventFeed, type Said } from './createEventFeed.js';

test('words that are pushed while a source is silent leave nothing behind on it', async () => {
  const silence = new Promise<IteratorResult<Said>>(() => undefined);
  const heard = vi.spyOn(silence, 'then');
  const feed = createEventFeed();
  feed.follow(() => ({ [Symbol.asyncIterator]: () => ({ next: () => silence }) }));
  const words = feed.read(new AbortController().signal);
  for (let word = 0; word < 100; word += 1) {
    const next = words.next();
    // It waits before there is something to read.
    await Promise.resolve();
    feed.push({ type: 'text', delta: `${word}` });
    expect((await next).value).toEqual([{ type: 'text', delta: `${word}` }]);
  }
  expect(heard.mock.calls.length).toBeLessThan(2);
});

test('what a source says and throws is heard, and of a source that was left neither', async () => {
  const feed = createEventFeed();
  const words = feed.read(new AbortController().signal);
  /** Follows a source that the test lets fail. */
  const followFailing = (): ((reason: Error) => void) => {
    let fail: (reason: Error) => void = () => undefined;
    const next = () =>
      new Promise<IteratorResult<Said>>((_, reject) => {
        fail = reject;
      });
    feed.follow(() => ({ [Symbol.asyncIterator]: () => ({ next }) }));
    return (reason) => fail(reason);
  };
  const failLeft = followFailing();
  const said = words.next();
  await Promise.resolve();
  feed.follow(async function* speak(): AsyncGenerator<Said> {
    yield await Promise.resolve<Said>({ type: 'text', delta: 'One' });
  });
  failLeft(new Error('too late'));
  expect((await said).value).toEqual({ type: 'text', delta: 'One' });
  const fail = followFailing();
  const lost = words.next();
  await Promise.resolve();
  fail(new Error('lost'));
  await expect(lost).rejects.toThrow('lost');
});
