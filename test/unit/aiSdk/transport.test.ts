import { stoppableTransport } from 'stopkit/ai-sdk';
import type { StopRequest } from 'stopkit/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markMessage } from '../../../src/adapters/aiSdk/messageMark.js';
import { snapshotFromMessage } from '../../../src/adapters/aiSdk/snapshotFromMessage.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: { visibilityState: 'hidden', addEventListener: () => undefined },
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

interface Resume {
  chatId: string;
  abortSignal: AbortSignal;
}

/** A transport whose stream has begun and goes on, and what its server was told. */
function begin() {
  const stops: StopRequest[] = [];
  const inner = {
    sendMessages: () => Promise.reject<ReadableStream<unknown>>(new Error('Not here.')),
    reconnectToStream: (resumed: Resume): Promise<ReadableStream<unknown> | null> =>
      Promise.resolve(
        new ReadableStream({
          start: (out) =>
            out.enqueue({
              type: 'start',
              messageId: resumed.chatId,
              messageMetadata: { stopkit: { runId: 'run-00001' } },
            }),
        }),
      ),
  };
  const transport = stoppableTransport(inner, {
    stopUrl: (request) => {
      stops.push(request);
      return Promise.resolve({ outcome: 'stopped' });
    },
  });
  const resume = () => {
    const controller = new AbortController();
    const opened = transport.reconnectToStream({ chatId: 'c', abortSignal: controller.signal });
    return { controller, opened };
  };
  return { transport, stops, resume };
}

const answerOf = ({ transport }: ReturnType<typeof begin>) => transport.lane('c').generation;

test('rule 4: a resume that a newer one replaces is no stop', async () => {
  const chat = begin();
  const first = chat.resume();
  await first.opened;
  first.controller.abort();
  const second = chat.resume();
  await second.opened;
  expect(chat.stops).toEqual([]);
  expect(answerOf(chat).isActive()).toBe(true);
});

test('rule 3: a chat that lets go of what it resumed stops the run by its name', async () => {
  const chat = begin();
  const { controller, opened } = chat.resume();
  await opened;
  controller.abort();
  await expect.poll(() => chat.stops).toMatchObject([{ runId: 'run-00001', conversationId: 'c' }]);
});

test('rule 11: what was stopped here is not resumed', async () => {
  const chat = begin();
  await chat.resume().opened;
  await answerOf(chat).stop();
  expect(await chat.resume().opened).toBeNull();
  expect(answerOf(chat).getSnapshot().status).toBe('stopped');
});

test('rule 7: a message is cut where the person had read to', () => {
  const message = {
    id: 'm2',
    role: 'assistant' as const,
    parts: [
      { type: 'text', text: 'One. ' },
      { type: 'text', text: 'Two.' },
    ],
  };
  const { parts } = markMessage(message, {
    ...snapshotFromMessage(message),
    status: 'stopped',
    text: 'One. T',
  });
  expect(parts).toMatchObject([{ text: 'One. ' }, { text: 'T' }]);
});
