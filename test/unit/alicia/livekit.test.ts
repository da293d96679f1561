import { ConnectionState, Room, RoomEvent } from 'livekit-client';
import { aliciaBackend, decodeEnvelope, livekitChannel, type MessageName } from 'stopkit/alicia';
import { encodeFromServer } from 'stopkit/alicia/server';
import { createConversations } from 'stopkit/core';
import { expect, onTestFinished, test } from 'vitest';

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

/** A page on a connected room, which loses the packets of one name. */
function openLossy(lost: MessageName) {
  const room = new Room();
  const published: unknown[] = [];
  const line = { lost: new Set([lost]), published };
  room.localParticipant.publishData = (bytes) => {
    const name = decodeEnvelope(bytes)?.name;
    if (name !== undefined && line.lost.has(name)) {
      return Promise.reject(new Error('PublishDataError'));
    }
    published.push(name);
    return Promise.resolve();
  };
  Object.defineProperty(room, 'state', { value: 'connected' });
  const channel = livekitChannel(room);
  const backend = aliciaBackend({ channel, conversationId: ROOM, silenceMs: 100 });
  const conversations = createConversations({ backend });
  onTestFinished(conversations.connect());
  return { line, answer: conversations.conversation(ROOM).answer };
}

test('a text that the room could not publish is shown as failed, and can be sent again', async () => {
  const { line, answer } = openLossy('UserMessage');
  expect(await answer.start('Why?')).toMatchObject({
    status: 'error',
    error: { code: 'network', message: 'The message could not be sent.', retryable: true },
  });
  line.lost.clear();
  void answer.start('Why?');
  await expect.poll(() => line.published).toEqual(['Configuration', 'UserMessage']);
  expect(answer.getSnapshot()).toMatchObject({ status: 'connecting', error: null });
});

test('a stop that the room could not publish is judged by what is heard after it', async () => {
  const { line, answer } = openLossy('ControlStop');
  void answer.start('Why?');
  await expect.poll(() => line.published).toEqual(['Configuration', 'UserMessage']);
  expect(await answer.stop()).toMatchObject({ confirmation: 'accepted' });
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
