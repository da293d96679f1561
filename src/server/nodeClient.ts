import type { ServerResponse } from 'node:http';
import type { Client } from './Client.js';
import { clientGone, isClosed, type NodeRequest, type NodeResponse } from './clientGone.js';

const NGHTTP2_INTERNAL_ERROR = 2;

/** The client behind a Node response: `node:http`, `node:http2`, and all that is built on them. */
export function nodeClient(req: NodeRequest, res: NodeResponse): Client {
  // Without a listener a write that meets a dying socket would end the process.
  res.on('error', () => undefined);
  // compression() holds bytes back until it is told to flush.
  const compressed = canFlush(res) ? res : null;
  // Both kinds of response take the same bytes; only their overloads differ.
  const write = res.write.bind(res) as (bytes: Uint8Array) => boolean;

  return {
    onGone: (leave) => clientGone(req, res, leave),
    open(status, headers) {
      if (res.headersSent || isClosed(res)) return;
      res.statusCode = status;
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      // Only the types of HTTP/2 responses lack it.
      (res as ServerResponse).flushHeaders();
    },
    write(bytes) {
      if (res.writableEnded || isClosed(res)) return true;
      const room = write(bytes);
      compressed?.flush();
      return room;
    },
    onDrain(resume) {
      res.once('drain', resume);
    },
    end() {
      if (!res.writableEnded && !isClosed(res)) res.end();
    },
    cut() {
      if ('stream' in res) {
        res.stream.close(NGHTTP2_INTERNAL_ERROR);
        return;
      }
      // Node gathers the writes of a turn: without this the last words of this one would be lost.
      res.socket?.uncork();
      res.destroy();
    },
  };
}

function canFlush(res: object): res is { flush: () => void } {
  return 'flush' in res && typeof res.flush === 'function';
}
