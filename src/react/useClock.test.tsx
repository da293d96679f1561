import { act, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useClock } from './useClock.js';

beforeEach(() => void vi.useFakeTimers({ now: 10_000 }));
afterEach(() => void vi.useRealTimers());

function Clock({ running }: { running: boolean }) {
  return <time>{useClock(running)}</time>;
}

const times = (): (string | null)[] =>
  [...document.querySelectorAll('time')].map((time) => time.textContent);

test('all clocks of a page tick together, on one timer', () => {
  render(
    <>
      <Clock running />
      <Clock running />
    </>,
    { wrapper: StrictMode },
  );
  expect(times()).toEqual(['10000', '10000']);
  expect(vi.getTimerCount()).toBe(1);
  act(() => void vi.advanceTimersByTime(1_000));
  expect(times()).toEqual(['11000', '11000']);
});

test('while nothing runs there is no timer', () => {
  const { rerender, unmount } = render(<Clock running={false} />);
  expect(vi.getTimerCount()).toBe(0);
  rerender(<Clock running />);
  expect(vi.getTimerCount()).toBe(1);
  rerender(<Clock running={false} />);
  expect(vi.getTimerCount()).toBe(0);
  rerender(<Clock running />);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  expect(screen.queryByRole('time')).toBeNull();
});

test('on the server a clock stands', () => {
  expect(renderToString(<Clock running />)).toBe('<time>0</time>');
  expect(vi.getTimerCount()).toBe(0);
});
