import { expect, test } from 'vitest';
import { storedSnapshot } from './mergeMessages.js';
import type { Message } from './Message.js';
import { type Part, type Snapshot, idleSnapshot, type ToolCallPart } from './Snapshot.js';
import { type ModelMessage, toMessages } from './toMessages.js';

const answer = (parts: readonly Part[], more: Partial<Snapshot> = {}): Snapshot => ({
  ...idleSnapshot,
  status: 'stopped',
  text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
  parts,
  ...more,
});
const text = (said: string): Part => ({ type: 'text', text: said });
const tool = (id: string, more: Partial<ToolCallPart>): Part => ({
  type: 'tool-call',
  id,
  name: 'search',
  arguments: '{"q":"a"}',
  state: 'done',
  started: true,
  ...more,
});
const ask = (said: string) => ({ role: 'user' as const, text: said });

/** What a strict model server refuses. */
function refusal(messages: readonly ModelMessage[]): string | null {
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    if (message.role === before?.role) return `two ${message.role} messages in a row`;
    if (message.role === 'system' && index > 0) return 'a system message in the middle';
    if (message.role !== 'tool' && message.text.trim() === '') {
      if (message.role !== 'assistant' || message.toolCalls.length === 0) return 'an empty message';
    }
    if (message.role !== 'assistant') continue;
    const next = messages[index + 1];
    const answered = next?.role === 'tool' ? next.results.map(({ toolCallId }) => toolCallId) : [];
    for (const call of message.toolCalls) {
      if (!answered.includes(call.id)) return `a dangling call ${call.id}`;
      JSON.parse(call.arguments);
    }
  }
  return null;
}

test('D1: a stop before the first word leaves no empty assistant message', () => {
  const messages = toMessages([ask('One?'), answer([]), ask('Two?')]);
  expect(messages).toEqual([{ role: 'user', text: 'One?\n\nTwo?' }]);
});

test('D1: reasoning alone is not a message, and is never copied into the text', () => {
  const thought: Part = { type: 'reasoning', text: 'Hmm, secret', open: false };
  expect(toMessages([ask('One?'), answer([thought])])).toHaveLength(1);
  const spoken = toMessages([ask('One?'), answer([thought, text('Yes.')])]);
  expect(spoken[1]).toEqual({ role: 'assistant', text: 'Yes.', toolCalls: [] });
});

test('D1: white space alone is not a message', () => {
  expect(toMessages([ask('One?'), answer([text(' \n')]), ask(' ')])).toEqual([ask('One?')]);
});

test('D2: of three parallel calls the done one keeps its result and the others are told as cancelled', () => {
  const messages = toMessages([
    ask('Go'),
    answer([
      text('Looking.'),
      tool('a', { result: { hits: 2 } }),
      tool('b', { state: 'running' }),
      tool('c', { state: 'ready', started: false }),
    ]),
    ask('And?'),
  ]);
  expect(refusal(messages)).toBeNull();
  expect(messages[2]).toEqual({
    role: 'tool',
    results: [
      { toolCallId: 'a', name: 'search', result: { hits: 2 } },
      expect.objectContaining({ toolCallId: 'b', failed: true }),
      expect.objectContaining({ toolCallId: 'c', failed: true }),
    ],
  });
});

test('D3: a call that was cut off inside its arguments is left out', () => {
  const cut = tool('a', { arguments: '{"path":"/etc/ho', state: 'cancelled', started: false });
  expect(toMessages([ask('Go'), answer([cut])])).toEqual([ask('Go')]);
  const messages = toMessages([ask('Go'), answer([text('Well.'), cut]), ask('And?')]);
  expect(JSON.stringify(messages)).not.toContain('/etc');
  expect(refusal(messages)).toBeNull();
});

test('D3: arguments that were cut are never sent, also when the call failed of it', () => {
  const failed = tool('a', { arguments: '{"q":"a', state: 'failed', result: 'Invalid input.' });
  const messages = toMessages([ask('One?'), answer([text('Yes.'), failed]), ask('Two?')]);
  expect(refusal(messages)).toBeNull();
  expect(messages[1]).toMatchObject({ toolCalls: [{ id: 'a', arguments: '{}' }] });
  expect(messages[2]).toMatchObject({ results: [{ result: 'Invalid input.', failed: true }] });
});

test('a tool that ran without arguments gets an empty object', () => {
  const messages = toMessages([ask('Go'), answer([tool('a', { arguments: '', result: 1 })])]);
  expect(messages[1]).toMatchObject({ toolCalls: [{ id: 'a', arguments: '{}' }] });
});

test('words after a call stand after its result', () => {
  const messages = toMessages([ask('Go'), answer([text('A'), tool('a', {}), text('B')])]);
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
});

test('D8: nothing in the prompt says that an answer was stopped', () => {
  const stopped = answer([text('One tw')]);
  const messages = toMessages(Array.from({ length: 10 }, () => [ask('Count'), stopped]).flat());
  for (const message of messages) {
    if (message.role === 'assistant') expect(message.text).toBe('One tw');
  }
});

test('neighbours of one role become one message, and system words stand in front', () => {
  const messages = toMessages([
    { role: 'system', text: 'Be short.' },
    ask('One?'),
    ask('Two?'),
    answer([text('A')]),
    answer([text('B'), tool('a', {})]),
    { role: 'system', text: 'Be kind.' },
    ask('Three?'),
  ]);
  expect(refusal(messages)).toBeNull();
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
  expect(messages[0]).toEqual({ role: 'system', text: 'Be short.\n\nBe kind.' });
});

test('the messages of a conversation are turns as they are', () => {
  const said = (role: Message['role'], words: string): Message => ({
    id: words,
    role,
    snapshot: storedSnapshot(words),
  });
  const messages = [said('user', 'One?'), said('assistant', 'A'), said('system', 'Be short.')];
  const turns = [ask('One?'), answer([text('A')]), { role: 'system', text: 'Be short.' } as const];
  expect(toMessages([...messages, ask('Two?')])).toEqual(toMessages([...turns, ask('Two?')]));
  expect(toMessages(messages).map(({ role }) => role)).toEqual(['system', 'user', 'assistant']);
});

test('the turns that were given stay as they are', () => {
  const first = ask('One?');
  toMessages([first, ask('Two?')]);
  expect(first.text).toBe('One?');
});
