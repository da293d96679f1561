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
