import { lastAssistantMessageIsCompleteWithToolCalls, type UIMessage } from 'ai';
import { snapshotFromMessage } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markOf } from '../../../src/adapters/aiSdk/messageMark.js';
import {
  heldStop,
  openChat,
  openHeldAnswer,
  question,
  reply,
  turn,
  wordsOf,
  writeAnswer,
} from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

const OTHER: UIMessage[] = [question('q9', 'B?'), reply('a9', 'The whole answer of B.')];

test.each<[string, object]>([
  ['', { messageId: 'm1' }],
  [', also where its server names no message', {}],
])(
  'rule 4: a verdict that comes after the page has loaded another conversation leaves that alone%s',
  async (_, start) => {
    const { verdicts, stop } = heldStop();
    const { chat, answer, request } = openChat({ stop });
    void chat.sendMessage({ text: 'A?' });
    (await request(1)).say(
      { type: 'start', ...start },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Answer of A' },
    );
    await expect.poll(() => answer.getSnapshot().text).toBe('Answer of A');
    const stopped = answer.stop();
    chat.messages = [...OTHER];
    await expect.poll(() => verdicts).toHaveLength(1);
    verdicts[0]?.({ outcome: 'stopped' });
    expect(await stopped).toMatchObject({ confirmation: 'confirmed' });
    expect(chat.messages).toEqual(OTHER);
  },
);

test.each<[string, (chat: ReturnType<typeof openChat>['chat']) => Promise<void>]>([
  ['another question', (chat) => chat.sendMessage({ text: 'B?' })],
  ['the same question asked again', (chat) => chat.regenerate()],
  [
    'the same question in other words',
    (chat) => chat.sendMessage({ text: 'B?', messageId: chat.messages[0]?.id ?? '' }),
  ],
])(
  'rule 4: the verdict on an answer that was replaced by that to %s does not touch the new one',
  async (_, replace) => {
    for (const words of ['Answer of A', '']) {
      const { verdicts, stop } = heldStop();
      const { chat, answer, request } = openChat({ stop });
      void chat.sendMessage({ text: 'A?' });
      const first = await request(1);
      if (words !== '') first.begin('m1', words);
      await expect.poll(() => answer.getSnapshot().text).toBe(words);
      void replace(chat);
      const second = await request(2);
      second.begin('m2', 'The whole answer of B.');
      second.finish();
      await expect.poll(() => answer.getSnapshot().status).toBe('complete');
      await expect.poll(() => chat.status).toBe('ready');
      await expect.poll(() => verdicts).toHaveLength(1);
      verdicts[0]?.({ outcome: 'stopped' });
      await turn();
      const last = chat.messages.at(-1);
      expect(wordsOf(last)).toBe('The whole answer of B.');
      expect(last && markOf(last)?.stop).toBeUndefined();
    }
  },
);

