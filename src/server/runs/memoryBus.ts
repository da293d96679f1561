import {
  type Bus,
  type BusLink,
  type BusNode,
  KEEP_MS,
  type LastRun,
  type LogEntry,
  REMEMBER_MS,
  type RunInfo,
  type StopIntent,
  type Tombstone,
} from './Bus.js';
import { createRunId } from '../../core/runId.js';
import { mayStop, stopAllIntent } from './mayStop.js';
import { createExpiringMap, type ExpiringMap } from './createExpiringMap.js';

interface Known {
  run: RunInfo;
  node: BusNode;
  state: 'active' | 'settling';
}

/** The bus of a single process; what it knows ends with the process. */
export function memoryBus(): Bus {
  const runs = new Map<string, Known>();
  const settled = createExpiringMap<{ run: RunInfo; tombstone: Tombstone }>(REMEMBER_MS);
  const wanted = createExpiringMap<StopIntent>(REMEMBER_MS);
  const epochs = createExpiringMap<string>(KEEP_MS);
  const lastRuns = createExpiringMap<LastRun>(KEEP_MS);
  const claims = createExpiringMap<true>(REMEMBER_MS);
  /** By how long they are kept, so that what is over soon does not wait behind what is not. */
  const logs = new Map<number, ExpiringMap<LogEntry[]>>();
  const bells = new Map<string, Set<() => void>>();
  let entries = 0;

  const ring = (name: string): void => {
    for (const listener of [...(bells.get(name) ?? [])]) listener();
  };
  const live = (): Known[] => [...runs.values()];
  const keyOf = (userId: string | null, id: string): string => JSON.stringify([userId, id]);

  /** Kept for an hour from the run's start, and from its end unless a newer one has come. */
  function rememberLast({ id, userId, conversationId }: RunInfo, isOver = false): void {
    if (conversationId === null) return;
    for (const whose of [userId, null]) {
      const key = keyOf(whose, conversationId);
      if (!isOver || (lastRuns.get(key)?.runId ?? id) === id) lastRuns.set(key, { runId: id });
    }
  }

  /** A stop that came first, or a stop-all since the run arrived. */
  function takeWish(run: RunInfo, epoch: string | null): StopIntent | null {
    const key = keyOf(run.userId, run.id);
    const intent = wanted.get(key) ?? null;
    wanted.delete(key);
    if (intent !== null && mayStop(run, intent)) return intent;
    const now = epochs.get(run.userId) ?? null;
    return now === null || now === epoch ? null : stopAllIntent(run);
  }

  function link(node: BusNode): BusLink {
    return {
      epoch: (userId) => Promise.resolve(epochs.get(userId) ?? null),
      register(run, { epoch, exclusive, besides }) {
        if (runs.has(run.id) || settled.get(run.id) !== undefined) {
          return Promise.resolve({ state: 'in-use' });
        }
        if (exclusive && run.conversationId !== null) {
          const busy = live().filter(
            (known) =>
              known.run.conversationId === run.conversationId &&
              known.run.userId === run.userId &&
              !besides.includes(known.run.id),
          );
          if (busy.length > 0) {
            const those = (state: Known['state']): RunInfo[] =>
              busy.filter((known) => known.state === state).map((known) => known.run);
            return Promise.resolve({
              state: 'busy',
              active: those('active'),
              settling: those('settling'),
            });
          }
        }
        runs.set(run.id, { run, node, state: 'active' });
        rememberLast(run);
        return Promise.resolve({ state: 'registered', stop: takeWish(run, epoch) });
      },
      settling(run) {
        const known = runs.get(run.id);
        if (known !== undefined) known.state = 'settling';
        return Promise.resolve();
      },
      withdraw(run) {
        if (runs.get(run.id)?.node === node) runs.delete(run.id);
        return Promise.resolve();
      },
      settle(run, tombstone) {
        runs.delete(run.id);
        settled.set(run.id, { run, tombstone });
        rememberLast(run, true);
        ring(`run:${run.id}`);
        return Promise.resolve();
      },
      find(runId) {
        const known = runs.get(runId);
        if (known !== undefined) {
          const settling = known.state === 'settling' ? { settling: true } : {};
          return Promise.resolve({ state: 'active', run: known.run, ...settling });
        }
        const over = settled.get(runId);
        return Promise.resolve(over === undefined ? null : { state: 'settled', ...over });
      },
      stop(intent) {
        const known = runs.get(intent.runId);
        if (known !== undefined && mayStop(known.run, intent)) {
          known.node.stop(intent);
          return Promise.resolve('sent');
        }
        if (intent.userId !== null) wanted.set(keyOf(intent.userId, intent.runId), intent);
        return Promise.resolve('remembered');
      },
      stopAll(userId) {
        epochs.set(userId, createRunId());
        const theirs = live().filter(
          ({ run, state }) => run.userId === userId && state === 'active',
        );
        return Promise.resolve(theirs.map(({ run }) => run));
      },
      active: (where) =>
        Promise.resolve(
          live()
            .filter(
              ({ run, state }) =>
                state === 'active' &&
                (where.userId === undefined || run.userId === where.userId) &&
                (where.conversationId === undefined || run.conversationId === where.conversationId),
            )
            .map(({ run }) => run),
        ),
      lastRun: ({ conversationId, userId = null }) =>
        Promise.resolve(lastRuns.get(keyOf(userId, conversationId)) ?? null),
      claim(name) {
        if (claims.get(name) !== undefined) return Promise.resolve(false);
        claims.set(name, true);
        return Promise.resolve(true);
      },
      askToShare(runId) {
        runs.get(runId)?.node.share(runId);
        return Promise.resolve();
      },
      append(log, value, { length, keepMs, entries: known }) {
        const those = logs.get(keepMs) ?? createExpiringMap<LogEntry[]>(keepMs);
        const kept = those.get(log) ?? [];
        if (known !== undefined && known !== kept.length) return Promise.resolve(false);
        kept.push({ id: String((entries += 1)), value });
        kept.splice(0, kept.length - length);
        logs.set(keepMs, those);
        those.set(log, kept);
        ring(log);
        return Promise.resolve(true);
      },
      touch(log, { keepMs, entries: known }) {
        const those = logs.get(keepMs);
        const kept = those?.get(log) ?? [];
        if (kept.length !== known) return Promise.resolve(false);
        those?.set(log, kept);
        return Promise.resolve(true);
      },
      read(log, id) {
        const kept = [...logs.values()].flatMap((those) => those.get(log) ?? []);
        return Promise.resolve(
          kept.filter((entry) => id === null || Number(entry.id) > Number(id)),
        );
      },
      listen(name, listener) {
        const listeners = bells.get(name) ?? new Set();
        bells.set(name, listeners.add(listener));
        return () => {
          listeners.delete(listener);
          if (listeners.size === 0) bells.delete(name);
        };
      },
      close: () => Promise.resolve(),
    };
  }

  return { join: link };
}
