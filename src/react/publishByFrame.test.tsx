import { expect, test, vi } from 'vitest';
import { publishByFrame, publishText } from './publishByFrame.js';

test('a page that is hidden gives nobody a frame, so who waits is called; it is listened to once', () => {
  const listen = vi.spyOn(document, 'addEventListener');
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  try {
    const called: string[] = [];
    publishByFrame(() => {
      called.push('a');
      publishByFrame(() => called.push('again'));
    });
    publishByFrame(() => called.push('left'))();
    // One that another calls off is called no more.
    publishByFrame(() => leave());
    const leave = publishByFrame(() => called.push('late'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(called).toEqual(['a']);
    document.dispatchEvent(new Event('visibilitychange'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(called).toEqual(['a', 'again']);
    expect(listen.mock.calls.length).toBeLessThanOrEqual(1);
  } finally {
    vi.unstubAllGlobals();
    listen.mockRestore();
  }
});

test('an embedded chat that the browser gives no frames, though it counts as visible, goes on', () => {
  vi.useFakeTimers();
  const frames = new Set<FrameRequestCallback>();
  let asked = 0;
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
    frames.add(callback);
    return (asked += 1);
  });
  const left: number[] = [];
  vi.stubGlobal('cancelAnimationFrame', (id: number) => left.push(id));
  try {
    const callback = vi.fn();
    publishByFrame(callback);
    vi.advanceTimersByTime(100);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(left).toContain(1);

    // A frame that does come leaves no timer behind, and neither does what was called off.
    frames.clear();
    publishByFrame(callback);
    for (const frame of frames) frame(0);
    publishByFrame(callback)();
    vi.advanceTimersByTime(1_000);
    expect(callback).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});

test('text that grows takes every second frame of a screen, and none once it is called off', () => {
  vi.useFakeTimers({
    toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'setTimeout', 'clearTimeout'],
  });
  const asked = vi.spyOn(globalThis, 'requestAnimationFrame');
  try {
    const callback = vi.fn(() => void publishText(callback));
    const leave = publishText(callback);
    vi.advanceTimersByTime(24);
    expect(asked).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000 - 24);
    // Of 62 frames.
    const times = callback.mock.calls.length;
    expect(times).toBeGreaterThan(25);
    expect(times).toBeLessThanOrEqual(31);
    expect(asked).toHaveBeenCalledTimes(times);
    callback.mockImplementation(() => undefined);
    vi.advanceTimersByTime(100);
    leave();

    callback.mockClear();
    publishText(callback)();
    const late = publishText(callback);
    while (asked.mock.calls.length === times + 1) vi.advanceTimersByTime(1);
    late();
    vi.advanceTimersByTime(1_000);
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    asked.mockRestore();
    vi.useRealTimers();
  }
});
