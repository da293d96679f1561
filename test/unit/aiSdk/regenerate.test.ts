import { Chat } from '@ai-sdk/react';
import type { UIMessage } from 'ai';
import { generationFromChat, stoppableTransport } from 'stopkit/ai-sdk';
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
