import { createClientWriter, STREAM_HEADERS } from '../createClientWriter.js';
import { fetchClient } from '../fetchClient.js';
import { eventsOf } from './announce.js';
import type { Registry } from './Registry.js';

const LOOK_AGAIN_MS = 1_000;
const SSE_TYPE = 'text/event-stream; charset=utf-8';

const encoder = new TextEncoder();

/**
 * The events of a conversation as server-sent events: what came after `Last-Event-ID`, how it
 * stands now, and what comes.
 */
export async function streamEvents(
  { link, limits }: Registry,
  request: Request,
  conversationId: string,
): Promise<Response> {
  const log = eventsOf(conversationId);
  const gone = new AbortController();
  const client = fetchClient(request);
  const writer = createClientWriter(client, {
    headers: STREAM_HEADERS,
    contentType: SSE_TYPE,
    heartbeatMs: limits.heartbeatMs,
    stallMs: limits.stallMs,
    onLost: () => gone.abort(),
  });
  let last = request.headers.get('last-event-id');
  let wake: () => void = () => undefined;
  let rung = false;

  const send = async (id: string | null, data: string): Promise<void> => {
    const frame = `${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`;
    await writer.write(encoder.encode(frame));
  };

  /** What was missed, and how things stand now; false while nobody knows. */
  async function catchUp(): Promise<boolean> {
    const before = await link.read(log, null);
    const missed = last === null ? [] : await link.read(log, last);
    const running = await link.active({ conversationId });
    if (running === 'unknown') return false;
    for (const { id, value } of missed) await send(id, value);
    // Sent always: what the log no longer has, or never had, is made good by how things stand now.
    const [run] = running;
    last = missed.at(-1)?.id ?? before.at(-1)?.id ?? null;
    await send(
      last,
      JSON.stringify({
        conversationId,
        ...(run === undefined ? {} : { turnId: run.id }),
        type: 'status',
        status: run === undefined ? 'idle' : 'active',
      }),
    );
    return true;
  }

  async function follow(): Promise<void> {
    const silence = link.listen(log, () => {
      rung = true;
      wake();
    });
    gone.signal.addEventListener('abort', () => wake());
    writer.open(200, { 'content-type': SSE_TYPE });
    let isUpToDate = false;
    try {
      while (!gone.signal.aborted) {
        rung = false;
        isUpToDate ||= await catchUp();
        if (isUpToDate) {
          for (const { id, value } of await link.read(log, last)) {
            last = id;
            await send(id, value);
          }
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK_AGAIN_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (rung || gone.signal.aborted) wake();
        });
      }
    } finally {
      silence();
      writer.end();
    }
  }

  void follow();
  return client.response;
}
