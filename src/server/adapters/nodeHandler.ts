import { ReadableStream } from 'node:stream/web';
import type { NodeRequest, NodeResponse } from '../clientGone.js';
import { createClientWriter } from '../createClientWriter.js';
import { nodeClient } from '../nodeClient.js';
import { readBytes } from '../readBytes.js';

/** A handler of a Node server, whichever framework it is in. */
export type NodeHandler = (req: NodeRequest, res: NodeResponse) => Promise<void>;

/** A handler in Fetch terms; `raw` is the framework's own request. */
export type FetchHandler = (request: Request, raw: NodeRequest) => Promise<Response> | Response;

// A client that takes nothing for this long counts as gone.
const STALL_MS = 30_000;
// What the constructor of a Request throws at.
const NO_FETCH_METHODS = ['CONNECT', 'TRACE', 'TRACK'];
// One that says more than a host and a port would change the path, or name a user.
const HOST = /^[^/\\?#@]+$/;

/** Turns a Fetch handler into one for Node; the request's signal aborts when the client leaves. */
export function nodeHandler(handler: FetchHandler, stallMs = STALL_MS): NodeHandler {
  return async function handle(req, res) {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    const writer = createClientWriter(nodeClient(req, res), {
      headers: {},
      heartbeatMs: Infinity,
      stallMs,
      onLost: leave,
    });
    const { method = '' } = req;
    if (NO_FETCH_METHODS.includes(method)) {
      writer.fail({ status: 405, message: `Nothing is asked with ${method} here.` });
      return;
    }
    try {
      const response = await handler(toRequest(req, gone.signal), req);
      const reader = readBytes(response.body, gone.signal);
      const headers = Object.fromEntries(response.headers);
      const cookies = response.headers.getSetCookie();
      // The only header that may come more than once.
      delete headers['set-cookie'];
      if (cookies.length > 0 && !res.headersSent) res.setHeader('set-cookie', cookies);
      writer.open(response.status, headers);
      for (let bytes = await reader.read(); bytes !== null; bytes = await reader.read()) {
        await writer.write(bytes);
      }
      writer.end();
    } catch {
      writer.fail({ status: 500, message: 'The server failed. Please try again.' });
      leave();
    }
  };
}

/** A Node request as a Fetch one, with the body a middleware may have read already. */
export function toRequest(req: NodeRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 has its method and path among the headers.
    if (value === undefined || name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const method = req.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : bodyOf(req);
  // What was parsed may have had another length.
  if (Buffer.isBuffer(body)) headers.delete('content-length');
  return new Request(urlOf(req), {
    method,
    headers,
    signal,
    ...(body === null ? {} : { body, duplex: 'half' }),
  });
}

function bodyOf(req: NodeRequest): BodyInit {
  const parsed = 'body' in req ? req.body : undefined;
  if (typeof parsed === 'string' || parsed instanceof Uint8Array) return Buffer.from(parsed);
  // As bytes, because text would be given a type that nobody has sent.
  if (parsed !== undefined) return Buffer.from(JSON.stringify(parsed));
  // A body nobody wants to the end must not take the connection with it.
  const stream = ReadableStream.from(req.iterator({ destroyOnReturn: false }));
  // Node's own type of the global ReadableStream.
  return stream as globalThis.ReadableStream;
}

/** The address a request was made to. */
export function urlOf(req: NodeRequest): string {
  const scheme = 'encrypted' in req.socket ? 'https' : 'http';
  const host = ('authority' in req ? req.authority : req.headers.host) ?? '';
  const origin = `${scheme}://${HOST.test(host) ? host : 'localhost'}`;
  // Not resolved against the origin: a path that begins with // would name another one.
  const path = req.url?.startsWith('/') === true ? req.url : '/';
  return `${URL.canParse(origin) ? origin : 'http://localhost'}${path}`;
}
