import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';

/** A client that can do everything to its connection that a browser, a phone or a cable can. */
export interface RawClient {
  /** Sends one more request on the same connection. */
  post(body: unknown): void;
  /** All that arrived so far, heads included. */
  received(): string;
  closed(): boolean;
  ways: Record<Leaving, () => void>;
  pause(): void;
  socket: Socket;
}

/** How a client leaves. */
export type Leaving = 'FIN' | 'RST' | 'half-close';

/** Opens an HTTP/1.1 connection and posts to it, by hand. */
export async function rawClient(port: number, body: unknown, path = '/'): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let closed = false;
  socket.on('data', (bytes) => (received += bytes.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  await once(socket, 'connect');
  const post = (what: unknown): void => {
    const json = JSON.stringify(what);
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  };
  post(body);
  return {
    post,
    received: () => received,
    closed: () => closed,
    ways: {
      FIN: () => socket.destroy(),
      RST: () => socket.resetAndDestroy(),
      'half-close': () => socket.end(),
    },
    pause: () => socket.pause(),
    socket,
  };
}

/** One HTTP/2 session with one POST on it. */
export interface RawHttp2Client {
  received(): string;
  ways: Record<'stream reset' | 'session destroy', () => void>;
  close(): void;
}

/** Opens an HTTP/2 session and posts to it. */
export function rawHttp2Client(port: number, body: unknown): RawHttp2Client {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', 'content-type': 'application/json' });
  let received = '';
  stream.on('data', (bytes: Buffer) => (received += bytes.toString()));
  stream.on('error', () => undefined);
  stream.end(JSON.stringify(body));
  const NGHTTP2_CANCEL = 8;
  return {
    received: () => received,
    ways: {
      'stream reset': () => stream.close(NGHTTP2_CANCEL),
      'session destroy': () => session.destroy(),
    },
    close: () => session.close(),
  };
}