test('rule 6: a question that is sent while the stop is out leaves the answer before it stopped, and confirmed', async () => {
  const { verdicts, chat, answer, request } = await openHeldAnswer();
  void answer.stop();
  void chat.sendMessage({ text: 'B?' });
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.({ outcome: 'stopped' });
  const second = await request(2);
  second.begin('m2', 'Answer of B');
  second.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  expect(chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A', 'B?', 'Answer of B']);
  const [, first] = chat.messages;
  expect(first && markOf(first)?.stop?.confirmation).toBe('confirmed');
});

test.each<[string, UIMessage[], string]>([
  ['another conversation', OTHER, 'The whole answer of B.'],
  ['another conversation, whose question has no answer', OTHER.slice(0, 1), ''],
  ['no conversation', [], ''],
])('what is shown is of the conversation of the page: %s', async (_, messages, shown) => {
  const { chat, answer, lane, request } = openChat();
  answer.subscribe(() => undefined);
  void chat.sendMessage({ text: 'A?' });
  const first = await request(1);
  first.begin('m1', 'Answer of A');
  first.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  lane.see(chat.messages);
  expect(answer.getSnapshot().text).toBe('Answer of A');
  lane.see(messages);
  expect(answer.getSnapshot().text).toBe(shown);
});

test('an answer that the page has removed is not shown any more', async () => {
  const { chat, answer, lane, request } = openChat();
  answer.subscribe(() => undefined);
  void chat.sendMessage({ text: 'A?' });
  // The page has drawn the question alone.
  lane.see(chat.messages);
  const first = await request(1);
  first.begin('m1', 'Answer of A');
  first.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  lane.see(chat.messages.slice(0, 1));
  expect(answer.getSnapshot().text).toBe('Answer of A');
  lane.see(chat.messages);
  lane.see(chat.messages.slice(0, 1));
  expect(answer.getSnapshot().text).toBe('');
});

const CALL = { toolCallId: 'c1', toolName: 'locate' };
const lastPart = (chat: ReturnType<typeof openChat>['chat']) => chat.messages.at(-1)?.parts.at(-1);

test('rule 11: a tool of the page that answers after the stop does not start the chat again', async () => {
  const { chat, answer, sent, request } = openChat({
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
  });
  void chat.sendMessage({ text: 'Where am I?' });
  const first = await request(1);
  first.begin('m1', 'Let me look.');
  first.say({ type: 'tool-input-available', ...CALL, input: {} });
  await expect.poll(() => lastPart(chat)).toMatchObject({ state: 'input-available' });
  await answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  await chat.addToolOutput({ tool: 'locate', toolCallId: 'c1', output: 'Berlin' });
  await turn();
  expect(sent).toHaveLength(1);
  expect([chat.status, chat.error, answer.getSnapshot().status]).toEqual([
    'ready',
    undefined,
    'stopped',
  ]);
  // A person goes on with a message of their own.
  void chat.sendMessage({ text: 'And now?' });
  const second = await request(2);
  second.begin('m2', 'In Berlin.');
  second.finish();
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
});

test.each([
  ['another tab', 'user', 'user', 'other-tab'],
  ['an operator', 'operator', 'remote', 'operator'],
  ['a limit', 'total-time', 'auto', 'total-time'],
])(
  'rule 11: an agent that %s stopped between two steps is not started again by the page',
  async (_, reason, by, shown) => {
    const ends: object[] = [];
    const { chat, answer, sent, request } = openChat({
      sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
      onFinish: ({ isAbort, isError }) => void ends.push({ isAbort, isError }),
    });
    void chat.sendMessage({ text: 'Where am I?' });
    const { runId, begin, say, close } = await request(1);
    begin('m1', 'Let me look.');
    say(
      { type: 'tool-input-available', ...CALL, input: {} },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'Berlin' },
      { type: 'finish-step' },
      {
        type: 'message-metadata',
        messageMetadata: { stopkit: { runId, stop: { runId, reason, by } } },
      },
      { type: 'abort' },
    );
    close();
    await expect.poll(() => ends).toEqual([{ isAbort: true, isError: false }]);
    await turn();
    expect(sent).toHaveLength(1);
    expect([chat.status, chat.error]).toEqual(['ready', undefined]);
    expect(answer.getSnapshot()).toMatchObject({
      status: 'stopped',
      stopRecord: { reason: shown },
    });
    const last = chat.messages.at(-1);
    expect(last && markOf(last)?.stop).toMatchObject({ reason, by });
  },
);

test('rule 4: a message that is sent while a resume is on its way is not ended by it', async () => {
  const { chat, answer, stops, resumes, request } = openChat();
  const resumed = chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  void chat.sendMessage({ text: 'B?' });
  const { runId, signal, begin } = await request(1);
  begin('m2', 'Answer of B');
  await expect.poll(() => answer.getSnapshot().text).toBe('Answer of B');
  resumes[0]?.(
    new ReadableStream({ start: (out) => writeAnswer('run-00001', out).begin('m1', 'Old') }),
  );
  await resumed;
  expect(answer.getSnapshot()).toMatchObject({ runId, text: 'Answer of B' });
  expect(signal.aborted).toBe(false);
  expect(stops).toEqual([]);
});

test('an answer that was stopped, and went on to its end, is a whole one among the earlier messages', async () => {
  const stop = { runId: 'run-00001', reason: 'user', by: 'user' };
  const half = {
    ...reply('m1', 'First half. '),
    metadata: { stopkit: { runId: 'run-00001', stop } },
  };
  const { chat, answer, request } = openChat({ messages: [question('q1', 'A?'), half] });
  expect(answer.getSnapshot().status).toBe('stopped');
  void chat.sendMessage();
  const { begin, finish } = await request(1);
  begin('m1', 'Second half.');
  finish();
  await expect.poll(() => chat.status).toBe('ready');
  expect(chat.messages).toHaveLength(2);
  expect(chat.messages.map(snapshotFromMessage)[1]).toMatchObject({
    status: 'complete',
    text: 'First half. Second half.',
    stopRecord: null,
  });
});

