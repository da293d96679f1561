import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scriptedSource } from '../testing/scriptedSource.js';
import { createGenerationEngine, type EngineOptions } from './createGenerationEngine.js';
import { cutOff } from './GenerationError.js';
import type { StopAnswer } from './StopRequest.js';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(options: Partial<EngineOptions<string>> = {}) {
  const source = scriptedSource();
  const engine = createGenerationEngine<string>({
    source,
    publish(callback) {
      queueMicrotask(callback);
      return () => undefined;
    },
    ...options,
  });
  const say = async (delta: string): Promise<void> => {
    source.text(delta);
    await tick();
  };
  return {
    source,
    engine,
    generation: engine.generation,
    shown: engine.generation.getSnapshot,
    say,
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const answering = (answer: StopAnswer) => () => Promise.resolve(answer);

test('a run that began elsewhere is read under its own id, and can be stopped', async () => {
  const requestStop = vi.fn(answering({ outcome: 'stopped' }));
  const { source, engine, generation, shown, say } = setUp({ requestStop });
  void engine.attach('hello', { runId: 'elsewhere-1' });
  expect(source.requests[0]).toMatchObject({ runId: 'elsewhere-1', mode: 'attach' });
  await say('One ');
  expect(await generation.stop()).toMatchObject({ confirmation: 'confirmed', seenChars: 4 });
  expect(shown()).toMatchObject({ runId: 'elsewhere-1', text: 'One ' });
});

test('the text that a history gave stays until the replay has overtaken it', async () => {
  const { source, engine, generation, shown, say } = setUp();
  const partial = {
    ...shown(),
    text: 'One two',
    parts: [{ type: 'text', text: 'One two' }],
  } as const;
  void engine.attach('hello', { runId: 'elsewhere-1', partial });
  expect(shown()).toMatchObject({ status: 'connecting', text: 'One two' });
  source.say({ type: 'replay' }, { type: 'text', delta: 'One ' });
  await tick();
  expect(shown().text).toBe('One two');
  await say('two three');
  expect(shown().text).toBe('One two three');
  expect(await generation.stop()).toMatchObject({ seenChars: 13 });
});

test('to attach to another run leaves the one that lives, and asks nobody to stop it', async () => {
  const requestStop = vi.fn(answering({ outcome: 'stopped' }));
  const { engine, generation, say } = setUp({ requestStop });
  const first = generation.start('hello');
  await say('One ');
  void engine.attach('hello', { runId: 'elsewhere-1' });
  expect(await first).toMatchObject({ status: 'stopped', stopRecord: { by: 'replaced' } });
  expect(requestStop).not.toHaveBeenCalled();
});

test('rule 3: an accepted stop stays "stopping" while events can say more, and stop() is over in time', async () => {
  const requestStop = answering({ outcome: 'stopping' });
  const { engine, generation, shown, say } = setUp({ requestStop, verdictsFollow: () => true });
  void generation.start('hello');
  await say('One ');
  const stopped = generation.stop();
  await tick();
  expect(shown()).toMatchObject({ status: 'stopping', stopRecord: { confirmation: 'accepted' } });
  vi.advanceTimersByTime(5_000);
  expect(await stopped).toMatchObject({ confirmation: 'accepted' });
  expect(shown().status).toBe('stopping');
  engine.hear(shown().runId ?? '', { outcome: 'stopped' });
  expect(shown()).toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'confirmed' } });
});

test('when no event can say more, an accepted stop is stopped', async () => {
  const requestStop = answering({ outcome: 'stopping' });
  const { engine, generation, shown } = setUp({ requestStop, verdictsFollow: () => true });
  void generation.start('hello');
  await tick();
  const stopped = generation.stop();
  await tick();
  engine.settleStop('another-run');
  expect(shown().status).toBe('stopping');
  engine.settleStop(shown().runId ?? '');
  expect(shown().status).toBe('stopped');
  expect(await stopped).toMatchObject({ confirmation: 'accepted' });
});

test('a stop in another tab ends the run here, and asks nobody', async () => {
  const requestStop = vi.fn(answering({ outcome: 'stopped' }));
  const { source, engine, generation, shown, say } = setUp({ requestStop });
  void generation.start('hello');
  await say('One ');
  engine.stopFromElsewhere('another-run');
  expect(shown().status).toBe('streaming');
  engine.stopFromElsewhere(shown().runId ?? '', { reason: 'other-tab' });
  expect(shown()).toMatchObject({
    status: 'stopped',
    stopRecord: { by: 'remote', reason: 'other-tab', confirmation: 'confirmed' },
  });
  expect(source.requests[0]?.signal.aborted).toBe(true);
  expect(requestStop).not.toHaveBeenCalled();
});

test('E11: a lost connection leaves the status as it is while the run is read on', async () => {
  const onward = scriptedSource();
  const recover = vi.fn(() => onward);
  const { source, generation, shown, say } = setUp({ recover });
  const started = generation.start('hello');
  await say('One ');
  source.say({ type: 'done', outcome: 'interrupted' });
  await tick();
  expect(shown()).toMatchObject({ status: 'streaming', text: 'One ' });
  expect(onward.requests[0]).toMatchObject({ mode: 'attach', partial: { text: 'One ' } });
  onward.say({ type: 'replay' }, { type: 'text', delta: 'One two.' }, { type: 'done' });
  expect(await started).toMatchObject({ status: 'complete', text: 'One two.' });
});

test('B14: a lost connection that nothing brings back is interrupted, and the history may complete it', async () => {
  const { source, engine, generation, shown, say } = setUp({ recover: () => null });
  const started = generation.start('hello');
  await say('One ');
  source.say({ type: 'done', outcome: 'interrupted' });
  expect(await started).toMatchObject({ status: 'error', error: { code: 'interrupted' } });
  engine.hear(shown().runId ?? '', { outcome: 'finished', text: 'One two.' });
  expect(shown()).toMatchObject({ status: 'complete', text: 'One two.', error: null });
});

test('a stop while the connection is lost ends the way back to it', async () => {
  const onward = scriptedSource();
  const { source, generation, shown, say } = setUp({ recover: () => onward });
  void generation.start('hello');
  await say('One ');
  source.say({ type: 'done', outcome: 'interrupted' });
  await tick();
  await generation.stop();
  expect(onward.requests[0]?.signal.aborted).toBe(true);
  expect(shown()).toMatchObject({ status: 'stopped', text: 'One ' });
});

test('rule 6: where the stop is remembered is part of its record', async () => {
  const { engine, generation, shown } = setUp();
  void generation.start('hello');
  await generation.stop();
  engine.keepMark(shown().runId ?? '', 'browser');
  expect(shown().stopRecord?.persisted).toBe('browser');
});

test('rule 11: a page that stops at the last words before a cut asks for no more of them', async () => {
  const onward = scriptedSource();
  const { source, generation, shown } = setUp({ recover: () => onward });
  generation.subscribe(() => {
    if (shown().status === 'streaming') void generation.stop();
  });
  const settled = generation.start('hello');
  await tick();
  source.say({ type: 'text', delta: 'One ' }, { type: 'error', error: cutOff() });
  expect(await settled).toMatchObject({ status: 'stopped', text: 'One ' });
  await tick();
  expect(onward.requests).toHaveLength(0);
});
