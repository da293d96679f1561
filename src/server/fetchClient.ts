import type { Client } from './Client.js';

/** A client that is answered with a `Response`. */
export interface FetchClient extends Client {
  /** The response, once its head is known. */
  response: Promise<Response>;
}

// Bytes that may wait for a slow reader before the upstream is held back.
const BUFFER_BYTES = 16_384;

// Statuses that a response with a body must not have.
const EMPTY = new Set([204, 205]);

/** The client behind a Fetch handler: it leaves by the request's signal, or by cancelling the body. */
export function fetchClient(request: Request): FetchClient {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let leave: (() => void) | null = null;
  let resume: (() => void) | null = null;
  let respond: (response: Response) => void;
  const response = new Promise<Response>((resolve) => {
    respond = resolve;
  });
  const gone = (): void => {
    controller = null;
    // Whoever awaits the response of a client that is gone must not wait for ever.
    respond(new Response(null, { status: 499 }));
    leave?.();
  };

  return {
    response,
    onGone(callback) {
      leave = callback;
      // Always through the request: Node aborts its signal only while the request itself is held.
      request.signal.addEventListener('abort', gone, { once: true });
      if (request.signal.aborted) gone();
      return () => {
        leave = null;
        request.signal.removeEventListener('abort', gone);
      };
    },
    open(status, headers) {
      if (EMPTY.has(status)) {
        respond(new Response(null, { status, headers }));
        return;
      }
      const body = new ReadableStream<Uint8Array>(
        {
          start(own) {
            controller = own;
          },
          pull() {
            resume?.();
            resume = null;
          },
          cancel: gone,
        },
        { highWaterMark: BUFFER_BYTES, size: (bytes) => bytes.byteLength },
      );
      respond(new Response(body, { status, headers }));
    },
    write(bytes) {
      if (controller === null) return true;
      controller.enqueue(bytes);
      return (controller.desiredSize ?? 0) > 0;
    },
    onDrain(callback) {
      resume = callback;
    },
    end() {
      controller?.close();
      controller = null;
    },
    cut() {
      controller?.error(new Error('stopkit: the answer ended before it was complete.'));
      controller = null;
      leave = null;
    },
  };
}