/** A chat whose answer goes on in a second run, after a tool of the page. */
async function openSecondRun() {
  const opened = openChat({
    sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
  });
  const { chat, answer, request } = opened;
  void chat.sendMessage({ text: 'Where am I?' });
  const first = await request(1);
  first.begin('m1', 'Let me look for you, this may take a moment. ');
  first.say({ type: 'tool-input-available', ...CALL, input: {} });
  first.finish();
  await expect.poll(() => chat.status).toBe('ready');
  void chat.addToolOutput({ tool: 'locate', toolCallId: 'c1', output: 'Berlin' });
  const second = await request(2);
  second.begin('m1', 'You are ');
  await expect.poll(() => answer.getSnapshot().text).toContain('You are ');
  return { ...opened, ...second };
}

test('the second run of an answer, after a tool of the page, is whole when it was cut and resumed', async () => {
  const { chat, answer, resumes, runId, cut } = await openSecondRun();
  cut();
  await expect.poll(() => answer.getSnapshot().error?.code).toBe('interrupted');
  void chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  resumes[0]?.(
    new ReadableStream({
      start(out) {
        const again = writeAnswer(runId, out);
        again.begin('m1', 'You are in Berlin.');
        again.finish();
      },
    }),
  );
  await expect.poll(() => answer.getSnapshot().status).toBe('complete');
  expect(answer.getSnapshot()).toMatchObject({
    text: 'Let me look for you, this may take a moment. You are in Berlin.',
    parts: [{ type: 'text' }, { type: 'tool-call', state: 'done' }, { type: 'text' }],
  });
});

test('a chat that fails by itself, as where a tool of the page throws, leaves no answer that runs', async () => {
  const { chat, answer, request } = openChat({
    onToolCall() {
      throw new Error('No map here');
    },
  });
  void chat.sendMessage({ text: 'Where am I?' });
  const { begin, say } = await request(1);
  begin('m1', 'Let me look.');
  say({ type: 'tool-input-available', ...CALL, input: {} });
  await expect.poll(() => chat.status).toBe('error');
  await expect.poll(() => answer.getSnapshot().status).toBe('error');
});

test('rule 4: the verdict finds its answer where the app has given its messages other ids meanwhile', async () => {
  const { verdicts, stop } = heldStop();
  const { chat, answer, request } = openChat({ stop });
  void chat.sendMessage({ text: 'A?' });
  (await request(1)).begin('m1', 'Half');
  await expect.poll(() => answer.getSnapshot().text).toBe('Half');
  const stopped = answer.stop();
  await expect.poll(() => verdicts).toHaveLength(1);
  chat.messages = chat.messages.map((message, index) => ({ ...message, id: `stored-${index}` }));
  verdicts[0]?.({ outcome: 'stopped' });
  await stopped;
  expect(chat.messages.map((message) => markOf(message)?.stop?.confirmation)).toEqual([
    undefined,
    'confirmed',
  ]);
});

test('a question that was there before is not taken back, when asking it again is stopped while that waits', async () => {
  const { stop } = heldStop();
  const { chat, answer, request } = openChat({ stop });
  void chat.sendMessage({ text: 'A?' });
  await request(1);
  await expect.poll(() => answer.isActive()).toBe(true);
  void answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  const { length } = chat.messages;
  void chat.sendMessage();
  await expect.poll(() => answer.getSnapshot().status).toBe('connecting');
  await answer.stop();
  await turn();
  expect(chat.messages).toHaveLength(length);
});

test('a second run that is read once more while it lives is not stopped by that', async () => {
  const { chat, answer, resumes, stops, runId } = await openSecondRun();
  void chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  resumes[0]?.(
    new ReadableStream({
      start: (out) => writeAnswer(runId, out).begin('m1', 'You are in Berlin.'),
    }),
  );
  await expect.poll(() => answer.getSnapshot().text).toContain('Berlin.');
  expect(stops).toEqual([]);
});

test('an answer without a name that is resumed is not the one before it, which a stop leaves whole', async () => {
  const earlier = reply('m1', 'The earlier answer.');
  const { chat, answer, resumes } = openChat({ messages: [question('q1', 'A?'), earlier] });
  void chat.resumeStream();
  await expect.poll(() => resumes).toHaveLength(1);
  resumes[0]?.(
    new ReadableStream({
      start(out) {
        const { say } = writeAnswer('run-00002', out);
        say({ type: 'start' }, { type: 'start-step' }, { type: 'text-start', id: 't' });
        say({ type: 'text-delta', id: 't', delta: 'New' });
      },
    }),
  );
  await expect.poll(() => answer.getSnapshot().text).toBe('New');
  await answer.stop();
  expect(chat.messages[1]).toEqual(earlier);
});
