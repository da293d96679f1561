import { createRunId, isRunId } from '../../core/index.js';
import type { Format } from '../../formats/Format.js';
import { plainText } from '../../formats/plainText.js';
import type { Client } from '../Client.js';
import { createClientWriter, type Failure, STREAM_HEADERS } from '../createClientWriter.js';
import type { Upstream } from '../openUpstream.js';
import { announce, announceEnd } from './announce.js';
import type { Registration, RunInfo } from './Bus.js';
import { createKeeper } from './createKeeper.js';
import { createLiveRun } from './createLiveRun.js';
import { drive } from './drive.js';
import { CONVERSATION_ID, isConversationId } from './isConversationId.js';
import { isUser } from './isUser.js';
import type { LiveRun } from './LiveRun.js';
import type { Registry } from './Registry.js';
import { waitForSettle } from './waitForSettle.js';

/** One run, as the app asks for it. */
export interface RunDescription {
  /** The id the client gave. @default a new one */
  runId?: string;
  conversationId?: string;
  userId: string;
  agent?: string;
  /** How the upstream's bytes are read for what is kept; they are passed on untouched. @default plainText() */
  format?: Format;
  /** What the answer will be, where the upstream gives no `Response`. @default the format's own */
  contentType?: string;
  upstream: Upstream;
  /** `await runs.epoch(userId)` from before a slow preflight, so that a stop-all in between is heard. @default now */
  arrivedEpoch?: string | null;
}

const BAD_ID: Failure = {
  status: 400,
  message: 'A run id is 8 to 64 letters, digits, "-" or "_".',
};
const BAD_CONVERSATION: Failure = {
  status: 400,
  message: `A conversation id is ${CONVERSATION_ID}.`,
};
const IN_USE: Failure = { status: 409, message: 'This run id is in use.' };
const BUSY: Failure = {
  status: 409,
  message: 'An answer is still being written in this conversation. Stop it first.',
};
const NOBODY: Failure = { status: 500, message: 'The server does not know whose answer this is.' };
const CLOSED: Failure = { status: 503, message: 'The server is shutting down. Try again.' };

/** Registers a run and makes it; settles when it is over, and never rejects. */
export async function startRun(
  registry: Registry,
  client: Client,
  run: RunDescription,
): Promise<void> {
  const { limits, link, live: table } = registry;
  // Asked before anything else, so that no stop-all falls between the call and the question.
  const epoch = run.arrivedEpoch === undefined ? link.epoch(run.userId) : run.arrivedEpoch;
  const info: RunInfo = {
    id: run.runId ?? createRunId(),
    userId: run.userId,
    conversationId: run.conversationId ?? null,
    agent: run.agent ?? null,
    startedAt: Date.now(),
  };
  const format = run.format ?? plainText();
  const contentType = run.contentType ?? format.mediaType;
  const live = createLive(registry, info, format);
  const leave = live.join();
  // What a client calls its run may be no header value at all.
  const named: Record<string, string> = isRunId(info.id) ? { 'run-id': info.id } : {};
  const writer = createClientWriter(client, {
    headers: { ...STREAM_HEADERS, ...named },
    contentType,
    failed: wordsOf(registry, format, format.failed),
    heartbeatMs: limits.heartbeatMs,
    stallMs: limits.stallMs,
    onLost: leave,
  });
  const refuse = (failure: Failure): void => {
    live.withdraw();
    writer.fail(failure);
  };

  if (!isUser(info.userId)) {
    registry.logger.warn(
      { runId: info.id },
      'stopkit: a run has no `userId`, so nobody could stop it; give it one, for guests too',
    );
  }
  const refusal = !isRunId(info.id)
    ? BAD_ID
    : info.conversationId !== null && !isConversationId(info.conversationId)
      ? BAD_CONVERSATION
      : !isUser(info.userId)
        ? NOBODY
        : registry.isClosed()
          ? CLOSED
          : table.has(info.id)
            ? IN_USE
            : null;
  if (refusal !== null) {
    refuse(refusal);
    return;
  }
  table.set(info.id, live);
  const registration = await register(registry, info, await epoch);
  if (registration.state !== 'registered' || registry.isClosed()) {
    table.delete(info.id);
    if (registration.state === 'registered') {
      await (link.withdraw?.(info) ?? link.settling(info));
      // It was meant for whoever has the id next.
      if (registration.stop !== null) await link.stop(registration.stop);
    }
    refuse(registration.state === 'in-use' ? IN_USE : registry.isClosed() ? CLOSED : BUSY);
    return;
  }
  registry.measures.started();
  live.begin(registration.stop);
  void announce(registry, info, { type: 'status', status: 'active' });
  await drive(live, writer, {
    upstream: run.upstream,
    contentType,
    stopped: wordsOf(registry, format, format.stopped),
    onFailed(cause) {
      const what = cause instanceof Response ? { status: cause.status } : { err: cause };
      registry.logger.warn({ runId: info.id, ...what }, 'stopkit: the model failed');
    },
  });
  leave();
}

