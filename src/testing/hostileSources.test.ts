import { afterEach, describe, expect, test, vi } from 'vitest';
import { createGeneration, isActive, type Source } from '../core/index.js';
import { hostileSources } from './hostileSources.js';
import { scriptedSource } from './scriptedSource.js';

const uncaught: unknown[] = [];
const note = (reason: unknown): void => void uncaught.push(reason);
process.on('unhandledRejection', note);
afterEach(() => {
  uncaught.length = 0;
});

/** Starts a source and waits until it has spoken, is over, or surely stays silent. */
async function begin(
  source: Source<unknown>,
  requestStop?: () => Promise<never>,
  isSilent = source === hostileSources.neverYields,
) {
  const generation = createGeneration({
    source,
    confirmWithinMs: 50,
    ...(requestStop === undefined ? {} : { requestStop }),
  });
  const started = generation.start('Count.');
  if (!isSilent) {
    await expect
      .poll(() => generation.getSnapshot().status, { interval: 1 })
      .not.toBe('connecting');
  }
  return { generation, started };
}

describe.each(Object.entries<Source<unknown>>(hostileSources))('%s', (_name, source) => {
  test('rules 1, 2 and 12: stop settles at once, the text stays, nothing is thrown', async () => {
    const { generation, started } = await begin(source);
    const { text } = generation.getSnapshot();
    const ran = isActive(generation.getSnapshot().status);
    let isLater = false;
    setTimeout(() => (isLater = true));
    const record = await generation.stop();
    // In the task of the press, however busy the machine is.
    expect(isLater).toBe(false);
    expect(record?.confirmation ?? null).toBe(ran ? 'not-asked' : null);
    const { status } = await started;
    expect(isActive(status)).toBe(false);
    // Long enough for every late word and failure of these sources.
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(generation.getSnapshot().text).toBe(text);
    expect(generation.getSnapshot().status).toBe(status);
    expect(uncaught).toEqual([]);
  });

  test('rule 2: with a server that never answers, stop settles within its limit', async () => {
    const { generation } = await begin(source, () => new Promise<never>(() => undefined));
    const pressedAt = performance.now();
    await generation.stop();
    expect(performance.now() - pressedAt).toBeLessThan(1_000);
    expect(isActive(generation.getSnapshot().status)).toBe(false);
  });

  test('rule 4: the next run works', async () => {
    const good = scriptedSource<unknown>();
    let first = true;
    const both: Source<unknown> = (request) => {
      const chosen = first ? source : good;
      first = false;
      return chosen(request);
    };
    const { generation } = await begin(both, undefined, source === hostileSources.neverYields);
    void generation.stop();
    const next = generation.start('Again.');
    good.text('Hello.');
    good.done();
    await expect(next).resolves.toMatchObject({ status: 'complete', text: 'Hello.' });
  });
});

test('a source that gives no way leaves the page its timers', async () => {
  const onTimer = vi.fn();
  const { generation } = await begin(hostileSources.neverGivesWay);
  setTimeout(onTimer, 5);
  await expect.poll(() => onTimer.mock.calls.length).toBe(1);
  expect(generation.getSnapshot().status).toBe('streaming');
  await generation.stop();
});

test('garbage is told as a failure that can be read, with what came before it', async () => {
  const { started } = await begin(hostileSources.yieldsGarbage);
  const { status, error, text } = await started;
  expect([status, error?.code, text]).toEqual(['error', 'protocol', 'word word word ']);
});

test('a string that was thrown is the sentence of the error', async () => {
  const { started } = await begin(hostileSources.throwsStrings);
  expect((await started).error?.message).toBe('out of tokens');
});

test('nobody speaks to a scripted source before a run was started', () => {
  expect(() => scriptedSource().text('hello')).toThrow('stopkit: nobody listens');
});
