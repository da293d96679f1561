import { EventEmitter } from 'node:events';
import { livekitChannel } from 'stopkit/alicia';
import { expect, test, vi } from 'vitest';

/** The part of a room that the channel uses; a LiveKit server is not started. */
function createRoom() {
  const events = new EventEmitter();
  const publishData = vi.fn(() => Promise.resolve());
  const room = Object.assign(events, { state: 'connected', localParticipant: { publishData } });
  return { room, publishData };
}

test('what is sent goes out as reliable data, and what arrives is heard until nobody listens', () => {
  const { room, publishData } = createRoom();
  const channel = livekitChannel(room);
  channel.send(Uint8Array.of(1, 2));
  expect(publishData).toHaveBeenCalledWith(Uint8Array.of(1, 2), { reliable: true });
  const heard = vi.fn();
  const leave = channel.subscribe(heard);
  room.emit('dataReceived', Uint8Array.of(3));
  leave();
  room.emit('dataReceived', Uint8Array.of(4));
  expect(heard.mock.calls).toEqual([[Uint8Array.of(3)]]);
  expect(room.listenerCount('dataReceived')).toBe(0);
});

test('a room that loses its connection says so, and a packet that is lost with it fails nowhere', async () => {
  const { room, publishData } = createRoom();
  const channel = livekitChannel(room);
  const told = vi.fn();
  const leave = channel.watch?.(told);
  room.emit('connectionStateChanged', 'reconnecting');
  room.emit('connectionStateChanged', 'connected');
  expect(told.mock.calls).toEqual([[true], [false], [true]]);
  publishData.mockRejectedValueOnce(new Error('The connection is lost.'));
  expect(() => channel.send(Uint8Array.of(1))).not.toThrow();
  await expect.poll(() => publishData.mock.results).toHaveLength(1);
  leave?.();
  expect(room.listenerCount('connectionStateChanged')).toBe(0);
});
