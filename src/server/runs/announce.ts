import { KEEP_MS, type RunInfo, type RunOutcome } from './Bus.js';
import type { Registry } from './Registry.js';
import type { RunSettled } from './RunSettled.js';

type Said =
  | { type: 'status'; status: 'active' | 'idle' }
  | { type: 'settled'; outcome: RunOutcome; reason: string | null };

/** What the readers of a conversation's events hear; `turnId` is the run's id. */
export type ConversationEvent = { conversationId: string; turnId: string } & Said;

const EVENTS_KEPT = { length: 100, keepMs: KEEP_MS };

/** The log of the events of a user's conversation; the same id of another user is another one. */
export const eventsOf = (userId: string, conversationId: string): string =>
  `events:${JSON.stringify([userId, conversationId])}`;

/** Tells the readers of a conversation, on every node, what became of a run. */
export async function announce(
  { link }: Registry,
  run: RunInfo,
  ...events: readonly Said[]
): Promise<void> {
  const { conversationId, userId } = run;
  if (conversationId === null) return;
  const log = eventsOf(userId, conversationId);
  for (const event of events) {
    const said: ConversationEvent = { conversationId, turnId: run.id, ...event };
    await link.append(log, JSON.stringify(said), EVENTS_KEPT);
  }
}

/** Tells that a run is over, and whether its conversation is idle now. */
export async function announceEnd(
  registry: Registry,
  run: RunInfo & Pick<RunSettled, 'outcome' | 'reason'>,
): Promise<void> {
  const { outcome, reason, conversationId, userId } = run;
  if (conversationId === null) return;
  const others = await registry.link.active({ conversationId, userId });
  await announce(
    registry,
    run,
    { type: 'settled', outcome, reason },
    // Nobody can be told that it is idle while nobody knows.
    ...(others !== 'unknown' && others.length === 0
      ? [{ type: 'status', status: 'idle' } as const]
      : []),
  );
}
