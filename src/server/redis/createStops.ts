import { createRunId } from '../../core/index.js';
import { type BusLink, REMEMBER_MS, type RunInfo, type StopIntent } from '../runs/Bus.js';
import { createExpiringMap } from '../runs/createExpiringMap.js';
import { mayStop, stopAllIntent } from '../runs/mayStop.js';
import type { Outbox } from './createOutbox.js';
import type { RedisCalls } from './createRedisCalls.js';
import type { Roster } from './createRoster.js';
import { infos, text } from './redisReplies.js';
import * as scripts from './scripts.js';

/** The stops that this node tells Redis of, and remembers itself while Redis is away. */
export interface Stops extends Pick<BusLink, 'epoch' | 'stop' | 'stopAll'> {
  /** A stop that was told here before its run came. */
  wishFor(run: RunInfo): StopIntent | null;
}

interface StopsOptions {
  call: RedisCalls['call'];
  outbox: Outbox;
  roster: Roster;
}

const keyOf = (runId: string, userId: string | null): string => `stop:${runId}:${userId ?? ''}`;

export function createStops({ call, outbox, roster }: StopsOptions): Stops {
  /** Epochs of users whose stop-all waits for Redis. */
  const untold = new Map<string, string>();
  /** Stops that came first: Redis may be away when their run comes. */
  const wanted = createExpiringMap<StopIntent>(REMEMBER_MS);

  const send = (intent: StopIntent): Promise<unknown> =>
    call(scripts.STOP, [
      intent.runId,
      intent.userId ?? '',
      intent.conversationId ?? '',
      JSON.stringify(intent),
    ]);

  return {
    async epoch(userId) {
      const waiting = untold.get(userId);
      if (waiting !== undefined) return waiting;
      return call(scripts.GET, [`epoch:${userId}`]).then(text, () => scripts.UNKNOWN);
    },
    wishFor(run) {
      const wish = wanted.get(keyOf(run.id, run.userId));
      return wish !== undefined && mayStop(run, wish) ? wish : null;
    },
    async stop(intent) {
      const key = keyOf(intent.runId, intent.userId);
      let answer: unknown = 'remembered';
      wanted.set(key, intent);
      await outbox.tell(key, async () => {
        answer = await send(intent);
      });
      if (answer !== 'sent') return 'remembered';
      wanted.delete(key);
      return 'sent';
    },
    async stopAll(userId) {
      const askedAt = Date.now();
      const askedFrom = performance.now();
      const told = createRunId();
      const epoch = `${askedAt}:${told}`;
      let runs: readonly RunInfo[] = roster.runs().filter((run) => run.userId === userId);
      let isLate = false;
      const forget = (): void => {
        if (untold.get(userId) === epoch) untold.delete(userId);
      };
      untold.set(userId, epoch);
      const tell = async (): Promise<void> => {
        const agoMs = String(Math.round(performance.now() - askedFrom));
        runs = infos(await call(scripts.STOP_ALL, [userId, told, agoMs]));
        forget();
        if (!isLate) return;
        // Told only now that Redis is back: nobody waits for the list any more, and what began since lives.
        for (const run of runs) if (run.startedAt <= askedAt) await send(stopAllIntent(run));
      };
      await outbox.tell(`stop-all:${userId}`, tell, forget);
      isLate = true;
      return runs;
    },
  };
}
