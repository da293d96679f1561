import type { Backend, BackendEvent, ListedConversation, Message } from '../../core/index.js';
import { askJson } from '../askJson.js';
import { openSocket, type Socket, socketOfThisPlace } from '../openSocket.js';
import { pollList } from '../pollList.js';
import type { AgixtBackendOptions } from './AgixtBackendOptions.js';
import { createAgixtSender } from './createAgixtSender.js';
import { createAgixtStops } from './createAgixtStops.js';
import {
  activityOf,
  type HistoryRow,
  isAnswer,
  isStopMark,
  type Notice,
  readRows,
  toDate,
} from './readRows.js';
import { socketUrlOf } from './socketUrlOf.js';
import { createWorkBook } from './createWorkBook.js';

const MOST_READS = 3;
const POLL_MS = 2_000;
// Rows and notices come on two sockets: the first row may be here before the notice.
const EARLY_MS = 2_000;

/** Conversations of AGiXT. */
export function agixtBackend(options: AgixtBackendOptions): Backend {
  const { baseUrl, agentName = 'AGiXT', webSocket = socketOfThisPlace() } = options;
  const book = createWorkBook();
  const sender = createAgixtSender({
    baseUrl,
    agentName,
    connection: options,
    watcher: {
      onSent: book.sent,
      onTakenBack: book.sentBack,
      onBegan: book.sentBegan,
      onLeft: book.sentLeft,
      onEnd: book.sentEnded,
    },
  });
  const stops = createAgixtStops(options, book, sender.takeBack);
  const watched = new Map<string, Socket | null>();
  const activities = new Map<string, { text: string; at: number }>();
  let tell: ((event: BackendEvent) => void) | null = null;

  function hearNotice({ type, data }: Record<string, unknown>): void {
    const { conversation_id: id, started_at: startedAt, timestamp } = (data ?? {}) as Notice;
    if (typeof id !== 'string') return;
    switch (type) {
      case 'agent_working_started': {
        const turnId = book.started(id, startedAt ?? '');
        if (turnId === null) return;
        const early = activities.get(id);
        const isFresh = early !== undefined && Date.now() - early.at < EARLY_MS;
        tell?.({
          type: 'status',
          conversationId: id,
          status: 'active',
          turnId,
          ...(isFresh ? { activity: early.text } : {}),
        });
        return;
      }
      case 'agent_working_ended': {
        const turnId = book.ended(id, startedAt ?? timestamp ?? '');
        if (turnId !== null) tell?.({ type: 'status', conversationId: id, status: 'idle', turnId });
        return;
      }
      case 'message_added':
        tell?.({ type: 'changed', conversationId: id });
    }
  }

  function hearRow(id: string, row: HistoryRow): void {
    const turnId = book.nameOfNewest(id);
    const named = turnId === null ? {} : { turnId };
    const activity = activityOf(row);
    if (activity !== null) {
      activities.set(id, { text: activity, at: Date.now() });
      if (!book.isWorking(id)) return;
      tell?.({ type: 'status', conversationId: id, status: 'active', activity, ...named });
      return;
    }
    if (isAnswer(row)) {
      book.answered(id);
    } else if (isStopMark(row) && book.isStopOfNewest(id, row)) {
      tell?.({ type: 'settled', conversationId: id, outcome: 'stopped', ...named });
    }
    tell?.({ type: 'changed', conversationId: id });
  }

  function openConversation(id: string): void {
    if (tell === null || webSocket === null || watched.get(id) !== null) return;
    let isBack = false;
    const socket = openSocket(
      (wasRefused) =>
        socketUrlOf(options, `/v1/conversation/${encodeURIComponent(id)}/stream`, wasRefused),
      webSocket,
      {
        onState(state) {
          if (state === 'open' && isBack) tell?.({ type: 'changed', conversationId: id });
          isBack = true;
        },
        onMessage({ type, data }) {
          if (type === 'message_added' || type === 'message_updated') {
            hearRow(id, data as HistoryRow);
          } else if (type === 'messages_deleted') {
            tell?.({ type: 'changed', conversationId: id });
          }
        },
      },
    );
    watched.set(id, socket);
  }

  async function list(): Promise<readonly ListedConversation[]> {
    const askedAt = performance.now();
    const said = (await askJson(`${baseUrl}/v1/conversations/active`, options)) as {
      active_conversations?: Record<string, { agent_name?: string; started_at?: string }>;
    } | null;
    const listed = Object.entries(said?.active_conversations ?? {});
    const rows = listed.flatMap(([id, { agent_name: name, started_at: startedAt }]) => {
      const turnId = book.listed(id, startedAt ?? '', askedAt);
      if (turnId === null) return [];
      const agent = name === undefined ? {} : { agentName: name };
      const since = startedAt === undefined ? {} : { startedAt: toDate(startedAt) };
      return [{ id, status: 'active', turnId, ...agent, ...since }];
    });
    // Each worker lists what it runs itself.
    const unlisted = book.open().filter(({ id }) => !rows.some((row) => row.id === id));
    return [...rows, ...unlisted.map(({ id, name }) => ({ id, status: 'active', turnId: name }))];
  }

  return {
    name: 'agixt',
    list,
    send: sender.send,
    whenFree(id, signal) {
      const free = stops.whenFree(id);
      if (free === undefined) return sender.prepare(id, signal);
      return free.then(() => (signal.aborted ? undefined : sender.prepare(id, signal)));
    },
    connect(listener) {
      tell = listener;
      const controller = new AbortController();
      const notices =
        webSocket === null
          ? null
          : openSocket(
              (wasRefused) => socketUrlOf(options, '/v1/user/notifications', wasRefused),
              webSocket,
              {
                onState: (state) => listener({ type: 'connection', state }),
                onMessage: hearNotice,
              },
            );
      if (notices === null) void pollList(list, POLL_MS, controller.signal, listener);
      for (const id of watched.keys()) openConversation(id);
      return () => {
        controller.abort();
        notices?.close();
        // Somebody may have begun to listen meanwhile.
        if (tell !== listener) return;
        tell = null;
        for (const [id, socket] of watched) {
          socket?.close();
          watched.set(id, null);
        }
      };
    },
    watch(id) {
      watched.set(id, watched.get(id) ?? null);
      openConversation(id);
      return () => {
        watched.get(id)?.close();
        watched.delete(id);
      };
    },
    stop: stops.stop,
    stopAll: stops.stopAll,
    async history(id): Promise<Message[]> {
      const url = `${baseUrl}/v1/conversation/${encodeURIComponent(id)}`;
      for (let reads = 1; ; reads += 1) {
        const begun = book.begun(id);
        const said = (await askJson(url, options)) as {
          conversation_history?: HistoryRow[];
        } | null;
        // Of work that began meanwhile nobody knows whether its question is there already.
        if (book.begun(id).size > begun.size && reads < MOST_READS) continue;
        const rows = said?.conversation_history ?? [];
        book.learn(id, rows, begun);
        return readRows(rows, book.nameOfQuestion);
      }
    },
  };
}
