import { convertToModelMessages, type ModelMessage } from 'ai';
import { settleMessages } from 'stopkit/ai-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChat, turn } from './openChat.js';

// A transport keeps its chats only where there is a page.
beforeAll(() =>
  Object.assign(globalThis, {
    document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }),
  }),
);
afterAll(() => Reflect.deleteProperty(globalThis, 'document'));

/** Whether a provider has anything to send of it: a thought that was cut has no signature, and is left out. */
const saysSomething = ({ content }: ModelMessage): boolean =>
  typeof content === 'string'
    ? content.trim() !== ''
    : content.some(
        (part) => part.type === 'tool-call' || (part.type === 'text' && part.text.trim() !== ''),
      );

const BEGUN = { type: 'reasoning-start', id: 'r' };
const thought = [BEGUN, { type: 'reasoning-delta', id: 'r', delta: 'Let me think' }];
const call = { toolCallId: 'c1', toolName: 'look' };

test.each<[string, object[], number]>([
  ['inside its first thought', thought, 2],
  ['when a text was begun that has no words yet', [{ type: 'text-start', id: 't' }], 2],
  [
    'when it had said white space',
    [
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: '\n\n' },
    ],
    2,
  ],
  [
    'inside a thought after a tool',
    [
      { type: 'tool-input-available', ...call, input: {} },
      { type: 'tool-output-available', toolCallId: 'c1', output: 'All.' },
      { type: 'finish-step' },
      { type: 'start-step' },
      ...thought,
    ],
    4,
  ],
])('an answer that was stopped %s is no empty message of the next turn', async (_, said, parts) => {
  const { chat, answer, request } = openChat();
  void chat.sendMessage({ text: 'Why?' });
  const first = await request(1);
  first.begin('m1');
  first.say(...said);
  await expect.poll(() => chat.messages[1]?.parts).toHaveLength(parts);
  await answer.stop();
  await expect.poll(() => chat.status).toBe('ready');
  await turn();
  void chat.sendMessage({ text: 'And?' });
  const { messages } = await request(2);
  // What is sent may be what is stored: a person can still read the thought.
  expect(JSON.stringify(messages[1]).includes('reasoning')).toBe(said.includes(BEGUN));
  // As `chatRun` does before it calls the model.
  const told = await convertToModelMessages(settleMessages(messages));
  expect(told.at(-1)).toMatchObject({ role: 'user' });
  const ofAssistant = told.filter(({ role }) => role === 'assistant');
  expect(ofAssistant.filter((message) => !saysSomething(message))).toEqual([]);
});
