import type { StreamEvent } from '../../core/index.js';
import type { ToldStop } from '../../formats/Format.js';
import { encodeStopkitStream, STOPKIT_STREAM_TYPE } from '../../formats/stopkitStream.js';
import type { ClientWriter } from '../createClientWriter.js';
import { openUpstream, type Upstream, type UpstreamContext } from '../openUpstream.js';
import { sendHead } from '../sendHead.js';
import { upstreamFailure } from '../upstreamFailure.js';
import type { Tombstone } from './Bus.js';
import type { LiveRun } from './LiveRun.js';
import { toldStop } from './replayRun.js';
import { within } from './within.js';

// A call to the model that ignores its signal for this long is left behind.
const CALL_LIMIT_MS = 1_000;
const NEWLINE = 0x0a;

const encoder = new TextEncoder();

/** Makes a run: reads its upstream to the end and passes the bytes on for as long as somebody takes them. */
export async function drive(
  live: LiveRun,
  writer: ClientWriter,
  run: {
    upstream: Upstream;
    contentType: string | undefined;
    /** What a reader is told at a stop, where the format of the run has words for it. */
    stopped(told: ToldStop): string | undefined;
    /** Hears what the upstream threw, or the response it refused with. */
    onFailed(cause: unknown): void;
  },
): Promise<void> {
  const call = watchCall(run.upstream);
  live.setClosing(call.isOver);
  let endsLine = true;
  try {
    const opened = await openUpstream(call.upstream, { signal: live.signal, runId: live.info.id });
    if (opened !== null) {
      const { response, reader } = opened;
      live.setClosing(reader.cancel);
      if (response !== null && !response.ok) {
        const failure = upstreamFailure(response);
        void reader.cancel();
        run.onFailed(response);
        await live.finish({ message: failure.message, interrupted: false });
        writer.fail(failure);
        return;
      }
      const type = sendHead(writer, response, run.contentType);
      if (isStopkitStream(type)) say(writer, { type: 'start', runId: live.info.id });
      for (;;) {
        const bytes = await reader.read();
        if (bytes === null) break;
        if (!(await live.accept(bytes))) continue;
        const room = writer.write(bytes);
        endsLine = bytes.at(-1) === NEWLINE;
        // What is over waits for no reader.
        if (room !== null) await live.holdUntil(untilAborted(room, live.signal));
      }
    }
    await live.finish();
  } catch (error) {
    const sent = writer.sentType() !== null;
    const failure = upstreamFailure(error, sent);
    // What was stopped did not fail, nor what breaks off behind the end marker of a whole answer.
    const wasOver = live.signal.aborted || live.outcome() === 'complete';
    if (!wasOver) run.onFailed(error);
    await live.finish({ message: failure.message, interrupted: sent });
    if (!wasOver) {
      writer.fail(failure);
      return;
    }
  }
  const tombstone = await live.settled;
  if (tombstone === null) return;
  if (live.toldItsStop()) {
    writer.end();
    return;
  }
  // Between two lines only: inside one it would read as part of the answer.
  const { reason, by, limit } = tombstone;
  const words = endsLine ? run.stopped({ runId: live.info.id, reason, by, limit }) : undefined;
  endAnswer(writer, tombstone, words, run.contentType);
}

/** Tells a client that is still there how its answer ended; `stopped` are the format's own words for a stop. */
function endAnswer(
  writer: ClientWriter,
  tombstone: Tombstone,
  stopped: string | undefined,
  contentType: string | undefined,
): void {
  const { outcome, reason } = tombstone;
  switch (outcome) {
    case 'complete':
    case 'error':
      return writer.end();
    case 'interrupted':
      return writer.fail(
        reason === 'server'
          ? { status: 503, message: 'The server was shut down. Try again.' }
          : { status: 502, message: 'The model was cut off.' },
      );
    case 'stopped':
    case 'disconnected':
      // Before the head, too: a run that was stopped before its first word did not fail.
      if (stopped === undefined) return writer.stop(toldStop(tombstone));
      if (contentType !== undefined) writer.open(200, { 'content-type': contentType });
      void writer.write(encoder.encode(stopped));
      return writer.end();
  }
}

const isStopkitStream = (contentType: string): boolean =>
  contentType.startsWith(STOPKIT_STREAM_TYPE);

function say(writer: ClientWriter, event: StreamEvent): void {
  // The few bytes of a frame of our own wait for no room.
  void writer.write(encoder.encode(encodeStopkitStream(event)));
}

function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
    else void promise.then(done);
  });
}

/** The app's call, and whether it is over soon enough after an abort. */
function watchCall(upstream: Upstream): { upstream: Upstream; isOver: () => Promise<boolean> } {
  let over: Promise<unknown> = Promise.resolve();
  return {
    upstream(context: UpstreamContext) {
      const call = (async () => upstream(context))();
      over = call.catch(() => undefined);
      return call;
    },
    isOver: async () =>
      (await within(
        over.then(() => true),
        CALL_LIMIT_MS,
      )) === true,
  };
}
