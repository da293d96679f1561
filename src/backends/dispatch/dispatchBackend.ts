import type { Backend, BackendEvent, ListedConversation, StopAnswer } from '../../core/index.js';
import { createGate } from '../createGate.js';
import { openSocket, type Socket, socketOfThisPlace } from '../openSocket.js';
import { pollList } from '../pollList.js';
import { postStop } from '../../formats/postStop.js';
import { type AgentEvent, readAgentEvent, toError, toStreamEvents } from './AgentEvent.js';
import { listConversations, type SaidStatus } from './listConversations.js';
import { sendToDispatch } from './sendToDispatch.js';
import { readHistory } from './readHistory.js';
import { readStop } from './readStop.js';
import { socketUrlOf } from './socketUrlOf.js';
import type { DispatchBackendOptions } from './DispatchBackendOptions.js';
import { createStopsOut } from './createStopsOut.js';
import { createStoredChunks } from './createStoredChunks.js';
import { createTurnBook, type TurnBook } from './createTurnBook.js';

/** Dispatch, which can also put a conversation away. */
export interface DispatchBackend extends Backend {
  /** Ends what runs in a conversation and closes it, which a stop never does. */
  close(conversationId: string, init?: { signal?: AbortSignal }): Promise<StopAnswer>;
}

const POLL_MS = 2_000;

