import { createRunId } from '../../core/index.js';
import type { Bus, BusLink, BusNode, RunInfo, Tombstone } from '../runs/Bus.js';
import { mayStop } from '../runs/mayStop.js';
import { createRedisCalls } from './createRedisCalls.js';
import { createRoster } from './createRoster.js';
import { createOutbox } from './createOutbox.js';
import { createStops } from './createStops.js';
import * as logScripts from './logScripts.js';
import type { RedisClient } from './redisConnection.js';
import { entries, infos, list, stopIn, text } from './redisReplies.js';
import * as scripts from './scripts.js';

const SWEEP_MS = 1_000;
// With a digit more it could be larger than Redis takes.
const ENTRY_ID = /^\d{1,19}-\d{1,19}$/;

/** How an app is told from others. */
export interface RedisBusOptions {
  /** Set it where several apps, or a test and a production, share one database. @default 'stopkit' */
  name?: string;
}

/** The bus of many processes: flags in Redis that no lost message loses, and messages as doorbells. */
export function redisBus(client: RedisClient, options: RedisBusOptions = {}): Bus {
  const { name = 'stopkit' } = options;
  if (!/^[^{}]+$/.test(name)) {
    throw new TypeError(
      `stopkit: redisBus() cannot have the name "${name}", because Redis takes braces and nothing for a part of its own. Pass letters, such as "my-app".`,
    );
  }
  return { join: (node) => joinRedis(client, name, node) };
}

function joinRedis(client: RedisClient, name: string, node: BusNode): BusLink {
  const me = createRunId();
  const outbox = createOutbox();
  let sweeping = false;
  let closed = false;
  let isWarned = false;

  const calls = createRedisCalls(client, {
    name,
    channels: [`node:${me}`, `share:${me}`, 'all'],
    message(channel, message) {
      if (channel === `share:${me}`) node.share(message);
      else hear(message);
    },
    ready: () => void sweep(),
    warn: (text, error) => node.warn(text, error),
  });
  const { call } = calls;
  const roster = createRoster({ me, call, onWish: (intent) => node.stop(intent) });

  /** A stop for a run that may be here; once heard, its flag is taken down. */
  function hear(message: string): void {
    const intent = stopIn(message);
    if (intent === null) {
      // The sweep meets it again each second.
      if (!isWarned)
        node.warn('stopkit: something in Redis was said to be a stop, and is none', null);
      isWarned = true;
      return;
    }
    const run = roster.get(intent.runId);
    if (run === undefined || !mayStop(run, intent)) return;
    node.stop(intent);
    void quietly(scripts.HEARD, [me, intent.runId]);
  }

  async function sweep(): Promise<void> {
    if (sweeping || closed) return;
    sweeping = true;
    try {
      const [stops, lost, count] = list(await call(scripts.SWEEP, [me], 'patiently'));
      calls.isBack();
      for (const intent of list(stops)) hear(String(intent));
      const gone = infos(lost);
      if (gone.length > 0) node.lost(gone);
      await outbox.flush();
      await roster.amend(Number(count));
    } catch {
      // Told once by the call itself; the next sweep tries again.
    } finally {
      sweeping = false;
    }
  }

  /** Asks Redis; what cannot be asked is answered with `otherwise`. */
  async function ask<Answer, Otherwise>(
    question: () => Promise<Answer>,
    otherwise: Otherwise,
  ): Promise<Answer | Otherwise> {
    try {
      return await question();
    } catch {
      return otherwise;
    }
  }

  /** Tells Redis what may be lost in an outage; false where it may be. */
  const quietly = (script: string, args: readonly string[]): Promise<boolean> =>
    ask(async () => {
      await call(script, args);
      return true;
    }, false);

  const stops = createStops({ call, outbox, roster });

  const timer = setInterval(() => void sweep(), SWEEP_MS);
  timer.unref();
  const joined = sweep();

  return {
    epoch: stops.epoch,
    stop: stops.stop,
    stopAll: stops.stopAll,
    async register(run, claim) {
      await joined;
      const registration = await roster.register(run, claim);
      if (registration.state !== 'registered' || registration.stop !== null) return registration;
      return { ...registration, stop: stops.wishFor(run) };
    },
    async settling(run) {
      await quietly(scripts.SETTLING, [run.id, run.userId]);
    },
    async withdraw(run) {
      const { id, userId, conversationId } = run;
      // First: a stop that comes now is kept for whoever has the id next.
      roster.remove(id);
      await quietly(scripts.WITHDRAW, [id, me, userId, conversationId ?? '']);
    },
    async settle(run, tombstone) {
      const told = [run.id, me, run.userId, run.conversationId ?? '', JSON.stringify(run)];
      await outbox.tell(`settle:${run.id}`, () =>
        call(scripts.SETTLE, [...told, JSON.stringify(tombstone)]),
      );
      roster.remove(run.id);
    },
    find: (runId) =>
      ask(async () => {
        const [state, info, rest] = list(await call(scripts.FIND, [runId]));
        if (state !== 'active' && state !== 'settled' && state !== 'lost') return null;
        const run = JSON.parse(String(info)) as RunInfo;
        if (state === 'active' && rest === 'settling') return { state, run, settling: true };
        if (state !== 'settled') return { state, run };
        return { state, run, tombstone: JSON.parse(String(rest)) as Tombstone };
      }, 'unknown'),
    active: ({ userId, conversationId }) =>
      ask(async () => {
        const user = userId === undefined ? '' : `user:${userId}`;
        const set = conversationId === undefined ? user : `conv:${conversationId}`;
        return infos(await call(scripts.ACTIVE, [set])).filter(
          (run) => userId === undefined || run.userId === userId,
        );
      }, 'unknown'),
    lastRun: ({ conversationId, userId = '' }) =>
      ask(async () => {
        const runId = text(await call(scripts.LAST_RUN, [userId, conversationId]));
        return runId === null ? null : { runId };
      }, 'unknown'),
    claim: (name) => ask(async () => (await call(scripts.CLAIM, [name])) !== null, true),
    async askToShare(runId) {
      await quietly(logScripts.ASK_TO_SHARE, [runId]);
    },
    append(log, value, { length, keepMs, entries: known = '' }) {
      const most = length === Infinity ? '' : String(length);
      const args = [log, value, most, String(keepMs), String(known)];
      return ask(async () => Number(await call(logScripts.APPEND, args)) === 1, false);
    },
    touch(log, { keepMs, entries: known }) {
      const args = [log, String(keepMs), String(known)];
      return ask(async () => Number(await call(logScripts.TOUCH, args)) === 1, true);
    },
    read: (log, id) =>
      ask(async () => {
        const after = id !== null && ENTRY_ID.test(id) ? `(${id}` : '-';
        return entries(await call(logScripts.READ, [log, after]));
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
