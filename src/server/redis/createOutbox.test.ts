import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox } from './createOutbox.js';

const LONGER_THAN_KEPT_MS = 121_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const away = (): Promise<never> => Promise.reject(new Error('Redis is away.'));

/** An outbox whose Redis is away, and which keys have become too old or were sent in the end. */
function openOutbox() {
  const outbox = createOutbox();
  const [dropped, sent]: [string[], string[]] = [[], []];
  let isBack = false;
  return {
    outbox,
    dropped,
    sent,
    back: () => (isBack = true),
    tell: (key: string, fail: () => Promise<never> = away) =>
      outbox.tell(
        key,
        async () => {
          if (!isBack) await fail();
          sent.push(key);
        },
        () => dropped.push(key),
      ),
  };
}

/** What is told again at the end of an outage. */
async function toldAgain(told: ReturnType<typeof openOutbox>): Promise<readonly string[]> {
  told.back();
  await told.outbox.flush();
  return told.sent;
}

test('what an outage has made too old is let go of while the outage goes on', async () => {
  const told = openOutbox();
  await told.tell('one');
  await vi.advanceTimersByTimeAsync(60_000);
  await told.tell('two');
  await vi.advanceTimersByTimeAsync(LONGER_THAN_KEPT_MS - 60_000);
  await told.tell('three');
  expect(told.dropped).toEqual(['one']);
  expect(await toldAgain(told)).toEqual(['two', 'three']);
});

test('what is told anew is kept from then on, and what is older than it is still let go of', async () => {
  const told = openOutbox();
  let fail: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    fail = () => reject(new Error('Redis is away.'));
  });
  const first = told.tell('one', () => late);
  await told.tell('one');
  await told.tell('two');
  await vi.advanceTimersByTimeAsync(60_000);
  // The first attempt comes to nothing after the others have.
  fail();
  await first;
  await vi.advanceTimersByTimeAsync(LONGER_THAN_KEPT_MS - 60_000);
  await told.tell('three');
  expect(told.dropped).toEqual(['two']);
  expect(await toldAgain(told)).toEqual(['one', 'three']);
});
