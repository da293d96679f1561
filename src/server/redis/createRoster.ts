import type { BusLink, Registration, RunInfo, StopIntent } from '../runs/Bus.js';
import type { RedisCalls } from './createRedisCalls.js';
import { infos, list, wishedStop } from './redisReplies.js';
import * as scripts from './scripts.js';

/** The runs of this node, and what Redis knows of them. */
export interface Roster {
  get(runId: string): RunInfo | undefined;
  runs(): readonly RunInfo[];
  register: BusLink['register'];
  /** The run is over, also for Redis. */
  remove(runId: string): void;
  /** Tells Redis what it does not know or has forgotten; `count` is how many runs it has of this node. */
  amend(count: number): Promise<void>;
}

interface RosterOptions {
  me: string;
  call: RedisCalls['call'];
  /** A stop was waiting for a run that Redis was told of late. */
  onWish(intent: StopIntent): void;
}

/** So many at a time, so that what is told is also answered in time. */
const AT_ONCE = 100;
/** How often both are compared where they count as many: each may have a run that the other has not. */
const COMPARE_EVERY_MS = 15_000;

export function createRoster({ me, call, onWish }: RosterOptions): Roster {
  const known = new Map<string, { run: RunInfo; epoch: string | null }>();
  /** On their way: a stop can be here before the answer of Redis. */
  const coming = new Map<string, RunInfo>();
  /** Of these Redis has not answered: what it would have said may be a stop. */
  const untold = new Set<string>();
  let comparedAt = performance.now();

  async function tell(
    run: RunInfo,
    epoch: string | null,
    how: { exclusive: boolean; besides: readonly string[]; again: boolean },
  ): Promise<unknown[]> {
    const flags = [how.exclusive, how.again].map((flag) => (flag ? '1' : '0'));
    const { id, userId, conversationId } = run;
    const info = [id, me, userId, conversationId ?? '', JSON.stringify(run)];
    const ageMs = String(Math.max(0, Date.now() - run.startedAt));
    const args = [...info, ageMs, epoch ?? '', ...flags, ...how.besides];
    return list(await call(scripts.REGISTER, args, how.again ? 'patiently' : undefined));
  }

  async function tellAgain(id: string): Promise<void> {
    const one = known.get(id);
    if (one !== undefined) {
      const how = { exclusive: false, besides: [], again: true };
      const [, want, stoppedAll] = await tell(one.run, one.epoch, how);
      const intent = wishedStop(one.run, want, stoppedAll);
      if (intent !== null) onWish(intent);
    }
    untold.delete(id);
  }

  /** What Redis lost in an outage, in either direction. */
  async function compare(): Promise<void> {
    const theirs = new Set(list(await call(scripts.OWN, [me], 'patiently')).map(String));
    for (const id of known.keys()) if (!theirs.has(id)) untold.add(id);
    const over = [...theirs].filter((id) => !known.has(id) && !coming.has(id));
    if (over.length > 0) await call(scripts.FORGET, [me, ...over], 'patiently');
    comparedAt = performance.now();
  }

  return {
    get: (runId) => known.get(runId)?.run ?? coming.get(runId),
    runs: () => [...known.values()].map(({ run }) => run),
    async register(run, { epoch, exclusive, besides }): Promise<Registration> {
      coming.set(run.id, run);
      try {
        const how = { exclusive, besides, again: false };
        const [state, first, second] = await tell(run, epoch, how);
        if (state === 'in-use') return { state };
        if (state === 'busy') return { state, active: infos(first), settling: infos(second) };
        known.set(run.id, { run, epoch });
        return { state: 'registered', stop: wishedStop(run, first, second) };
      } catch {
        // An outage keeps nobody from asking a model: the run is told of when Redis is back.
        known.set(run.id, { run, epoch });
        untold.add(run.id);
        return { state: 'registered', stop: null };
      } finally {
        coming.delete(run.id);
      }
    },
    remove(runId) {
      known.delete(runId);
      untold.delete(runId);
    },
    async amend(count) {
      const isDue = performance.now() - comparedAt >= COMPARE_EVERY_MS;
      if (count !== known.size || isDue) await compare();
      const waiting = [...untold];
      for (let at = 0; at < waiting.length; at += AT_ONCE) {
        await Promise.all(waiting.slice(at, at + AT_ONCE).map(tellAgain));
      }
    },
  };
}
