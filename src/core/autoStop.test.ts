import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AutoStop, watchBudgets } from './autoStop.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(budgets: AutoStop) {
  const spent: [string, number][] = [];
  const budget = watchBudgets(budgets, (reason, limit) => void spent.push([reason, limit]));
  const say = (characters: number, tokens?: number) =>
    budget.seen({ characters, written: characters, tokens }, true);
  return { spent, say, budget, end: budget.end };
}

test('no first word in time stops the run', () => {
  const { spent } = watch({ firstTokenMs: 1_000 });
  vi.advanceTimersByTime(999);
  expect(spent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(spent).toEqual([['first-token', 1_000]]);
});

test('a first word in time ends the wait for it', () => {
  const { spent, say } = watch({ firstTokenMs: 1_000 });
  say(1);
  vi.advanceTimersByTime(60_000);
  expect(spent).toEqual([]);
});

test('silence counts from the last word, and not before the first', () => {
  const { spent, say } = watch({ idleMs: 1_000 });
  vi.advanceTimersByTime(5_000);
  for (let word = 1; word <= 5; word++) {
    say(word);
    vi.advanceTimersByTime(900);
  }
  expect(spent).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(spent).toEqual([['idle', 1_000]]);
});

test('the whole time counts, however much is said', () => {
  const { spent, say } = watch({ totalMs: 3_000, idleMs: 1_000 });
  for (let word = 1; word <= 6; word++) {
    say(word);
    vi.advanceTimersByTime(500);
  }
  expect(spent).toEqual([['total-time', 3_000]]);
});

test('characters are counted as they come', () => {
  const { spent, say } = watch({ characters: 10 });
  say(9);
  expect(spent).toEqual([]);
  say(10);
  expect(spent).toEqual([['characters', 10]]);
});

test('tokens are those reported, else four characters each', () => {
  const reported = watch({ tokens: 5 });
  reported.say(400, 4);
  expect(reported.spent).toEqual([]);
  reported.say(401, 5);
  expect(reported.spent).toEqual([['tokens', 5]]);
  const estimated = watch({ tokens: 5 });
  estimated.say(16);
  expect(estimated.spent).toEqual([]);
  estimated.say(17);
  expect(estimated.spent).toEqual([['tokens', 5]]);
});

test('what a model thinks and tells its tools is counted as tokens, and never as characters', () => {
  const { spent, budget } = watch({ tokens: 5, characters: 10 });
  budget.seen({ characters: 4, written: 16, tokens: undefined }, true);
  expect(spent).toEqual([]);
  budget.seen({ characters: 4, written: 17, tokens: undefined }, true);
  expect(spent).toEqual([['tokens', 5]]);
});

test('a figure is no first word, and breaks no silence', () => {
  const { spent, say, budget } = watch({ firstTokenMs: 1_000, idleMs: 1_000 });
  const figure = { characters: 0, written: 0, tokens: 0 };
  vi.advanceTimersByTime(900);
  budget.seen(figure, false);
  vi.advanceTimersByTime(100);
  expect(spent).toEqual([['first-token', 1_000]]);
  const later = watch({ idleMs: 1_000 });
  later.say(1);
  vi.advanceTimersByTime(900);
  later.budget.seen(figure, false);
  vi.advanceTimersByTime(100);
  expect(later.spent).toEqual([['idle', 1_000]]);
  say(1);
});

test('a run that is over leaves no timer', () => {
  const { end } = watch({ totalMs: 1_000, firstTokenMs: 500 });
  end();
  expect(vi.getTimerCount()).toBe(0);
});

test('a budget longer than any timer does not fire at once', () => {
  const { spent } = watch({ totalMs: Number.MAX_SAFE_INTEGER });
  vi.advanceTimersByTime(10_000);
  expect(spent).toEqual([]);
});

test('silence counts only while somebody listens, and anew when somebody does again', () => {
  let since = 0;
  const spent: string[] = [];
  const budget = watchBudgets(
    { firstTokenMs: 1_000, idleMs: 1_000, totalMs: 60_000 },
    (reason) => void spent.push(reason),
    () => since,
  );
  since = Infinity;
  vi.advanceTimersByTime(10_000);
  since = performance.now();
  vi.advanceTimersByTime(900);
  budget.seen({ characters: 1, written: 1, tokens: undefined }, true);
  since = Infinity;
  vi.advanceTimersByTime(10_000);
  since = performance.now();
  vi.advanceTimersByTime(999);
  expect(spent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(spent).toEqual(['idle']);
});
