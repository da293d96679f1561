import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import { type HeldWhen, holdable } from '../holdable.js';
import { CORS, listen, readJson, sendJson } from '../listen.js';
import {
  type AgentEvent,
  createTestConversation,
  type ConversationHost,
  type TestConversation,
} from './conversation.js';
import { type TurnScript, words } from './script.js';
import { allTraps, noneSprung, type Trap, type Traps } from './traps.js';

/** A running stand-in for Dispatch, with real HTTP and a real WebSocket. */
export interface DispatchServer {
  baseUrl: string;
  socketUrl: string;
  traps: Traps;
  /** How often each trap was sprung. */
  sprung: Record<Trap, number>;
  /** Requests so far, such as "POST /conversations/1/stop". */
  requests: string[];
  /** Statuses so far, such as "c1 idle". */
  said: string[];
  /** What the model does in the next turn; afterwards it says words again. */
  nextTurn(script: TurnScript): void;
  /** Makes a conversation known before anybody writes to it. */
  conversation(id: string): TestConversation;
  /** Says any status word to every socket, such as "queued". */
  announce(conversationId: string, status: string): void;
  /** Says to every socket that somebody opened it. */
  open(conversationId: string): void;
  /** Puts a summary in place of all that is stored, under the last number, and says so to every socket. */
  compact(conversationId: string, summary: string): void;
  /** How many sockets are open. */
  sockets(): number;
  /** Cuts every socket; clients may come back. */
  cutSockets(): void;
  /** History is read, or sent, only when the returned function is called. */
  holdHistory(when: HeldWhen): () => void;
  /** While set, no socket is let in. */
  refusesSockets: boolean;
  /** While set, requests are answered with this status. */
  failWith: number | null;
  /** Conversations that may be seen, and not stopped. */
  forbidden: Set<string>;
  close(): Promise<void>;
}

interface Client {
  socket: { send(text: string): void };
  subscribed: Set<string>;
}

const idOf = ({ conversationId }: Record<string, unknown>): string =>
  typeof conversationId === 'string' ? conversationId : randomUUID();

