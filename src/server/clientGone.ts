import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** The request of any Node server. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/** The response of any Node server. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/**
 * Calls back once when the client leaves before the answer has ended, at once if it has left; returns the way out.
 * Listens to the response: a request's own 'close' fires as soon as its body has been read.
 */
export function clientGone(req: NodeRequest, res: NodeResponse, leave: () => void): () => void {
  let socket: NodeRequest['socket'] | null = null;
  const stop = (): void => {
    res.off('close', closed);
    socket?.off('close', closed);
    socket = null;
  };
  const closed = (): void => {
    stop();
    // Not writableFinished: Node marks a cancelled HTTP/2 response as finished.
    if (!res.writableEnded) leave();
  };
  res.on('close', closed);
  if (isClosed(res)) {
    closed();
  } else if (res.socket === null) {
    // A pipelined response has no socket until its turn, and on Node 20 and 22 never closes without one.
    socket = req.socket;
    socket.once('close', closed);
  }
  return stop;
}

/** Whether nothing that is written can reach the client any more. */
export function isClosed(res: NodeResponse): boolean {
  return 'stream' in res ? res.stream.destroyed : res.destroyed || res.closed;
}