/** The format's own words for an end; one that cannot say them leaves it to ours. */
function wordsOf<Told>(
  { logger }: Registry,
  { name }: Format,
  say: ((told: Told) => string) | undefined,
): (told: Told) => string | undefined {
  return (told) => {
    try {
      return say?.(told);
    } catch (error) {
      logger.warn({ err: error }, `stopkit: ${name} could not say how an answer ended`);
      return undefined;
    }
  };
}

function createLive(registry: Registry, info: RunInfo, format: Format): LiveRun {
  const { policy, limits, link, logger } = registry;
  return createLiveRun({
    info,
    format,
    onDisconnect: policy.onDisconnect ?? 'stop',
    limits,
    autoStop: policy.autoStop,
    keeper: createKeeper({
      info,
      checkpointMs: limits.checkpointMs,
      settleMs: limits.settleMs,
      onCheckpoint: policy.onCheckpoint,
      onSettled: policy.onSettled,
      logger,
    }),
    onUnreadable: (error) =>
      logger.warn(
        { runId: info.id, err: error },
        `stopkit: the answer could not be read as ${format.name}; it is passed on, but not kept`,
      ),
    onSettling: () => void link.settling(info),
    async onSettled(run, tombstone, stop) {
      await link.settle(info, tombstone);
      registry.live.delete(info.id);
      registry.measures.settled(run, tombstone);
      logger.info(
        { runId: info.id, outcome: run.outcome, reason: run.reason },
        'stopkit: a run is over',
      );
      if (run.outcome === 'stopped' && run.by !== null) {
        registry.audit(info, {
          stoppedBy: stop?.userId ?? null,
          by: run.by,
          reason: run.reason ?? '',
          outcome: run.outcome,
        });
      }
      void announceEnd(registry, run);
    },
  });
}

/** Registers, and does with a busy conversation what the policy says. */
async function register(
  registry: Registry,
  info: RunInfo,
  epoch: string | null,
): Promise<Registration> {
  const { link, limits, policy } = registry;
  const whenBusy = policy.whenBusy ?? 'reject';
  const until = performance.now() + limits.settleMs;
  let besides: string[] = [];
  for (;;) {
    const claim = { epoch, exclusive: whenBusy !== 'allow', besides };
    const registration = await link.register(info, claim);
    if (registration.state !== 'busy') return registration;
    const { active, settling } = registration;
    if (active.length > 0 && whenBusy === 'reject') return registration;
    for (const { id } of active) {
      await link.stop({ runId: id, userId: null, by: 'replaced', reason: 'replaced' });
    }
    const waitedFor = [...active, ...settling].map(({ id }) => id);
    await Promise.all(
      waitedFor.map((id) => waitForSettle(link, id, Math.max(0, until - performance.now()))),
    );
    // What could not be waited for any longer does not hold up the next answer.
    besides = [...besides, ...waitedFor];
  }
}