/** Starts a Dispatch server as the wire facts describe it. */
export async function startDispatchServer(): Promise<DispatchServer> {
  const conversations = new Map<string, TestConversation>();
  const clients = new Set<Client>();
  const scripts: TurnScript[] = [];
  const sprung = noneSprung();
  const requests: string[] = [];
  const said: string[] = [];
  const traps = allTraps();

  const historyHold = holdable();

  const send = (client: Client, message: unknown): void => {
    client.socket.send(JSON.stringify(message));
  };
  const host: ConversationHost = {
    traps,
    spring: (trap) => {
      sprung[trap] += 1;
    },
    emit(event) {
      for (const client of clients) {
        const subscribed = client.subscribed.has(event.conversationId);
        if (!subscribed && traps[9] && event.type === 'done') sprung[9] += 1;
        if (subscribed || !traps[9]) send(client, { type: 'chat.delta', event });
      }
    },
    statusChanged(conversationId, status) {
      said.push(`${conversationId} ${status}`);
      for (const client of clients) {
        send(client, { type: 'conversation.statusChanged', conversationId, status });
      }
    },
    nextScript: () => scripts.shift() ?? words(200, 20),
  };
  const conversation = (id: string): TestConversation => {
    const known = conversations.get(id) ?? createTestConversation(id, host);
    conversations.set(id, known);
    return known;
  };

  function subscribe(client: Client, id: string): void {
    if (client.subscribed.has(id)) return;
    client.subscribed.add(id);
    const buffer = conversations.get(id)?.activeTurn()?.buffer ?? [];
    if (buffer.length === 0 || !traps[7]) return;
    sprung[7] += 1;
    for (const event of buffer) send(client, { type: 'chat.delta', event });
  }

  function chat(client: Client, message: Record<string, unknown>): void {
    const id = idOf(message);
    subscribe(client, id);
    if (conversation(id).start(String(message.message)) === null) {
      send(client, {
        type: 'chat.error',
        conversationId: id,
        message: 'turn already active for this conversation',
      });
    }
  }

  function hear(client: Client, message: Record<string, unknown>): void {
    const id = String(message.conversationId);
    switch (message.type) {
      case 'chat.send':
        chat(client, message);
        break;
      case 'chat.subscribe':
        subscribe(client, id);
        break;
      case 'chat.unsubscribe':
        client.subscribed.delete(id);
        leave(id);
        break;
      case 'chat.queue':
        queue(id, String(message.text));
        break;
    }
  }

  function leave(id: string): void {
    const turn = conversations.get(id)?.activeTurn();
    if (turn === null || turn === undefined) return;
    if (traps[8]) sprung[8] += 1;
    else turn.controller.abort();
  }

  function queue(id: string, text: string): { startedTurn: boolean } {
    const target = conversation(id);
    if (target.start(text) !== null) return { startedTurn: true };
    target.queue.push({ id: randomUUID(), text });
    return { startedTurn: false };
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const url = new URL(req.url ?? '/', 'http://dispatch');
    requests.push(`${req.method} ${url.pathname}`);
    if (req.method === 'OPTIONS') {
      return res.writeHead(204, CORS).end();
    }
    if (api.failWith !== null) {
      sendJson(res, api.failWith, { error: 'the server is not well' });
      return;
    }
    const [, first, id, action, item] = url.pathname.split('/').map(decodeURIComponent);
    if (first === 'chat' && req.method === 'POST') return streamChat(req, res);
    if (first !== 'conversations') {
      sendJson(res, 404, { error: 'not found' });
      return;
    }
    if (id === undefined) {
      sendJson(res, 200, { conversations: list(url) });
      return;
    }
    if (action === undefined) return history(res, id, url.searchParams);
    if (action === 'stop' && req.method === 'POST') {
      if (api.forbidden.has(id)) {
        sendJson(res, 403, { error: 'not yours' });
        return;
      }
      const abortedTurn = conversations.get(id)?.stop() ?? false;
      if (abortedTurn || traps[6]) sendJson(res, 200, { conversationId: id, abortedTurn });
      else sendJson(res, 409, { error: 'nothing runs in this conversation' });
      return;
    }
    if (action === 'close' && req.method === 'POST') {
      const abortedTurn = conversations.get(id)?.stop() ?? false;
      const target = conversation(id);
      target.status = target.storedStatus = 'closed';
      host.statusChanged(id, 'closed');
      sendJson(res, 200, { conversationId: id, abortedTurn });
      return;
    }
    if (action === 'queue' && req.method === 'POST') {
      const { startedTurn } = queue(id, String((await readJson(req)).text));
      sendJson(res, 200, {
        conversationId: id,
        startedTurn,
        queue: conversation(id).queue,
      });
      return;
    }
    if (action === 'queue' && req.method === 'DELETE') {
      const target = conversation(id);
      const before = target.queue.length;
      target.queue = target.queue.filter((queued) => queued.id !== item);
      const cancelled = target.queue.length < before;
      sendJson(res, 200, { conversationId: id, cancelled, queue: target.queue });
      return;
    }
    if (action === 'queue') {
      sendJson(res, 200, { conversationId: id, queue: conversation(id).queue });
      return;
    }
    sendJson(res, 404, { error: 'not found' });
  }

  function list(url: URL): unknown[] {
    const known = ['active', 'idle', 'closed', 'queued'];
    const wanted = (url.searchParams.get('status') ?? '')
      .split(',')
      .filter((s) => known.includes(s));
    const prefix = url.searchParams.get('q') ?? '';
    return [...conversations.values()]
      .filter(({ storedStatus }) => wanted.length === 0 || wanted.includes(storedStatus))
      .filter((conversation) => conversation.id.startsWith(prefix))
      .map((conversation) => ({
        id: conversation.id,
        title: conversation.id,
        status: conversation.storedStatus,
        createdAt: 0,
        lastActivityAt: Date.now(),
      }));
  }

  async function history(res: ServerResponse, id: string, query: URLSearchParams): Promise<void> {
    await historyHold.pass('before it is read');
    const sinceSeq = Number(query.get('sinceSeq') ?? 0);
    for (const name of ['limit', 'beforeSeq']) {
      const value = query.get(name);
      if (value !== null && !/^[1-9]\d*$/.test(value)) {
        sendJson(res, 400, { error: `${name} must be a positive integer` });
        return;
      }
    }
    const beforeSeq = Number(query.get('beforeSeq') ?? Infinity);
    const limit = Number(query.get('limit') ?? Infinity);
    const all = (conversations.get(id)?.chunks ?? []).filter(
      ({ seq }) => seq > sinceSeq && seq < beforeSeq,
    );
    const chunks = limit === Infinity ? all : all.slice(-limit);
    await historyHold.pass('after it was read');
    sendJson(res, 200, { chunks, latestSeq: chunks.at(-1)?.seq ?? sinceSeq });
  }

  async function streamChat(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readJson(req);
    const id = idOf(body);
    res.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'x-conversation-id': id,
      ...CORS,
    });
    const reader: Client = {
      subscribed: new Set([id]),
      // A line of the stream is what a message is on the socket.
      socket: {
        send(text: string) {
          const { event } = JSON.parse(text) as { event?: AgentEvent };
          if (event === undefined) return;
          res.write(`${JSON.stringify(event)}\n`);
          if (event.type === 'turn-sealed') res.end();
        },
      },
    };
    clients.add(reader);
    res.on('close', () => {
      clients.delete(reader);
      leave(id);
    });
    if (conversation(id).start(String(body.message)) === null) {
      const message = 'turn already active for this conversation';
      res.end(
        `${JSON.stringify({ type: 'error', conversationId: id, turnId: randomUUID(), message })}\n`,
      );
    }
  }

  const http = await listen((req, res) => void answer(req, res));
  const sockets = await listen((_req, res) => res.writeHead(426).end());
  const socketServer = new WebSocketServer({
    server: sockets.server,
    verifyClient: () => !api.refusesSockets,
  });
  socketServer.on('connection', (socket) => {
    const client: Client = { socket, subscribed: new Set() };
    clients.add(client);
    socket.on('message', (data: Buffer) => {
      hear(client, JSON.parse(data.toString()) as Record<string, unknown>);
    });
    socket.on('close', () => {
      clients.delete(client);
      for (const id of client.subscribed) leave(id);
    });
  });

  const api: DispatchServer = {
    baseUrl: `http://127.0.0.1:${http.port}`,
    socketUrl: `ws://127.0.0.1:${sockets.port}`,
    traps,
    sprung,
    requests,
    said,
    nextTurn: (script) => scripts.push(script),
    conversation,
    announce: (conversationId, status) => host.statusChanged(conversationId, status),
    open(conversationId) {
      for (const client of clients) send(client, { type: 'conversation.open', conversationId });
    },
    compact(conversationId, summary) {
      const { chunks } = conversation(conversationId);
      const last = chunks.length;
      const text = { type: 'text', text: summary };
      chunks.splice(0, last, { seq: last, role: 'assistant', chunk: text });
      for (const client of clients) {
        send(client, { type: 'conversation.compacted', conversationId });
      }
    },
    sockets: () => socketServer.clients.size,
    cutSockets() {
      for (const socket of socketServer.clients) socket.terminate();
    },
    holdHistory: historyHold.hold,
    refusesSockets: false,
    failWith: null,
    forbidden: new Set(),
    async close() {
      for (const { activeTurn } of conversations.values()) activeTurn()?.controller.abort();
      for (const socket of socketServer.clients) socket.terminate();
      for (const { server } of [http, sockets]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  return api;
}
