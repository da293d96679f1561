import type { ConnectionState } from '../core/index.js';
import { backOffMs, isOver, pause, STEADY_MS } from '../core/pause.js';

/** The part of a WebSocket that is used here: the browser's, or the one of `ws`. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** How a socket is made. */
export type SocketConstructor = new (url: string) => SocketLike;

/** A socket that comes back after every cut. */
export interface Socket {
  /** False when it is not open, so that nothing was sent. */
  send(message: unknown): boolean;
  close(): void;
}

/** What a socket tells. */
export interface SocketListener {
  onState(state: ConnectionState): void;
  onMessage(message: Record<string, unknown>): void;
}

/** Opens a JSON socket and opens it again whenever it is lost. */
export function openSocket(
  /** `wasRefused`: the last socket was closed before it was open, or right after. */
  getUrl: (wasRefused: boolean) => string | Promise<string>,
  make: SocketConstructor,
  on: SocketListener,
): Socket {
  const controller = new AbortController();
  const { signal } = controller;
  let open: SocketLike | null = null;
  let failures = 0;
  let wasRefused = false;

  /** Resolves when the socket is closed, or was none. */
  const live = (url: string): Promise<void> =>
    new Promise((resolve) => {
      const socket = new make(url);
      const leave = (): void => socket.close();
      let openedAt = Infinity;
      signal.addEventListener('abort', leave);
      socket.addEventListener('open', () => {
        openedAt = performance.now();
        open = socket;
        on.onState('open');
      });
      socket.addEventListener('message', ({ data }) => {
        if (!signal.aborted) read(data);
      });
      // An error is always followed by a close; without a listener the one of `ws` would throw.
      socket.addEventListener('error', () => undefined);
      socket.addEventListener('close', () => {
        open = null;
        wasRefused = !(performance.now() - openedAt > STEADY_MS);
        if (!wasRefused) failures = 0;
        signal.removeEventListener('abort', leave);
        resolve();
      });
    });

  async function connect(): Promise<void> {
    while (!signal.aborted) {
      // What throws here, a key that was not given or an address that is none, may be well the next time.
      const url = await Promise.resolve(wasRefused)
        .then(getUrl)
        .catch(() => null);
      if (isOver(signal)) return;
      if (url !== null) await live(url).catch(() => undefined);
      if (isOver(signal)) return;
      on.onState('reconnecting');
      await pause(backOffMs(failures), signal);
      failures += 1;
    }
  }

  function read(data: unknown): void {
    let message: unknown;
    try {
      message = JSON.parse(String(data));
    } catch {
      return;
    }
    // Every message of these systems is an object; what is not is none of theirs.
    if (typeof message === 'object' && message !== null) {
      on.onMessage(message as Record<string, unknown>);
    }
  }

  void connect();
  return {
    send(message) {
      if (open === null) return false;
      open.send(JSON.stringify(message));
      return true;
    },
    close: () => controller.abort(),
  };
}

/** The WebSocket of this place, if it has one: Node 20 has none. */
export function socketOfThisPlace(): SocketConstructor | null {
  const { WebSocket: known } = globalThis as { WebSocket?: SocketConstructor };
  return known ?? null;
}
