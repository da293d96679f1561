import type { StreamEvent } from '../../core/index.js';
import { encodeStopkitStream, STOPKIT_STREAM_TYPE } from '../../formats/stopkitStream.js';
import { type ClientWriter, createClientWriter, STREAM_HEADERS } from '../createClientWriter.js';
import { fetchClient } from '../fetchClient.js';
import type { RunInfo } from './Bus.js';
import { contentOf, endEvents, soFar } from './replayRun.js';
import type { LiveRun } from './LiveRun.js';
import type { Registry } from './Registry.js';
import { readShared } from './shareRun.js';

const encoder = new TextEncoder();

/** Answers with what a conversation's run has said so far and goes on saying, in stopkit's own stream. */
export async function attachRun(
  registry: Registry,
  request: Request,
  where: { conversationId: string; userId: string },
): Promise<Response> {
  const { link, live, limits } = registry;
  const run = (await link.active(where)).at(-1);
  if (run === undefined) return new Response(null, { status: 204 });
  const here = live.get(run.id);

  const gone = new AbortController();
  const client = fetchClient(request);
  const writer = createClientWriter(client, {
    headers: { ...STREAM_HEADERS, 'run-id': run.id },
    contentType: STOPKIT_STREAM_TYPE,
    heartbeatMs: limits.heartbeatMs,
    stallMs: limits.stallMs,
    onLost: () => gone.abort(),
  });
  writer.open(200, { 'content-type': STOPKIT_STREAM_TYPE });
  const reading =
    here === undefined
      ? readElsewhere(registry, run, writer, gone.signal)
      : readHere(here, writer, gone.signal);
  void reading.finally(() => writer.end());
  return client.response;
}

/** Passes on what a run on this node says; what a slow reader has not taken yet is joined. */
async function readHere(live: LiveRun, writer: ClientWriter, gone: AbortSignal): Promise<void> {
  let waiting: StreamEvent[] | null = null;
  const send = (events: readonly StreamEvent[]): void => {
    if (waiting !== null) {
      waiting.push(...events);
      return;
    }
    const room = writer.write(encoder.encode(encodeStopkitStream(...events)));
    if (room === null) return;
    waiting = [];
    void room.then(() => {
      const missed = waiting ?? [];
      waiting = null;
      if (missed.length > 0) send(missed);
    });
  };
  const leave = live.join();
  gone.addEventListener('abort', leave);
  // Of one that left before it was read from, nothing more is heard.
  if (gone.aborted) leave();
  // In one task, so that nothing is said between what was said so far and what is heard.
  send(soFar(live));
  const silence = live.listen((events) => send(contentOf(events)));
  const tombstone = await live.settled;
  silence();
  leave();
  if (tombstone !== null) send(endEvents(tombstone));
}

async function readElsewhere(
  registry: Registry,
  run: RunInfo,
  writer: ClientWriter,
  gone: AbortSignal,
): Promise<void> {
  for await (const lines of readShared(registry.link, run.id, gone)) {
    const room = writer.write(encoder.encode(lines));
    if (room !== null) await room;
  }
}
