import type { Backend, BackendEvent, ConnectionState } from './Backend.js';
import type { Conversations, ConversationsSnapshot } from './Conversations.js';
import { isRunning } from './ConversationInfo.js';
import type { TurnTiming } from './ConversationTurns.js';
import { createConversation, type KeptConversation } from './createConversation.js';
import { keepSame } from './keepSame.js';
import type { Message } from './Message.js';
import type { Snapshot } from './Snapshot.js';

/** What conversations are made of. */
export interface ConversationsOptions extends TurnTiming {
  backend: Backend;
  /** Called when the history of a conversation must be read again. @default it is read */
  onHistoryDue?: (conversationId: string) => void;
  /** Called with what this page learned first, so that other pages can be told. */
  onLearned?: (event: BackendEvent) => void;
  /** Called when an answer was stopped, and when more is known of the stop. */
  onStopRecord?: (conversationId: string, snapshot: Snapshot) => void;
}

// While something runs, a list now and then finds what a lost event would have said.
const RECHECK_MS = 10_000;

/** Keeps the status of every conversation of a backend, however its events arrive. */
export function createConversations(options: ConversationsOptions): Conversations {
  const { backend, onHistoryDue, onLearned, onStopRecord, ...timing } = options;
  const kept = new Map<string, KeptConversation>();
  const watchers = new Map<string, { count: number; leave: (() => void) | undefined }>();
  const listeners = new Set<() => void>();
  let connection: ConnectionState = 'closed';
  let list: ConversationsSnapshot['list'] = 'loading';
  let snapshot: ConversationsSnapshot | null = null;
  let isSnapshotDue = true;
  let connections = 0;
  let disconnect: (() => void) | null = null;
  let clock = 0;
  let asking: Promise<void> | null = null;
  let isListDue = false;
  let recheck: ReturnType<typeof setTimeout> | undefined;

  function changed(): void {
    isSnapshotDue = true;
    armRecheck();
    for (const listener of [...listeners]) listener();
  }

  function keep(id: string): KeptConversation {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const made = createConversation({
      id,
      backend,
      timing,
      isConnected: () => connection === 'open',
      tick: () => (clock += 1),
      askList: () => void askList(),
      onHistoryDue: () => historyDue(id),
      onLearned: (event) => onLearned?.(event),
      onStopRecord: (snapshotThen) => onStopRecord?.(id, snapshotThen),
      onChange: changed,
    });
    kept.set(id, made);
    if (watchers.has(id)) made.watch(disconnect !== null);
    return made;
  }

  function historyDue(id: string): void {
    if (onHistoryDue !== undefined) onHistoryDue(id);
    else if (watchers.has(id) || keep(id).answer.isActive()) readHistory(id).catch(() => undefined);
  }

  /** What is read of turns that go on elsewhere holds a connection each: nobody who is not connected needs one. */
  const followWatched = (isConnected: boolean): void =>
    watchers.forEach((_, id) => keep(id).watch(isConnected));

  async function readHistory(id: string): Promise<readonly Message[]> {
    if (backend.history === undefined) return [];
    try {
      const messages = await backend.history(id);
      keep(id).reconcile(messages);
      return messages;
    } catch (thrown) {
      keep(id).historyFailed();
      throw thrown;
    }
  }

  /** One question at a time; what is asked meanwhile is asked once more. */
  function askList(): Promise<void> {
    isListDue = true;
    asking ??= askLists().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function askLists(): Promise<void> {
    while (isListDue) {
      isListDue = false;
      if (backend.list === undefined) return;
      const askedAt = (clock += 1);
      try {
        const rows = new Map((await backend.list()).map((row) => [row.id, row]));
        list = 'ready';
        for (const id of new Set([...rows.keys(), ...kept.keys()])) {
          const row = rows.get(id) ?? null;
          const runs = row !== null && isRunning(row.status);
          // A row of something that never ran here and does not run now is not worth keeping.
          if (!kept.has(id) && !runs) continue;
          const one = keep(id);
          // A list that was asked too early is asked again only where it says something else than is known.
          const isHeard = one.hearList(row, askedAt);
          const { status, startedAt } = one.getInfo();
          const isUnsaid = row?.startedAt !== undefined && startedAt === undefined;
          if (!isHeard && (isRunning(status) !== runs || isUnsaid)) isListDue = true;
        }
      } catch {
        list = 'failed';
      }
      changed();
    }
  }

  function armRecheck(): void {
    if (backend.list === undefined || connections === 0) {
      clearTimeout(recheck);
      recheck = undefined;
      return;
    }
    recheck ??= setTimeout(() => {
      recheck = undefined;
      if ([...kept.values()].some((one) => isRunning(one.getInfo().status))) void askList();
    }, RECHECK_MS);
  }

  function hear(event: BackendEvent): void {
    if (event.type !== 'connection') {
      keep(event.conversationId).hear(event);
      return;
    }
    const isNew = event.state === 'open' && connection !== 'open';
    connection = event.state;
    changed();
    if (!isNew) return;
    void askList();
    for (const id of watchers.keys()) historyDue(id);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot() {
      if (snapshot !== null && !isSnapshotDue) return snapshot;
      isSnapshotDue = false;
      const infos = new Map([...kept].map(([id, one]) => [id, one.getInfo()]));
      const before = snapshot?.conversations;
      const isSame =
        before?.size === infos.size && [...infos].every(([id, info]) => before.get(id) === info);
      snapshot = keepSame(snapshot, { conversations: isSame ? before : infos, connection, list });
      return snapshot;
    },
    conversation: keep,
    stop: (id, stopOptions) => keep(id).stopOrRetry(stopOptions),
    async stopAll() {
      const running = [...kept.values()].filter((one) => isRunning(one.getInfo().status));
      const answer = running.length === 0 ? undefined : backend.stopAll?.();
      answer?.catch(() => undefined);
      const records = await Promise.all(running.map((one) => one.stopOrRetry({}, answer)));
      void askList();
      return records.filter((record) => record !== null);
    },
    refresh: askList,
    connect() {
      connections += 1;
      if (disconnect === null) {
        connection = 'connecting';
        disconnect = backend.connect(hear);
        followWatched(true);
        changed();
      }
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        connections -= 1;
        if (connections > 0) return;
        disconnect?.();
        disconnect = null;
        followWatched(false);
        connection = 'closed';
        changed();
      };
    },
    watch(id) {
      const watcher = watchers.get(id) ?? { count: 0, leave: backend.watch?.(id) };
      watcher.count += 1;
      watchers.set(id, watcher);
      if (watcher.count === 1) keep(id).watch(disconnect !== null);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        watcher.count -= 1;
        if (watcher.count > 0) return;
        watcher.leave?.();
        watchers.delete(id);
        keep(id).watch(false);
      };
    },
    readHistory,
    hear,
    keepMark: (id, runId, persisted) => keep(id).keepMark(runId, persisted),
  };
}
