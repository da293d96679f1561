import { ConnectionState, Room, RoomEvent } from 'livekit-client';
import { aliciaBackend, decodeEnvelope, livekitChannel } from 'stopkit/alicia';
import { encodeFromServer } from 'stopkit/alicia/server';
import { createConversations } from 'stopkit/core';
import { expect, test } from 'vitest';

const ROOM = 'conv_7H93k';

// A room of the real client, which is not connected: there is no LiveKit server here.
test('a room of livekit-client fits the channel, and its data events are an answer that can be stopped', async () => {
  const room = new Room();
  const sent: { bytes: Uint8Array; reliable: boolean | undefined }[] = [];
  room.localParticipant.publishData = (bytes, options) => {
    sent.push({ bytes, reliable: options?.reliable });
    return Promise.resolve();
  };
  Object.defineProperty(room, 'state', { value: 'connected' });
  let said = 0;
  const say = (envelope: object): void => {
    said += 1;
    // The test's own literals, in place of a server's.
    const whole = { stanzaId: -said, conversationId: ROOM, ...envelope } as Parameters<
      typeof encodeFromServer
    >[0];
    room.emit(RoomEvent.DataReceived, Uint8Array.from(encodeFromServer(whole)));
  };
  const backend = aliciaBackend({ channel: livekitChannel(room), conversationId: ROOM });
  const conversations = createConversations({ backend });
  const leave = conversations.connect();
  const { answer } = conversations.conversation(ROOM);
  void answer.start('Why?');
  const heard = () => sent.map(({ bytes }) => decodeEnvelope(bytes));
  await expect.poll(heard).toMatchObject([{ name: 'Configuration' }, { name: 'UserMessage' }]);
  const previousId = answer.getSnapshot().runId ?? '';
  say({ name: 'StartAnswer', body: { id: 'msg_a1', previousId, conversationId: ROOM } });
  say({
    name: 'AssistantSentence',
    body: { previousId: 'msg_a1', conversationId: ROOM, sequence: 1, text: 'One.' },
  });
  await expect.poll(() => answer.getSnapshot().text).toBe('One.');
  const stopped = answer.stop();
  await expect.poll(heard).toHaveLength(3);
  expect(heard()[2]).toMatchObject({ name: 'ControlStop', body: { targetId: 'msg_a1' } });
  say({
    name: 'Acknowledgement',
    body: { conversationId: ROOM, acknowledgedStanzaId: 3, success: true },
  });
  expect(await stopped).toMatchObject({ confirmation: 'accepted' });
  expect(sent.every(({ reliable }) => reliable === true)).toBe(true);
  leave();
  expect(room.listenerCount(RoomEvent.DataReceived)).toBe(0);
});

test('a room tells the channel when it is open', () => {
  const room = new Room();
  const states: boolean[] = [];
  const leave = livekitChannel(room).watch?.((isOpen) => states.push(isOpen));
  room.emit(RoomEvent.ConnectionStateChanged, ConnectionState.Connected);
  room.emit(RoomEvent.ConnectionStateChanged, ConnectionState.Reconnecting);
  leave?.();
  expect(states).toEqual([false, true, false]);
});
