import type { Channel } from '../Channel.js';

/** The part of a server's WebSocket that is used here: the one of `ws`. */
export interface ServerSocket {
  readonly readyState: number;
  send(bytes: Uint8Array): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  off(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
}

const OPEN = 1;

/** A channel over one connection of a WebSocket server. */
export function socketChannel(socket: ServerSocket): Channel {
  return {
    send(bytes) {
      if (socket.readyState === OPEN) socket.send(bytes);
    },
    subscribe(listener) {
      const hear = (data: unknown, isBinary: boolean): void => {
        if (isBinary && data instanceof Uint8Array) listener(data);
      };
      socket.on('message', hear);
      return () => socket.off('message', hear);
    },
  };
}
