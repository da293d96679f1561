import {
  convertToModelMessages,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  type UIMessage,
  validateUIMessages,
} from 'ai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markOf } from '../../../src/adapters/aiSdk/messageMark.js';
import { openChat, turn, wordsOf } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

const text = (id: string, ...words: string[]): object[] => [
  { type: 'text-start', id },
  ...words.map((delta) => ({ type: 'text-delta', id, delta })),
  { type: 'text-end', id },
];
const start = (runId: string): object => ({
  type: 'start',
  messageId: 'm1',
  messageMetadata: { stopkit: { runId } },
});

/** An answer with everything in it. */
const FIRST: object[] = [
  { type: 'start-step' },
  { type: 'reasoning-start', id: 'r' },
  { type: 'reasoning-delta', id: 'r', delta: 'Hm. ' },
  { type: 'reasoning-end', id: 'r' },
  ...text('t1', 'One ', 'two '),
  { type: 'source-url', sourceId: 's', url: 'https://example.com' },
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'look' },
  { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"a":1}' },
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'look', input: { a: 1 } },
  { type: 'tool-output-available', toolCallId: 'c1', output: 'A part.', preliminary: true },
  { type: 'tool-output-available', toolCallId: 'c1', output: 'All.' },
  { type: 'finish-step' },
  { type: 'start-step' },
  ...text('t2', 'three '),
  { type: 'tool-input-available', toolCallId: 'c2', toolName: 'mail', input: {}, dynamic: true },
  { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c2' },
  { type: 'finish-step' },
  { type: 'finish' },
];

/** What comes after the person was asked. */
const second = (approved: boolean): object[] => [
  approved
    ? { type: 'tool-output-available', toolCallId: 'c2', output: 'Sent.' }
    : { type: 'tool-output-denied', toolCallId: 'c2' },
  { type: 'start-step' },
  ...text('t3', 'four ', 'five'),
  { type: 'finish-step' },
  { type: 'finish' },
];

const wordsIn = (chunks: object[]): string =>
  chunks
    .map((chunk) =>
      'delta' in chunk && 'type' in chunk && chunk.type === 'text-delta' ? chunk.delta : '',
    )
    .join('');

const open = () =>
  openChat({ sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses });

/** Stops the answer, and looks at what everybody has of it. */
async function stopAndGoOn(page: ReturnType<typeof open>, shown: string): Promise<void> {
  const { chat, answer, stops, sent, request } = page;
  await expect.poll(() => answer.getSnapshot().text).toBe(shown);
  // What came after the words has come, too.
  await turn();
  await answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  expect(answer.getSnapshot()).toMatchObject({ status: 'stopped', text: shown });
  expect(stops).toHaveLength(1);
  const [, message] = chat.messages;
  expect(message && markOf(message)?.stop).toMatchObject({ by: 'user', confirmation: 'confirmed' });
  expect(wordsOf(message)).toBe(shown);
  const { length } = sent;
  void chat.sendMessage({ text: 'And?' });
  const { messages } = await request(length + 1);
  const stored = await validateUIMessages({
    messages: JSON.parse(JSON.stringify(messages)) as UIMessage[],
  });
  const told = JSON.stringify(await convertToModelMessages(stored));
  expect(told.split('"tool-result"')).toHaveLength(told.split('"tool-call"').length);
}

test.each(FIRST.map((_, at) => at))(
  'rules 1, 6 and 9: a stop at any moment (%i): all sides agree, and the next turn is valid',
  async (at) => {
    const page = open();
    void page.chat.sendMessage({ text: 'Do it.' });
    const { runId, say } = await page.request(1);
    say(start(runId), ...FIRST.slice(0, at));
    await expect.poll(() => page.chat.messages).toHaveLength(2);
    await stopAndGoOn(page, wordsIn(FIRST.slice(0, at)));
  },
);

test.each(
  [true, false].flatMap((approved) => second(approved).map((_, at) => [approved, at] as const)),
)(
  'rules 1, 6 and 9: so it is after the person was asked (allowed: %s, %i)',
  async (approved, at) => {
    const page = open();
    const { chat, request } = page;
    void chat.sendMessage({ text: 'Do it.' });
    const first = await request(1);
    first.say(start(first.runId), ...FIRST);
    first.close();
    await expect.poll(() => chat.status).toBe('ready');
    void chat.addToolApprovalResponse({ id: 'a1', approved });
    const { runId, say } = await request(2);
    const said = second(approved).slice(0, at);
    say(start(runId), ...said);
    await stopAndGoOn(page, wordsIn(FIRST) + wordsIn(said));
  },
);
