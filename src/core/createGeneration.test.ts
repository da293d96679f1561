import { expect, test } from 'vitest';
import { scriptedSource } from '../testing/scriptedSource.js';
import { createGeneration } from './createGeneration.js';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('rule 1: a press freezes the text in the same task', async () => {
  const source = scriptedSource();
  const frames: (() => void)[] = [];
  const generation = createGeneration({
    source,
    publish: (callback) => {
      frames.push(callback);
      return () => undefined;
    },
  });
  void generation.start('hello');
  source.text('One ');
  await tick();
  expect(generation.getSnapshot()).toMatchObject({ status: 'streaming', text: 'One ' });
  source.text('two');
  const stopped = generation.stop();
  expect(generation.getSnapshot()).toMatchObject({ status: 'stopped', text: 'One ' });
  for (const frame of frames) frame();
  await tick();
  expect(generation.getSnapshot().text).toBe('One ');
  expect(await stopped).toMatchObject({ by: 'user', confirmation: 'not-asked', seenChars: 4 });
});
