import { type ConversationEvent, eventsOf } from './announce.js';
import { createBell } from './createBell.js';
import { openReader } from './openReader.js';
import type { Registry } from './Registry.js';

const LOOK_AGAIN_MS = 1_000;
// An outage, or the death of a node, may have taken the word of an end.
const LOOK_ANEW_MS = 10_000;
const SSE_TYPE = 'text/event-stream; charset=utf-8';

const encoder = new TextEncoder();

/** How a conversation stands by an event of it: which run is active, or that none is. */
function standingIn(data: string): string | null {
  // Ours, and always as it was made.
  const event = JSON.parse(data) as ConversationEvent;
  if (event.type !== 'status') return null;
  return event.status === 'idle' ? 'idle' : `active ${event.turnId}`;
}

/**
 * The events of a conversation as server-sent events: what came after `Last-Event-ID`, how it
 * stands now, and what comes.
 */
export async function streamEvents(
  registry: Registry,
  request: Request,
  where: { conversationId: string; userId: string },
): Promise<Response> {
  const { link } = registry;
  const { conversationId, userId } = where;
  const log = eventsOf(userId, conversationId);
  const { response, writer, gone, end } = openReader(registry, request, {
    'content-type': SSE_TYPE,
  });
  let last = request.headers.get('last-event-id');
  /** How things stand, as the reader was told last. */
  let told: string | null = null;

  const send = async (id: string | null, data: string): Promise<void> => {
    told = standingIn(data) ?? told;
    const frame = `${id === null ? '' : `id: ${id}\n`}data: ${data}\n\n`;
    await writer.write(encoder.encode(frame));
  };

  /** What was missed, and how things stand now; false while nobody knows. */
  async function catchUp(): Promise<boolean> {
    const before = await link.read(log, null);
    const missed = last === null ? [] : await link.read(log, last);
    const running = await link.active(where);
    if (running === 'unknown') return false;
    for (const { id, value } of missed) await send(id, value);
    // What the log no longer has, or never had, is made good by how things stand now.
    const run = running.at(-1);
    last = missed.at(-1)?.id ?? before.at(-1)?.id ?? null;
    const now = JSON.stringify({
      conversationId,
      ...(run === undefined ? {} : { turnId: run.id }),
      type: 'status',
      status: run === undefined ? 'idle' : 'active',
    });
    if (standingIn(now) !== told) await send(last, now);
    return true;
  }

  async function follow(): Promise<void> {
    const bell = createBell(link, log);
    gone.addEventListener('abort', bell.ring);
    let isUpToDate = false;
    let caughtUpAt = 0;
    try {
      while (!gone.aborted) {
        if (performance.now() - caughtUpAt > LOOK_ANEW_MS) isUpToDate = false;
        if (!isUpToDate) {
          isUpToDate = await catchUp();
          caughtUpAt = performance.now();
        }
        if (isUpToDate) {
          for (const { id, value } of await link.read(log, last)) {
            last = id;
            await send(id, value);
          }
        }
        await bell.wait(LOOK_AGAIN_MS);
      }
    } finally {
      bell.silence();
      end();
    }
  }

  void follow();
  return response;
}
