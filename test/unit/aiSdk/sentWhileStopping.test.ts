import { snapshotFromMessage } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markOf } from '../../../src/adapters/aiSdk/messageMark.js';
import { openHeldAnswer, question, wordsOf } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

const FIRST = question('', '');

// A server may store what it is sent over what it has marked itself.
test('a question that was sent while the stop was out is sent with the answer before it as stopped, and confirmed', async () => {
  const { chat, answer, verdicts, request } = await openHeldAnswer();
  void answer.stop();
  void chat.sendMessage({ text: 'B?' });
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.({ outcome: 'stopped' });
  const { messages } = await request(2);
  expect(messages.map(wordsOf)).toEqual(['A?', 'Answer of A', 'B?']);
  // What a page that is loaded again is told of it.
  expect(snapshotFromMessage(messages[1] ?? FIRST)).toMatchObject({
    status: 'stopped',
    stopRecord: { reason: 'user', confirmation: 'confirmed' },
  });
});

test('a question that took the place of an answer is sent with that one as stopped, which nobody has confirmed yet', async () => {
  const { chat, request, verdicts } = await openHeldAnswer();
  void chat.sendMessage({ text: 'B?' });
  const { messages } = await request(2);
  const [, first = FIRST] = messages;
  expect(messages.map(wordsOf)).toEqual(['A?', 'Answer of A', 'B?']);
  expect(markOf(first)?.stop).toMatchObject({ reason: 'replaced', confirmation: 'pending' });
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.({ outcome: 'stopped' });
  await expect.poll(() => chat.messages.map(markOf)[1]?.stop?.confirmation).toBe('confirmed');
});

test('an answer that the app has changed since its stop is sent as the app has it', async () => {
  const { chat, answer, verdicts, request } = await openHeldAnswer();
  const stopped = answer.stop();
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.({ outcome: 'stopped' });
  await stopped;
  await expect.poll(() => chat.status).toBe('ready');
  chat.messages = chat.messages.map((message) =>
    message.role === 'user' ? message : { ...message, parts: [{ type: 'text', text: 'Changed' }] },
  );
  void chat.sendMessage({ text: 'B?' });
  const { messages } = await request(2);
  expect(messages.map(wordsOf)).toEqual(['A?', 'Changed', 'B?']);
});
