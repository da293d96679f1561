import { snapshotFromMessage } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChat, turn } from './openChat.js';

const frames: (() => void)[] = [];

// A page that has no frame for now: what comes is not shown yet, and the chat reads on.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    requestAnimationFrame: (run: () => void) => frames.push(run),
    cancelAnimationFrame: () => undefined,
  }),
);
afterAll(() => {
  // Nobody waits for a frame of a page that is gone.
  for (const run of frames) run();
  for (const name of ['document', 'requestAnimationFrame', 'cancelAnimationFrame']) {
    Reflect.deleteProperty(globalThis, name);
  }
});

/** More than a page lays out in one frame. */
const LONG = 'A long answer. '.repeat(8_000);

/** An answer that the chat has read to its end, and the page has not shown yet. */
async function openWhole() {
  const opened = openChat();
  void opened.chat.sendMessage({ text: 'A?' });
  const first = await opened.request(1);
  first.begin('m1', LONG);
  first.finish();
  await expect.poll(() => opened.chat.status, { interval: 1 }).toBe('ready');
  return opened;
}

test('an answer that the chat has read to its end is whole, and nobody is asked to stop it, where the next question comes before its last frame', async () => {
  const { chat, answer, stops, request } = await openWhole();
  void chat.sendMessage({ text: 'B?' });
  await request(2);
  await turn();
  expect(stops).toEqual([]);
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({
    status: 'complete',
    text: LONG,
  });
  await answer.stop();
});

test('an answer that the chat has read to its end is whole where Stop is pressed before its last frame', async () => {
  const { chat, answer, stops } = await openWhole();
  await answer.stop();
  expect(stops).toEqual([]);
  expect(answer.getSnapshot()).toMatchObject({ status: 'complete', text: LONG });
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({ status: 'complete' });
});

test('a voice that reads on is silenced at the server, also before the last frame of its text', async () => {
  const { answer, stops } = await openWhole();
  await answer.stop({ scope: 'speech' });
  expect(stops).toHaveLength(1);
  await answer.stop();
});
