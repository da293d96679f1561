import { Chat } from '@ai-sdk/react';
import type { UIMessage } from 'ai';
import { generationFromChat, snapshotFromMessage, stoppableTransport } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heldStop, openChat, question, reply, turn, wordsOf, writeAnswer } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

test('an answer that is to be made again, and is stopped before it was asked for, is still there', async () => {
  const { stop } = heldStop();
  const { chat, answer, sent, request } = openChat({ stop });
  void chat.sendMessage({ text: 'A?' });
  (await request(1)).begin('m1', 'Answer of A');
  await expect.poll(() => answer.getSnapshot().text).toBe('Answer of A');
  void answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  void answer.regenerate();
  await expect.poll(() => answer.getSnapshot().status).toBe('connecting');
  // It waits for the stop before it, and is taken back.
  await answer.stop();
  await turn();
  expect(sent).toHaveLength(1);
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A']);
  expect(answer.getSnapshot().text).toBe('Answer of A');
});

test('an answer that cannot be made again, because the server is not there, is still there', async () => {
  const transport = stoppableTransport({
    sendMessages: () => Promise.reject<ReadableStream<unknown>>(new TypeError('Failed to fetch')),
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  const messages = [question('q1', 'A?'), reply('m1', 'Answer of A')];
  // The SDK's type of a transport wants every field of its requests.
  const chat = new Chat<UIMessage>({ id: 'c', messages, transport: transport as never });
  const answer = generationFromChat(chat, transport);
  expect(answer.getSnapshot().text).toBe('Answer of A');
  const after = await answer.regenerate();
  expect(after).toMatchObject({ status: 'error', text: 'Answer of A' });
  await turn();
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A']);
});

/** A whole answer, which is being made again. */
async function openAgain() {
  const messages = [question('q1', 'A?'), reply('m1', 'Answer of A')];
  const opened = openChat({ messages });
  void opened.answer.regenerate();
  const again = await opened.request(1);
  return { ...opened, again };
}

test('an answer that is to be made again stays until the new one has said a word', async () => {
  const { chat, answer, again } = await openAgain();
  expect(again.messages.map(wordsOf)).toEqual(['A?']);
  expect(answer.getSnapshot()).toMatchObject({ status: 'connecting', text: 'Answer of A' });
  again.begin('m2', 'Another');
  await expect.poll(() => answer.getSnapshot().text).toBe('Another');
  again.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'Another']);
});

test('an answer that is made again, and is stopped before its first word, is the old one in the chat and in the next turn', async () => {
  const { chat, answer, again, request } = await openAgain();
  again.begin('m2');
  await expect.poll(() => chat.messages).toHaveLength(2);
  await answer.stop();
  expect(answer.getSnapshot()).toMatchObject({ status: 'stopped', text: 'Answer of A' });
  expect(chat.messages).toEqual([question('q1', 'A?'), reply('m1', 'Answer of A')]);
  await expect.poll(() => chat.status).toBe('ready');
  void chat.sendMessage({ text: 'B?' });
  expect((await request(2)).messages.map(wordsOf)).toEqual(['A?', 'Answer of A', 'B?']);
});

test('an answer that is made again, and is cut off before its first word, is one message when it is resumed', async () => {
  const { chat, answer, again, resumes } = await openAgain();
  again.begin('m2');
  await expect.poll(() => chat.messages).toHaveLength(2);
  again.cut();
  await expect.poll(() => chat.status).toBe('error');
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A']);
  void chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  resumes[0]?.(
    new ReadableStream({
      start(out) {
        const resumed = writeAnswer(again.runId, out);
        resumed.begin('m2', 'New');
        resumed.finish();
      },
    }),
  );
  await expect.poll(() => answer.getSnapshot()).toMatchObject({ status: 'complete', text: 'New' });
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'New']);
});