/** Conversations of Dispatch. */
export function dispatchBackend(options: DispatchBackendOptions): DispatchBackend {
  const { baseUrl, webSocket = socketOfThisPlace() } = options;
  const socketUrl = webSocket === null ? '' : (options.socketUrl ?? socketUrlOf(baseUrl));
  const books = new Map<string, TurnBook>();
  const watched = new Set<string>();
  const chunks = createStoredChunks(options);
  const said = new Map<string, SaidStatus>();
  const stopsOut = createStopsOut();
  const gate = createGate(false);
  let socket: Socket | null = null;
  let tell: (event: BackendEvent) => void = () => undefined;

  const urlOf = (id: string, action = ''): string =>
    `${baseUrl}/conversations/${encodeURIComponent(id)}${action}`;
  const post = (id: string, action: string, signal: AbortSignal | undefined): Promise<StopAnswer> =>
    postStop(urlOf(id, action), options, { signal }, readStop);
  const bookOf = (id: string): TurnBook => {
    const book = books.get(id) ?? createTurnBook();
    books.set(id, book);
    return book;
  };
  /** What was said before a cut may have been taken back in it. */
  function lookAway(): void {
    said.clear();
    for (const book of books.values()) book.lookAway();
  }
  const sending = sendToDispatch({
    baseUrl,
    connection: options,
    getSocket: () => socket,
    usesSocket: webSocket !== null,
    hear: hearAgent,
  });

  function hearAgent(event: AgentEvent | null): void {
    if (event === null) return;
    const { conversationId, turnId } = event;
    const book = bookOf(conversationId);
    const before = book.newest();
    if (before?.turnId !== turnId && sending.holds(event)) return;
    const isInSight = book.isInSight();
    const place = book.note(event);
    const stream = { type: 'stream', conversationId, turnId } as const;
    // The first turn that is heard at all may be the one that was stopped; one that was gone releases nothing more.
    const isLater = place === 'first' && !sending.heard(conversationId) && before?.isGone === false;
    if (isLater && stopsOut.carries(conversationId, isInSight, before.isAborted)) {
      // A stop releases what was queued as a turn of its own; after a person's stop nothing restarts by itself.
      void post(conversationId, '/stop', undefined).catch(() => undefined);
    }
    if (place === 'again') tell({ ...stream, event: { type: 'replay' } });
    if (event.type === 'provider-retry') {
      const activity = event.message ?? 'Trying again';
      tell({ type: 'status', conversationId, status: 'active', turnId, activity });
    }
    for (const each of toStreamEvents(event)) tell({ ...stream, event: each });
    if (event.type === 'turn-sealed') {
      tell({ type: 'settled', conversationId, turnId, outcome: 'complete' });
    }
  }

  function hear(message: Record<string, unknown>): void {
    const text = (said: unknown): string | null => (typeof said === 'string' ? said : null);
    const id = text(message.conversationId);
    switch (message.type) {
      case 'chat.delta':
        hearAgent(readAgentEvent(message.event));
        return;
      case 'chat.error':
        sending.failed(id, toError(text(message.message) ?? undefined));
        return;
      case 'conversation.statusChanged': {
        const word = text(message.status);
        if (id === null || word === null) return;
        // A turn that a close aborted still says idle at its end.
        const status = word === 'idle' && said.get(id)?.status === 'closed' ? 'closed' : word;
        const book = bookOf(id);
        // A turn that is heard says its own end first: an idle before that is a late one.
        const isOpen = book.newest()?.isOver === false || sending.isAwaited(id);
        if (status === 'idle' && isOpen && book.isInSight()) return;
        said.set(id, { status, at: Date.now() });
        if (isOver(status)) {
          book.end();
          stopsOut.over(id);
        }
        tell({ type: 'status', conversationId: id, status });
        return;
      }
      case 'conversation.open':
      case 'conversation.compacted':
        // Somebody opened it, perhaps one that was closed, or it was rewritten: what is stored is read again.
        if (id === null) return;
        chunks.forget(id);
        tell({ type: 'changed', conversationId: id });
    }
  }

  const subscribe = (id: string): void => {
    bookOf(id).expectReplay();
    socket?.send({ type: 'chat.subscribe', conversationId: id });
  };

  async function list(): Promise<readonly ListedConversation[]> {
    const before = [...stopsOut.answered()].map(([id, stop]) => {
      return { id, stop, turn: bookOf(id).newest() };
    });
    const rows = await listConversations(options, said);
    // What is not listed does not run, unless it was said to and its row is not written yet.
    const listed = new Map<string, Pick<SaidStatus, 'status'>>(said);
    for (const row of rows) listed.set(row.id, row);
    // The end may have come while nothing was heard: what is out since before then is out no more.
    for (const { id, stop, turn } of before) {
      const runs = !isOver(listed.get(id)?.status ?? 'idle');
      if (runs || !stopsOut.has(id, stop) || bookOf(id).newest() !== turn) continue;
      bookOf(id).end();
      stopsOut.over(id);
    }
    return rows;
  }

  return {
    name: 'dispatch',
    send: sending.send,
    list,
    async whenFree(id, signal) {
      await stopsOut.whenFree(id, bookOf(id), signal);
      // Stopped while the socket is away, a text was never sent.
      if (webSocket !== null) await gate.pass(signal);
    },
    connect(listener) {
      tell = listener;
      if (webSocket === null) {
        const controller = new AbortController();
        void pollList(list, POLL_MS, controller.signal, listener);
        return () => controller.abort();
      }
      const opened = openSocket(() => socketUrl, webSocket, {
        onMessage: hear,
        onState(state) {
          if (state === 'open') {
            // What was stored may have been rewritten while nothing was heard.
            chunks.forget();
            for (const id of watched) subscribe(id);
          } else lookAway();
          if (socket === opened) gate.set(state === 'open');
          sending.connected(state === 'open');
          listener({ type: 'connection', state });
        },
      });
      socket = opened;
      gate.set(false);
      return () => {
        opened.close();
        // Somebody may have begun to listen meanwhile.
        if (socket !== opened) return;
        gate.set(false);
        lookAway();
        socket = null;
        tell = () => undefined;
      };
    },
    watch(id) {
      watched.add(id);
      subscribe(id);
      return () => {
        watched.delete(id);
        bookOf(id).lookAway();
        socket?.send({ type: 'chat.unsubscribe', conversationId: id });
      };
    },
    async stop(id, { turnId, scope }, init) {
      // It has no voice, and a stop of it ends the text.
      if (scope === 'speech') return { outcome: 'idle', message: 'Nothing is spoken here.' };
      const turn = books.get(id)?.newest() ?? null;
      // A stop names no turn on the wire: one that is meant for the turn before must not leave.
      if (turnId !== undefined && turn !== null && (turn.turnId !== turnId || turn.isOver)) {
        return { outcome: 'idle', message: 'That answer was over already.' };
      }
      // A turn that was sent and has not begun would begin after the stop.
      const asked = sending.stop(id, () => post(id, '/stop', init?.signal), init?.signal);
      stopsOut.add(id, asked, turn === null || turn.isOver);
      const answer = await asked;
      if (answer.outcome === 'idle') stopsOut.over(id);
      return answer;
    },
    close: (id, init) => post(id, '/close', init?.signal),
    history: (id) => readHistory(() => chunks.read(id, urlOf(id)), bookOf(id)),
  };
}

const isOver = (status: string): boolean => status === 'idle' || status === 'closed';
