import type { Backend, BackendEvent, ConnectionState } from './Backend.js';
import type { Conversations, ConversationsSnapshot } from './Conversations.js';
import { type ConversationInfo, isRunning } from './ConversationInfo.js';
import type { TurnTiming } from './ConversationTurns.js';
import { createListeners } from './createListeners.js';
import { createListing } from './createListing.js';
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

/** Keeps the status of every conversation of a backend, however its events arrive. */
export function createConversations(options: ConversationsOptions): Conversations {
  const { backend, onHistoryDue, onLearned, onStopRecord, ...timing } = options;
  const kept = new Map<string, KeptConversation>();
  /** Of which something may be new since they were told. */
  const touched = new Set<string>();
  const watchers = new Map<string, { count: number; leave: (() => void) | undefined }>();
  /** Which ones were watched: what was said there since is heard by nobody. */
  const left = new Set<string>();
  const listeners = createListeners();
  let connection: ConnectionState = 'closed';
  // A backend that never says that it is open is heard from the beginning.
  let heardAt = 0;
  // Only a page that left does not know how silent a source of its own is.
  let shownAt = 0;
  let snapshot: ConversationsSnapshot | null = null;
  let isSnapshotDue = true;
  let connections = 0;
  let disconnect: (() => void) | null = null;
  let clock = 0;

  const listing = createListing({
    backend,
    kept,
    keep,
    tick,
    isFollowed: () => connections > 0,
    onChange: changed,
  });

  function tick(): number {
    return (clock += 1);
  }

  function changed(): void {
    isSnapshotDue = true;
    listing.arm();
    listeners.tell();
  }

  function setConnection(next: ConnectionState): void {
    connection = next;
    if (next === 'closed') shownAt = heardAt = Infinity;
    else if (next === 'connecting') shownAt = heardAt = performance.now();
    else heardAt = next === 'open' ? performance.now() : Infinity;
    changed();
  }

  function keep(id: string): KeptConversation {
    touched.add(id);
    const known = kept.get(id);
    if (known !== undefined) return known;
    const made = createConversation({
      id,
      backend,
      timing,
      isConnected: () => connection === 'open',
      heardSince: (hasSource) => (hasSource ? shownAt : heardAt),
      tick,
      askList: () => void listing.ask(),
      onHistoryDue: () => historyDue(id),
      onLearned: (event) => onLearned?.(event),
      onStopRecord: (snapshotThen) => onStopRecord?.(id, snapshotThen),
      onChange() {
        touched.add(id);
        changed();
      },
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

  function hear(event: BackendEvent): void {
    if (event.type !== 'connection') {
      keep(event.conversationId).hear(event);
      return;
    }
    const isNew = event.state === 'open' && connection !== 'open';
    setConnection(event.state);
    if (!isNew) return;
    void listing.ask();
    for (const id of watchers.keys()) historyDue(id);
  }

  return {
    subscribe: listeners.add,
    getSnapshot() {
      if (snapshot !== null && !isSnapshotDue) return snapshot;
      isSnapshotDue = false;
      const before = snapshot?.conversations ?? new Map<string, ConversationInfo>();
      const news = [...touched]
        .map((id) => keep(id).getInfo())
        .filter((info) => before.get(info.id) !== info);
      touched.clear();
      const conversations =
        news.length === 0
          ? before
          : new Map([...before, ...news.map((info) => [info.id, info] as const)]);
      snapshot = keepSame(snapshot, { conversations, connection, list: listing.getState() });
      return snapshot;
    },
    conversation: keep,
    stop: (id, stopOptions) => keep(id).stopOrRetry(stopOptions),
    async stopAll() {
      const running = [...kept.values()].filter((one) => isRunning(one.getInfo().status));
      // What no list has named yet may run all the same.
      const isListed = backend.list !== undefined && listing.getState() === 'ready';
      const answer = isListed && running.length === 0 ? undefined : backend.stopAll?.();
      answer?.catch(() => undefined);
      const records = await Promise.all(running.map((one) => one.stopOrRetry({}, answer)));
      void listing.ask();
      return records.filter((record) => record !== null);
    },
    refresh: listing.ask,
    connect() {
      if (disconnect === null) {
        setConnection('connecting');
        disconnect = backend.connect(hear);
        followWatched(true);
      }
      connections += 1;
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        connections -= 1;
        if (connections > 0) return;
        disconnect?.();
        disconnect = null;
        followWatched(false);
        setConnection('closed');
      };
    },
    needsEvents: () => [...kept.values()].some((one) => one.needsEvents()),
    watch(id) {
      const watcher = watchers.get(id) ?? { count: 0, leave: backend.watch?.(id) };
      watcher.count += 1;
      watchers.set(id, watcher);
      if (watcher.count === 1) keep(id).watch(disconnect !== null);
      if (left.delete(id)) historyDue(id);
      let isLeft = false;
      return () => {
        if (isLeft) return;
        isLeft = true;
        watcher.count -= 1;
        if (watcher.count > 0) return;
        watcher.leave?.();
        watchers.delete(id);
        keep(id).watch(false);
        // StrictMode leaves and comes back in one task: only who stays away has left.
        setTimeout(() => watchers.has(id) || left.add(id));
      };
    },
    readHistory,
    hear,
    keepMark: (id, runId, persisted) => keep(id).keepMark(runId, persisted),
  };
}