test.each([
  ['a file', { type: 'file', url: 'data:image/png;base64,AA', mediaType: 'image/png' }],
  ['data of the app', { type: 'data-weather', data: { degrees: 1 } }],
])(
  'an answer that is made again and is %s alone takes the place of the old one',
  async (_, part) => {
    const { chat, again } = await openAgain();
    again.begin('m2');
    again.say(part);
    again.finish();
    await expect.poll(() => chat.status).toBe('ready');
    await turn();
    expect(chat.messages.map(({ id }) => id)).toEqual(['q1', 'm2']);
  },
);

test('an answer that is made again and has given a file before its stop takes the place of the old one', async () => {
  const { chat, answer, again } = await openAgain();
  again.begin('m2');
  again.say({ type: 'file', url: 'data:image/png;base64,AA', mediaType: 'image/png' });
  await expect.poll(() => chat.messages[1]?.parts.map(({ type }) => type)).toContain('file');
  await answer.stop();
  await turn();
  expect(chat.messages.map(({ id }) => id)).toEqual(['q1', 'm2']);
});

test.each([
  ['before the second one was there', false],
  ['when the second one was there without a word', true],
])(
  'an answer that is asked for a third time %s, and is stopped, is the first one',
  async (_, isThere) => {
    const { chat, answer, again, request } = await openAgain();
    if (isThere) {
      again.begin('m2');
      await expect.poll(() => chat.messages).toHaveLength(2);
    }
    void answer.regenerate();
    await request(2);
    expect(answer.getSnapshot().text).toBe('Answer of A');
    await answer.stop();
    await turn();
    expect(answer.getSnapshot().text).toBe('Answer of A');
    expect(chat.messages.map(({ id }) => id)).toEqual(['q1', 'm1']);
  },
);

test('an answer that is made again, and whose place a question takes before its first word, is stopped', async () => {
  const { chat, again, request } = await openAgain();
  again.begin('m2');
  await expect.poll(() => chat.messages).toHaveLength(2);
  void chat.sendMessage({ text: 'B?' });
  const { messages } = await request(2);
  await turn();
  const status = [chat.messages[1], messages[1]].map(
    (message) => message && snapshotFromMessage(message).status,
  );
  expect(status).toEqual(['stopped', 'stopped']);
});

test('an answer that is made again, and is resumed while it is read, takes the place of the old one', async () => {
  const { chat, answer, again, resumes } = await openAgain();
  again.begin('m2');
  await expect.poll(() => chat.messages).toHaveLength(2);
  void chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  resumes[0]?.(
    new ReadableStream({
      start(out) {
        const resumed = writeAnswer(again.runId, out);
        resumed.begin('m2', 'New');
        resumed.finish();
      },
    }),
  );
  await expect.poll(() => answer.getSnapshot()).toMatchObject({ status: 'complete', text: 'New' });
  await turn();
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'New']);
});

test('an answer whose stop is confirmed while it is made again is confirmed when it comes back', async () => {
  const { verdicts, stop } = heldStop();
  const { chat, answer, request } = openChat({ stop });
  void chat.sendMessage({ text: 'A?' });
  (await request(1)).begin('m1', 'Answer of A');
  await expect.poll(() => answer.getSnapshot().text).toBe('Answer of A');
  void answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  void answer.regenerate();
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.({ outcome: 'stopped' });
  const again = await request(2);
  again.begin('m2');
  again.say({ type: 'error', errorText: 'Fire.' });
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
  await expect.poll(() => chat.messages[1]?.id).toBe('m1');
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({
    stopRecord: { confirmation: 'confirmed' },
  });
});

test('a stopped answer that could not be gone on with is still a stopped one', async () => {
  const stop = { runId: 'run-00001', reason: 'user', by: 'user', confirmation: 'confirmed' };
  const half = { ...reply('m1', 'Half. '), metadata: { stopkit: { runId: 'run-00001', stop } } };
  const { chat, answer, request } = openChat({ messages: [question('q1', 'A?'), half] });
  void chat.sendMessage();
  (await request(1)).cut();
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
  await turn();
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({ status: 'stopped' });
});
