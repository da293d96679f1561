import { createRunId } from '../../core/index.js';
import type { Bus, BusLink, BusNode, RunInfo, StopIntent, Tombstone } from '../runs/Bus.js';
import { mayStop, stopAllIntent } from '../runs/mayStop.js';
import { createRedisCalls } from './createRedisCalls.js';
import { createOutbox } from './createOutbox.js';
import type { RedisClient } from './redisConnection.js';
import { entries, infos, list, text, wishedStop } from './redisReplies.js';
import * as scripts from './scripts.js';

const SWEEP_MS = 1_000;
const ENTRY_ID = /^\d+-\d+$/;

/** The bus of many processes: flags in Redis that no lost message loses, and messages as doorbells. */
export function redisBus(client: RedisClient): Bus {
  return { join: (node) => joinRedis(client, node) };
}

function joinRedis(client: RedisClient, node: BusNode): BusLink {
  const me = createRunId();
  /** What is registered here, to be registered again when Redis has forgotten. */
  const registered = new Map<string, { run: RunInfo; epoch: string | null }>();
  /** What is being registered: a stop can be here before the answer of Redis. */
  const coming = new Map<string, RunInfo>();
  const outbox = createOutbox();
  let sweeping = false;
  let closed = false;

  const calls = createRedisCalls(client, {
    channels: [`node:${me}`, `share:${me}`, 'all'],
    message(channel, message) {
      if (channel === `share:${me}`) node.share(message);
      else hear(JSON.parse(message) as StopIntent);
    },
    ready: () => void sweep(),
    warn: (text, error) => node.warn(text, error),
  });
  const { call } = calls;

  /** A stop for a run that may be here; once heard, its flag is taken down. */
  function hear(intent: StopIntent): void {
    const run = registered.get(intent.runId)?.run ?? coming.get(intent.runId);
    if (run === undefined || !mayStop(run, intent)) return;
    node.stop(intent);
    void quietly(scripts.HEARD, [me, intent.runId]);
  }

  async function register(
    { run, epoch }: { run: RunInfo; epoch: string | null },
    {
      exclusive,
      again,
      besides,
    }: { exclusive: boolean; again: boolean; besides: readonly string[] },
  ): Promise<unknown[]> {
    const [isExclusive, isAgain] = [exclusive, again].map((flag) => (flag ? '1' : '0'));
    const args = [
      run.id,
      me,
      run.userId,
      run.conversationId ?? '',
      JSON.stringify(run),
      epoch ?? '',
    ];
    return list(
      await call(scripts.REGISTER, [...args, isExclusive ?? '0', isAgain ?? '0', ...besides]),
    );
  }

  async function sweep(): Promise<void> {
    if (sweeping || closed) return;
    sweeping = true;
    try {
      const [stops, lost, count] = list(await call(scripts.SWEEP, [me], 'patiently'));
      calls.isBack();
      for (const intent of list(stops)) hear(JSON.parse(String(intent)) as StopIntent);
      const gone = infos(lost);
      if (gone.length > 0) node.lost(gone);
      await outbox.flush();
      if (Number(count) < registered.size) await registerAgain();
    } catch {
      // Told once by the call itself; the next sweep tries again.
    } finally {
      sweeping = false;
    }
  }

  /** Redis came back without what it knew: everything here is told again, and what it remembers is heard. */
  async function registerAgain(): Promise<void> {
    await Promise.all(
      [...registered.values()].map(async (known) => {
        const [, want, stoppedAll] = await register(known, {
          exclusive: false,
          again: true,
          besides: [],
        });
        const intent = wishedStop(known.run, want, stoppedAll);
        if (intent !== null) node.stop(intent);
      }),
    );
  }

  /** Asks Redis; what cannot be asked is answered with `otherwise`. */
  async function ask<Answer>(question: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
    try {
      return await question();
    } catch {
      return otherwise;
    }
  }

  /** Tells Redis what may be lost in an outage. */
  async function quietly(script: string, args: readonly string[]): Promise<void> {
    await ask(() => call(script, args), null);
  }

  const sendStop = (intent: StopIntent): Promise<unknown> =>
    call(scripts.STOP, [
      intent.runId,
      intent.userId ?? '',
      intent.conversationId ?? '',
      JSON.stringify(intent),
    ]);

  const timer = setInterval(() => void sweep(), SWEEP_MS);
  timer.unref();
  const joined = sweep();

  return {
    epoch: (userId) => ask(async () => text(await call(scripts.GET, [`epoch:${userId}`])), null),
    async register(run, { epoch, exclusive, besides }) {
      await joined;
      const known = { run, epoch };
      coming.set(run.id, run);
      try {
        const [state, first, second] = await register(known, { exclusive, again: false, besides });
        if (state === 'in-use') return { state };
        if (state === 'busy') return { state, active: infos(first), settling: infos(second) };
        registered.set(run.id, known);
        return { state: 'registered', stop: wishedStop(run, first, second) };
      } catch {
        // An outage keeps nobody from asking a model: the run is told of when Redis is back.
        registered.set(run.id, known);
        return { state: 'registered', stop: null };
      } finally {
        coming.delete(run.id);
      }
    },
    settling: (run) => quietly(scripts.SETTLING, [run.id, run.userId]),
    async settle(run, tombstone) {
      registered.delete(run.id);
      const told = [run.id, me, run.userId, run.conversationId ?? '', JSON.stringify(run)];
      await outbox.tell(`settle:${run.id}`, () =>
        call(scripts.SETTLE, [...told, JSON.stringify(tombstone)]),
      );
    },
    find: (runId) =>
      ask(async () => {
        const [state, info, tombstone] = list(await call(scripts.FIND, [runId]));
        if (state !== 'active' && state !== 'settled' && state !== 'lost') return null;
        const run = JSON.parse(String(info)) as RunInfo;
        if (state !== 'settled') return { state, run };
        return { state, run, tombstone: JSON.parse(String(tombstone)) as Tombstone };
      }, null),
    async stop(intent) {
      let answer: unknown = 'remembered';
      await outbox.tell(`stop:${intent.runId}:${intent.userId ?? ''}`, async () => {
        answer = await sendStop(intent);
      });
      return answer === 'sent' ? 'sent' : 'remembered';
    },
    async stopAll(userId) {
      const epoch = createRunId();
      const here = [...registered.values()].map(({ run }) => run);
      let runs: readonly RunInfo[] = here.filter((run) => run.userId === userId);
      let isLate = false;
      await outbox.tell(`stop-all:${userId}`, async () => {
        runs = infos(await call(scripts.STOP_ALL, [userId, epoch]));
        // Told only now that Redis is back: nobody waits for the list any more.
        if (isLate) for (const run of runs) await sendStop(stopAllIntent(run));
      });
      isLate = true;
      return runs;
    },
    active: ({ userId, conversationId }) =>
      ask(async () => {
        const user = userId === undefined ? '' : `user:${userId}`;
        const set = conversationId === undefined ? user : `conv:${conversationId}`;
        return infos(await call(scripts.ACTIVE, [set])).filter(
          (run) => userId === undefined || run.userId === userId,
        );
      }, []),
    conversation: (id) =>
      ask(async () => {
        const last = text(await call(scripts.GET, [`last:${id}`]));
        return last === null ? null : (JSON.parse(last) as { userId: string; lastRunId: string });
      }, null),
    claim: (name) => ask(async () => (await call(scripts.CLAIM, [name])) !== null, true),
    askToShare: (runId) => quietly(scripts.ASK_TO_SHARE, [runId]),
    append(log, value, { length, keepMs }) {
      const most = length === Infinity ? '' : String(length);
      return quietly(scripts.APPEND, [log, value, most, String(keepMs)]);
    },
    read: (log, id) =>
      ask(async () => {
        const after = id !== null && ENTRY_ID.test(id) ? `(${id}` : '-';
        return entries(list(await call(scripts.READ, [log, after])));
      }, []),
    listen: (name, ring) => calls.listen(`bell:${name}`, ring),
    async close() {
      closed = true;
      clearInterval(timer);
      await quietly(scripts.LEAVE, [me]);
      calls.close();
    },
  };
}
