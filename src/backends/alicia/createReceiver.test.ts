import { encode } from '@msgpack/msgpack';
import { expect, test } from 'vitest';
import { createReceiver } from './createReceiver.js';

const packet = (stanzaId: number, type: number, body: object): Uint8Array =>
  encode({ stanzaId, conversationId: 'c', type, body: { conversationId: 'c', ...body } });
const acknowledgement = (stanzaId: number, acknowledgedStanzaId: number): Uint8Array =>
  packet(stanzaId, 8, { acknowledgedStanzaId });
const tool = (stanzaId: number): Uint8Array =>
  packet(stanzaId, 6, {
    id: 't1',
    messageId: 'm1',
    toolName: 'search',
    parameters: {},
    execution: 'server',
  });

test('a message that a server repeats is read once', () => {
  const receiver = createReceiver();
  expect(receiver.receive(tool(-1))?.name).toBe('ToolUseRequest');
  expect(receiver.receive(tool(-1))).toBeNull();
  expect(receiver.receive(acknowledgement(-2, 4))?.name).toBe('Acknowledgement');
  expect(receiver.receive(acknowledgement(-2, 4))).toBeNull();
  expect(receiver.lastSeen()).toBe(-2);
});

test('a server that was restarted counts from the start, and is heard', () => {
  const receiver = createReceiver();
  receiver.receive(acknowledgement(-1, 1));
  receiver.receive(tool(-2));
  expect(receiver.receive(acknowledgement(-1, 2))?.name).toBe('Acknowledgement');
  expect(receiver.lastSeen()).toBe(-1);
});

test('a restarted server whose sentences have no id is heard, though it numbers them as the one before', () => {
  const receiver = createReceiver();
  const sentence = (previousId: string): Uint8Array =>
    packet(-2, 16, { previousId, sequence: 1, text: 'One.' });
  expect(receiver.receive(sentence('m1'))?.name).toBe('AssistantSentence');
  expect(receiver.receive(sentence('m2'))?.name).toBe('AssistantSentence');
  expect(receiver.receive(sentence('m2'))).toBeNull();
});

test('who comes second to a restarted server asks by the numbers of that one', () => {
  const receiver = createReceiver();
  receiver.receive(tool(-12));
  // The numbers before it were said to others.
  receiver.receive(acknowledgement(-3, 1));
  expect(receiver.lastSeen()).toBe(-3);
});

test('a cut in the middle of a replay is made up for from where it was', () => {
  const receiver = createReceiver();
  receiver.receive(tool(-1));
  // The newest comes first: what was missed is said again after it.
  receiver.receive(acknowledgement(-9, 1));
  receiver.receive(packet(-2, 16, { previousId: 'm1', sequence: 1, text: 'One.' }));
  expect(receiver.lastSeen()).toBe(-2);
});
