import { expect, test } from 'vitest';
import { publishByFrame } from '../../src/react/publishByFrame.js';

test('a callback comes once, at an animation frame', async () => {
  let calls = 0;
  publishByFrame(() => {
    calls += 1;
  });
  await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
  expect(calls).toBe(1);
});
