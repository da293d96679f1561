import type { StreamEvent } from '../../core/index.js';
import { encodeStopkitStream, STOPKIT_STREAM_TYPE } from '../../formats/stopkitStream.js';
import { type ClientWriter, createClientWriter, STREAM_HEADERS } from '../createClientWriter.js';
import { fetchClient } from '../fetchClient.js';
import type { RunInfo } from './Bus.js';
import { contentOf, endEvents, soFar } from './replayRun.js';
import type { LiveRun } from './LiveRun.js';
import type { Registry } from './Registry.js';
import { runsHere, UNREACHABLE } from './runsHere.js';
import { readShared } from './shareRun.js';

const encoder = new TextEncoder();

/** Answers with what a conversation's run has said so far and goes on saying, in stopkit's own stream. */
export async function attachRun(
  registry: Registry,
  request: Request,
  where: { conversationId: string; userId: string },
): Promise<Response> {
  const { link, live, limits } = registry;
  const listed = await link.active(where);
  const run = (listed === 'unknown' ? runsHere(live, where) : listed).at(-1);
  if (run === undefined) {
    if (listed !== 'unknown') return new Response(null, { status: 204 });
    return Response.json({ error: UNREACHABLE }, { status: 503 });
  }
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
  let waiting: StreamEvent[] = [];
  let writing = false;
  let written = Promise.resolve();
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const lines = encodeStopkitStream(...waiting);
      waiting = [];
      await writer.write(encoder.encode(lines));
    }
    writing = false;
  };
  const send = (events: readonly StreamEvent[]): void => {
    waiting.push(...events);
    if (!writing) written = write();
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
  // The end comes after all that a slow reader has still to take.
  await written;
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
