import { snapshotFromMessage } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHeldAnswer, reply } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

test('while its stop is still out, an answer that has become an earlier one is not told as unconfirmed', async () => {
  const { verdicts, chat, answer, request } = await openHeldAnswer();
  void answer.stop();
  void chat.sendMessage({ text: 'B?' });
  await expect.poll(() => verdicts).toHaveLength(1);
  // The page draws it from its message now: "Stopped here, not confirmed. The server did not answer" would be a lie.
  const early = chat.messages.map(snapshotFromMessage)[1];
  expect(early).toMatchObject({ status: 'stopping', stopRecord: { confirmation: 'pending' } });
  // The same as long as nothing has changed, so that nothing is rendered twice.
  expect(chat.messages.map(snapshotFromMessage)[1]).toBe(early);
  verdicts[0]?.({ outcome: 'stopped' });
  await request(2);
  const late = chat.messages.map(snapshotFromMessage)[1];
  expect(late).toMatchObject({ status: 'stopped', stopRecord: { confirmation: 'confirmed' } });
});

test('a stored answer whose stop nobody had answered before the reload is not confirmed', () => {
  const stop = { reason: 'user', by: 'user', confirmation: 'pending' };
  const stored = { ...reply('m1', 'Half'), metadata: { stopkit: { runId: 'run-00001', stop } } };
  expect(snapshotFromMessage(stored)).toMatchObject({
    status: 'stopped',
    stopRecord: { confirmation: 'unconfirmed' },
  });
});
