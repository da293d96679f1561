import { pause } from '../../core/pause.js';
import type { StreamEvent } from '../../core/index.js';
import { STOPKIT_STREAM_TYPE } from '../../formats/stopkitStream.js';
import type { ClientWriter } from '../createClientWriter.js';
import type { RunInfo } from './Bus.js';
import { contentOf, endEvents, soFar } from './replayRun.js';
import { linesOf } from './linesOf.js';
import type { LiveRun } from './LiveRun.js';
import { openReader } from './openReader.js';
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
  const { link, live } = registry;
  const listed = await link.active(where);
  // What is over but not kept yet is listed nowhere, and can be read where it was made.
  const run = (listed === 'unknown' ? [] : listed).at(-1) ?? runsHere(live, where).at(-1);
  if (run === undefined) {
    if (listed !== 'unknown') return new Response(null, { status: 204 });
    return Response.json({ error: UNREACHABLE }, { status: 503 });
  }
  const here = live.get(run.id);

  const { response, writer, gone, end } = openReader(registry, request, {
    'content-type': STOPKIT_STREAM_TYPE,
    'run-id': run.id,
  });
  const reading =
    here === undefined ? readElsewhere(registry, run, writer, gone) : readHere(here, writer, gone);
  void reading.finally(end);
  return response;
}

/** Passes on what a run on this node says; what a slow reader has not taken yet is joined. */
async function readHere(live: LiveRun, writer: ClientWriter, gone: AbortSignal): Promise<void> {
  let waiting: StreamEvent[] = [];
  let writing = false;
  let written = Promise.resolve();
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const lines = linesOf(waiting);
      waiting = [];
      await writer.write(encoder.encode(lines));
    }
    writing = false;
  };
  const send = (events: readonly StreamEvent[]): void => {
    for (const event of events) waiting.push(event);
    if (!writing) written = write();
  };
  // Of one that left before it was read from, nothing more is heard.
  if (gone.aborted) return;
  const leave = live.join();
  // In one task, so that nothing is said between what was said so far and what is heard.
  send(soFar(live));
  const silence = live.listen((events) => send(contentOf(events)));
  const left = pause(null, gone).then(() => null);
  const tombstone = await Promise.race([live.settled, left]);
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
