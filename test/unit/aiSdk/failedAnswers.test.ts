import { snapshotFromMessage } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChat, question, reply, wordsOf } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

test.each<[string, string]>([
  ['whose connection was lost', 'interrupted'],
  ['that the model failed at', 'provider'],
])('an answer %s is not a whole one when the next question was asked', async (how, code) => {
  const { chat, answer, request } = openChat();
  void chat.sendMessage({ text: 'A?' });
  const first = await request(1);
  first.begin('m1', 'Half of an');
  await expect.poll(() => wordsOf(chat.messages[1])).toBe('Half of an');
  if (how === 'whose connection was lost') first.cut();
  else first.say({ type: 'error', errorText: 'The model is on fire.' });
  await expect.poll(() => answer.getSnapshot().error?.code).toBe(code);
  await expect.poll(() => chat.status).toBe('error');
  void chat.sendMessage({ text: 'B?' });
  const second = await request(2);
  second.begin('m2', 'Answer of B');
  second.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  // This is what `earlier` is drawn from.
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({
    status: 'error',
    text: 'Half of an',
    error: { code },
  });
});

test('an answer that was cut off refers to nothing that its provider has not kept', async () => {
  const { chat, answer, request } = openChat();
  void chat.sendMessage({ text: 'A?' });
  const first = await request(1);
  first.begin('m1');
  const openai = { openai: { itemId: 'msg_1' } };
  first.say(
    { type: 'text-start', id: 't', providerMetadata: openai },
    { type: 'text-delta', id: 't', delta: 'Half of an' },
  );
  await expect.poll(() => wordsOf(chat.messages[1])).toBe('Half of an');
  first.cut();
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
  await expect.poll(() => chat.status).toBe('error');
  void chat.sendMessage({ text: 'B?' });
  const { messages } = await request(2);
  expect(messages.map(wordsOf)).toEqual(['A?', 'Half of an', 'B?']);
  expect(JSON.stringify(messages)).not.toContain('msg_1');
});

test('an answer that had failed, and went on to its end, is a whole one among the earlier messages', async () => {
  const half = {
    ...reply('m1', 'First half. '),
    metadata: {
      stopkit: { runId: 'run-00001', error: 'The connection was lost.', isCut: true },
    },
  };
  const { chat, answer, request } = openChat({ messages: [question('q1', 'A?'), half] });
  expect(answer.getSnapshot().status).toBe('error');
  void chat.sendMessage();
  const { begin, finish } = await request(1);
  begin('m1', 'Second half.');
  finish();
  await expect.poll(() => chat.status).toBe('ready');
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({
    status: 'complete',
    text: 'First half. Second half.',
    error: null,
  });
});

test.each([
  ['before the server has named the run, is still a stopped one', false, 'stopped'],
  ['after the server has named the run, was lost', true, 'error'],
])('a stopped answer that could not be gone on with, %s', async (_, isNamed, status) => {
  const stop = { runId: 'run-00001', reason: 'user', by: 'user', confirmation: 'confirmed' };
  const half = { ...reply('m1', 'Half. '), metadata: { stopkit: { runId: 'run-00001', stop } } };
  const { chat, answer, request } = openChat({ messages: [question('q1', 'A?'), half] });
  void chat.sendMessage();
  const next = await request(1);
  if (isNamed) next.begin('m1');
  next.cut();
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
  await expect.poll(() => chat.status).toBe('error');
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({ status });
});
