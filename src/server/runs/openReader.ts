import { type ClientWriter, createClientWriter, STREAM_HEADERS } from '../createClientWriter.js';
import { fetchClient } from '../fetchClient.js';
import type { Registry } from './Registry.js';

/** Somebody who reads along. */
export interface Reader {
  response: Promise<Response>;
  writer: ClientWriter;
  /** They have left, or take nothing any more, or this server has nothing more to tell. */
  gone: AbortSignal;
  end(): void;
}

/** Opens an answer to somebody who reads along; its head is sent at once. */
export function openReader(
  { limits, isOver, readers }: Registry,
  request: Request,
  headers: Record<string, string> & { 'content-type': string },
): Reader {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  const forget = readers.add(leave);
  const client = fetchClient(request);
  const writer = createClientWriter(client, {
    headers: STREAM_HEADERS,
    contentType: headers['content-type'],
    heartbeatMs: limits.heartbeatMs,
    stallMs: limits.stallMs,
    onLost: leave,
  });
  writer.open(200, headers);
  // Closed while it was asked who they are.
  if (isOver()) leave();
  return {
    response: client.response,
    writer,
    gone: gone.signal,
    end() {
      forget();
      writer.end();
    },
  };
}
