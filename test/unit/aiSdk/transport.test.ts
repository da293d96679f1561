import { stoppableTransport } from 'stopkit/ai-sdk';
import type { StopRequest } from 'stopkit/core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { ChatLike } from '../../../src/adapters/aiSdk/ChatLike.js';
import { markMessage, markOf } from '../../../src/adapters/aiSdk/messageMark.js';
import { snapshotFromMessage } from '../../../src/adapters/aiSdk/snapshotFromMessage.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
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

const SENT = { chatId: 'c', messages: [], trigger: 'submit-message' };
type Ask = (sent: typeof SENT) => Promise<ReadableStream<unknown>>;

/** What a person is told when the chat's request fails so. */
async function failWith(thrown: Error) {
  const sendMessages: Ask = () => Promise.reject(thrown);
  const transport = stoppableTransport({
    sendMessages,
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  await transport.sendMessages(SENT).catch(() => undefined);
  const { generation } = transport.lane('c');
  await expect.poll(() => generation.getSnapshot().status).toBe('error');
  return generation.getSnapshot().error;
}

test.each<[string, Error, object]>([
  [
    'an error page is not shown',
    new Error('<html><body><h1>502 Bad Gateway</h1></body></html>'),
    { code: 'provider', message: 'The model failed without saying why.' },
  ],
  [
    'what is no sentence is not shown',
    new Error('upstream\n{"at":1}'),
    { code: 'provider', message: 'The server failed without saying why.' },
  ],
  [
    'the one word of a guard is shown',
    new Error('Unauthorized'),
    { code: 'provider', message: 'Unauthorized' },
  ],
  [
    'the sentence of the server is shown',
    new Error('{"error":{"message":"You have run out of credit."}}'),
    { code: 'http', message: 'You have run out of credit.' },
  ],
  [
    'a server that is not there is not an answer that was lost',
    new TypeError('fetch failed'),
    { code: 'network', message: 'The server could not be reached.' },
  ],
  [
    'a fault in the transport of the app is not a server that is not there',
    new TypeError("Cannot read properties of undefined (reading 'token')"),
    { code: 'provider', message: 'The message could not be sent.' },
  ],
])('when a request fails, %s', async (_, thrown, error) => {
  expect(await failWith(thrown)).toMatchObject(error);
});

test('a transport that throws before it gives a promise has failed, and leaves nothing connecting', async () => {
  const sendMessages: Ask = () => {
    throw new Error('Choose a model first, please.');
  };
  const transport = stoppableTransport({
    sendMessages,
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  await expect(transport.sendMessages(SENT)).rejects.toThrow('Choose a model first, please.');
  const { generation } = transport.lane('c');
  await expect
    .poll(() => generation.getSnapshot())
    .toMatchObject({ status: 'error', error: { message: 'Choose a model first, please.' } });
});

test('an answer whose connection breaks is lost', async () => {
  const { transport } = begin();
  const chunks = new ReadableStream({
    start: (out) => out.enqueue({ type: 'start', messageId: 'm' }),
    pull: (out) => out.error(new TypeError('network error')),
  });
  const sendMessages: Ask = () => Promise.resolve(chunks);
  const broken = stoppableTransport({
    sendMessages,
    reconnectToStream: transport.reconnectToStream,
  });
  const stream = await broken.sendMessages(SENT);
  await stream.pipeTo(new WritableStream()).catch(() => undefined);
  await expect
    .poll(() => broken.lane('c').generation.getSnapshot().error?.code)
    .toBe('interrupted');
});

const WORDS = [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Canned.' },
  { type: 'text-end', id: '1' },
];
test.each<[string, object[], string]>([
  ['was written by hand, and is whole', WORDS, 'complete'],
  ['is still open', WORDS.slice(0, 2), 'error'],
  ['is a model’s', [{ type: 'start-step' }, ...WORDS], 'error'],
  ['goes on to data', [...WORDS, { type: 'data-weather', id: 'w', data: {} }], 'error'],
  ['goes on to a thought', [...WORDS, { type: 'reasoning-start', id: '2' }], 'error'],
  ['says nothing', [{ type: 'start' }], 'error'],
])('rule 3: a body that ends without a finish and %s is told so', async (_, chunks, status) => {
  const sendMessages: Ask = () =>
    Promise.resolve(
      new ReadableStream({
        start(out) {
          for (const chunk of chunks) out.enqueue(chunk);
          out.close();
        },
      }),
    );
  const transport = stoppableTransport({
    sendMessages,
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  const stream = await transport.sendMessages(SENT);
  await stream.pipeTo(new WritableStream()).catch(() => undefined);
  const { generation } = transport.lane('c');
  await expect.poll(() => generation.getSnapshot().status).toBe(status);
});

test('the stop of a stored message that nobody had confirmed is asked about again', async () => {
  const page = begin();
  const stop = { reason: 'user', by: 'user', seenChars: 3, confirmation: 'unconfirmed' } as const;
  const chat: ChatLike = {
    id: 'c',
    messages: [
      {
        id: 'm',
        role: 'assistant',
        parts: [{ type: 'text' }],
        metadata: { stopkit: { runId: 'run-00007', stop } },
      },
    ],
    stop: () => Promise.resolve(),
    sendMessage: () => Promise.resolve(),
    regenerate: () => Promise.resolve(),
  };
  const lane = page.transport.lane('c');
  lane.use(chat);
  lane.see(chat.messages);
  expect(await answerOf(page).retryStop()).toMatchObject({ confirmation: 'confirmed' });
  expect(page.stops).toMatchObject([{ runId: 'run-00007', reason: 'user', seenChars: 3 }]);
  const [stored] = chat.messages.map(markOf);
  expect(stored?.stop?.confirmation).toBe('confirmed');
});

test('of many chats the last are kept, and each that somebody looks at', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { transport } = begin();
  const lanes = Array.from({ length: 30 }, (_, chat) => transport.lane(`chat-${chat}`));
  // A page draws its chats, and looks at them only then.
  lanes[1]?.generation.subscribe(() => undefined);
  expect(transport.lane('chat-1')).toBe(lanes[1]);
  for (let chat = 2; chat < 30; chat++) transport.lane(`chat-${chat}`);
  vi.runAllTimers();
  expect(transport.lane('chat-1')).toBe(lanes[1]);
  expect(transport.lane('chat-29')).toBe(lanes[29]);
  expect(transport.lane('chat-0')).not.toBe(lanes[0]);
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

test('a resume that the chat lets go of before its first word leaves nothing running', async () => {
  const streams: { out: ReadableStreamDefaultController<unknown>; isLeft: boolean }[] = [];
  const reconnectToStream: (resumed: Resume) => Promise<ReadableStream<unknown> | null> = () => {
    const at = streams.length;
    return Promise.resolve(
      new ReadableStream({
        start: (out) => void streams.push({ out, isLeft: false }),
        cancel() {
          const stream = streams[at];
          if (stream !== undefined) stream.isLeft = true;
        },
      }),
    );
  };
  const transport = stoppableTransport({
    sendMessages: () => Promise.reject<ReadableStream<unknown>>(new Error('Not here.')),
    reconnectToStream,
  });
  const resume = (controller = new AbortController()) =>
    transport.reconnectToStream({ chatId: 'c', abortSignal: controller.signal });
  const controller = new AbortController();
  const left = resume(controller);
  controller.abort();
  const replaced = resume();
  const last = resume();
  for (const { out } of streams) out.enqueue({ type: 'start', messageId: 'm' });
  expect(await left).toBeNull();
  expect(await replaced).toBeNull();
  expect(await last).not.toBeNull();
  expect(streams.map(({ isLeft }) => isLeft)).toEqual([true, true, false]);
  expect(transport.lane('c').generation.isActive()).toBe(true);
});

test('rule 2: a Stop while the next message waits for the stop before it lets the chat go', async () => {
  const sent: string[] = [];
  const sendMessages: Ask = ({ chatId }) => {
    sent.push(chatId);
    return Promise.resolve(
      new ReadableStream({ start: (out) => out.enqueue({ type: 'start', messageId: 'm' }) }),
    );
  };
  const transport = stoppableTransport(
    {
      sendMessages,
      reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
    },
    { stopUrl: () => new Promise(() => undefined) },
  );
  const { generation } = transport.lane('c');
  await transport.sendMessages(SENT);
  void generation.stop();
  const waiting = transport.sendMessages(SENT);
  void generation.stop();
  await expect(waiting).rejects.toThrow('The answer was stopped.');
  expect(sent).toHaveLength(1);
});

test('rule 2: a Stop in the very moment in which the answer comes lets the chat go', async () => {
  const sendMessages: Ask = () => {
    queueMicrotask(() => void transport.lane('c').generation.stop());
    return Promise.resolve(new ReadableStream());
  };
  const transport = stoppableTransport({
    sendMessages,
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  const stream = await transport.sendMessages(SENT);
  await expect(stream.getReader().read()).rejects.toThrow('The answer was stopped.');
});
