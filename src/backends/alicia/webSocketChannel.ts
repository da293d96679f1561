import { backOffMs, pause, STEADY_MS } from '../../core/pause.js';
import type { Channel } from './Channel.js';

/** The part of a binary WebSocket that is used here: the browser's, or the one of `ws`. */
export interface BinarySocket {
  binaryType: string;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** What a socket channel may be given. */
export interface WebSocketChannelOptions {
  /** The class to open sockets with: pass `ws` in Node 20, which has none. @default globalThis.WebSocket */
  webSocket?: new (url: string) => BinarySocket;
}

/** A channel over a WebSocket that is opened while somebody listens, and again whenever it is lost. */
export function webSocketChannel(
  url: string,
  { webSocket = globalThis.WebSocket }: WebSocketChannelOptions = {},
): Channel {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const watchers = new Set<(isOpen: boolean) => void>();
  let open: BinarySocket | null = null;
  let life: AbortController | null = null;

  function setOpen(socket: BinarySocket | null): void {
    if (open === socket) return;
    open = socket;
    for (const watcher of [...watchers]) watcher(socket !== null);
  }

  async function keepOpen(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      await new Promise<void>((resolve) => {
        const socket = new webSocket(url);
        const close = (): void => socket.close();
        signal.addEventListener('abort', close);
        socket.binaryType = 'arraybuffer';
        let openedAt = Infinity;
        socket.addEventListener('open', () => {
          openedAt = performance.now();
          if (!signal.aborted) setOpen(socket);
        });
        socket.addEventListener('message', ({ data }) => {
          if (!(data instanceof ArrayBuffer) || signal.aborted) return;
          for (const listener of [...listeners]) listener(new Uint8Array(data));
        });
        // An error is always followed by a close; without a listener the one of `ws` would throw.
        socket.addEventListener('error', () => undefined);
        socket.addEventListener('close', () => {
          signal.removeEventListener('abort', close);
          if (open === socket) setOpen(null);
          if (performance.now() - openedAt > STEADY_MS) failures = 0;
          resolve();
        });
      }).catch(() => undefined);
      await pause(backOffMs(failures), signal);
    }
  }

  return {
    send(bytes) {
      if (open === null) {
        throw new Error('stopkit: nothing was sent, because the socket is closed. Wait for it.');
      }
      open.send(Uint8Array.from(bytes));
    },
    subscribe(listener) {
      // Asked here, not above: a server that only renders the page needs none.
      if ((webSocket as unknown) === undefined) {
        throw new Error(
          'stopkit: there is no WebSocket here. Pass the class of `ws` as `webSocket`.',
        );
      }
      listeners.add(listener);
      if (life === null) {
        life = new AbortController();
        void keepOpen(life.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        life?.abort();
        life = null;
        setOpen(null);
      };
    },
    watch(listener) {
      watchers.add(listener);
      listener(open !== null);
      return () => {
        watchers.delete(listener);
      };
    },
  };
}
