import type { Channel } from './Channel.js';

/** The part of livekit-client's `Room` that is used here. */
export interface LivekitRoom {
  readonly state: string;
  readonly localParticipant: {
    publishData(bytes: Uint8Array<ArrayBuffer>, options: { reliable: boolean }): Promise<void>;
  };
  on(event: 'dataReceived', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'connectionStateChanged', listener: (state: string) => void): unknown;
  off(event: 'dataReceived', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'connectionStateChanged', listener: (state: string) => void): unknown;
}

/** A channel over the reliable data packets of a LiveKit room. */
export function livekitChannel(room: LivekitRoom): Channel {
  return {
    send(bytes) {
      return room.localParticipant.publishData(Uint8Array.from(bytes), { reliable: true });
    },
    subscribe(listener) {
      const hear = (bytes: Uint8Array): void => listener(bytes);
      room.on('dataReceived', hear);
      return () => room.off('dataReceived', hear);
    },
    watch(listener) {
      const tell = (state: string): void => listener(state === 'connected');
      room.on('connectionStateChanged', tell);
      tell(room.state);
      return () => room.off('connectionStateChanged', tell);
    },
  };
}
