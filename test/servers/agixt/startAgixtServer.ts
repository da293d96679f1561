import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { type HeldWhen, holdable } from '../holdable.js';
import { CORS, listen, readJson, sendJson } from '../listen.js';
import { type AgentRun, type RunScript, startRun } from './run.js';
import { allTraps, noneSprung, type Trap, type Traps } from './traps.js';

/** A row of a conversation's history. */
export interface HistoryRow {
  id: string;
  role: string;
  message: string;
  timestamp: string;
}

/** A running stand-in for AGiXT, with real HTTP and real WebSockets. */
export interface AgixtServer {
  baseUrl: string;
  traps: Traps;
  sprung: Record<Trap, number>;
  requests: string[];
  /** The key every request must carry. */
  token: string;
  /** What the agent does in the next run; afterwards it says words again. */
  nextRun(script: RunScript): void;
  /** Starts a run that no request of this page began. */
  startInBackground(conversationId: string, script: RunScript): AgentRun;
  /** Every run so far, oldest first, also the unregistered ones. */
  runs: { conversationId: string; run: AgentRun }[];
  history(conversationId: string): HistoryRow[];
  cutSockets(): void;
  /** Cuts every streaming completion. */
  cutStreams(): void;
  /** History is read, or sent, only when the returned function is called. */
  holdHistory(when: HeldWhen): () => void;
  /** A stop is carried out only when the returned function is called. */
  holdStops(): () => void;
  /** What is told to the sockets of a conversation, or of notices, waits; the returned function lets the first ones go, or all. */
  holdSockets(which: 'rows' | 'notices'): (count?: number) => void;
  /** The list is read, and sent only when the returned function is called. */
  holdList(): () => void;
  /** The bodies of whole answers end only when the returned function is called. */
  holdBodies(): () => void;
  /** While set, requests are answered with this status. */
  failWith: number | null;
  close(): Promise<void>;
}

const STOP_ROW = '[ACTIVITY][INFO] Conversation stopped by user.';
const USER = 'user-123';
const POLL_MS = 500;

interface Client {
  socket: WebSocket;
  conversationId: string | null;
}

/** Starts an AGiXT server as the wire facts describe it. */
export async function startAgixtServer(): Promise<AgixtServer> {
  const token = randomUUID();
  const traps = allTraps();
  const sprung = noneSprung();
  const rows = new Map<string, HistoryRow[]>();
  const registered = new Map<string, AgentRun>();
  const scripts: RunScript[] = [];
  const clients = new Set<Client>();
  const streams = new Set<ServerResponse>();
  const requests: string[] = [];
  const runs: AgixtServer['runs'] = [];

  const historyHold = holdable();
  const stopHold = holdable();
  const bodyHold = holdable();
  const listHold = holdable();

  const history = (id: string): HistoryRow[] => {
    const known = rows.get(id) ?? [];
    rows.set(id, known);
    return known;
  };
  const held: Record<'rows' | 'notices', (() => void)[] | null> = { rows: null, notices: null };
  const tell = (conversationId: string | null, message: unknown): void => {
    const say = (): void => {
      for (const client of clients) {
        if (client.conversationId === conversationId) client.socket.send(JSON.stringify(message));
      }
    };
    const waiting = held[conversationId === null ? 'notices' : 'rows'];
    if (waiting === null) say();
    else waiting.push(say);
  };

  function addRow(conversationId: string, role: string, message: string, lateMs = 0): HistoryRow {
    const row = { id: randomUUID(), role, message, timestamp: naive(new Date()) };
    history(conversationId).push(row);
    // The conversation's socket polls the database; the notifications are pushed.
    const push = (): void => {
      tell(conversationId, { type: 'message_added', data: row, conversation_id: conversationId });
    };
    if (lateMs > 0) setTimeout(push, lateMs);
    else push();
    return row;
  }

  function naive(date: Date): string {
    const iso = date.toISOString();
    if (!traps[3]) return iso;
    return iso.replace('Z', '');
  }

  function begin(
    conversationId: string,
    script: RunScript,
    agentName: string,
    onWord: (word: string) => void,
    onEnd: () => void,
  ): AgentRun {
    const started = { conversation_id: conversationId, agent_name: agentName };
    let activityId = '';
    const run = startRun(
      script,
      { userId: USER, agentName },
      {
        activity(text) {
          activityId = addRow(conversationId, agentName, `[ACTIVITY] ${text}`).id;
        },
        thought(text) {
          addRow(conversationId, agentName, `[SUBACTIVITY][${activityId}][THOUGHT] ${text}`);
        },
        word: onWord,
        end(text) {
          if (!run.cancelled || !traps[8]) addRow(conversationId, agentName, text);
          else sprung[8] += 1;
          // Unregisters whatever is registered now, also when that is a later run.
          const now = registered.get(conversationId);
          if (now !== undefined && now !== run && traps[7]) sprung[7] += 1;
          if (now === run || traps[7]) registered.delete(conversationId);
          tell(null, {
            type: 'agent_working_ended',
            data: {
              ...started,
              started_at: naive(run.startedAt),
              timestamp: naive(new Date()),
            },
          });
          onEnd();
        },
      },
    );
    runs.push({ conversationId, run });
    registered.set(conversationId, run);
    tell(null, {
      type: 'agent_working_started',
      data: { ...started, started_at: naive(run.startedAt), timestamp: naive(new Date()) },
    });
    return run;
  }

  /** What the registry can stop: a run of this worker, waited for at most two seconds. */
  async function stopOne(conversationId: string): Promise<boolean> {
    const run = registered.get(conversationId);
    if (run === undefined) return false;
    if (run.onOtherWorker && traps[2]) {
      sprung[2] += 1;
      return false;
    }
    run.cancel();
    await run.ended;
    registered.delete(conversationId);
    return true;
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const url = new URL(req.url ?? '/', 'http://agixt');
    requests.push(`${req.method} ${url.pathname}`);
    if (req.method === 'OPTIONS') return res.writeHead(204, CORS).end();
    if (api.failWith !== null) {
      sendJson(res, api.failWith, { detail: 'Internal error' });
      return;
    }
    if (req.headers.authorization !== `Bearer ${token}`) {
      sendJson(res, 401, { detail: 'Invalid API Key' });
      return;
    }
    const path = url.pathname.replace(/^\/v1/, '');
    if (path === '/chat/completions') return complete(req, res);
    if (path === '/conversations/active') {
      const listed = active();
      await listHold.pass('after it was read');
      sendJson(res, 200, listed);
      return;
    }
    if (path === '/conversations/stop') return stopAll(res);
    if (path === '/conversations') {
      sendJson(res, 200, conversationList());
      return;
    }
    const [, first, encoded, action] = path.split('/');
    if (first !== 'conversation' || encoded === undefined) {
      sendJson(res, 404, { detail: 'Not Found' });
      return;
    }
    const id = decodeURIComponent(encoded);
    if (action === undefined) {
      await historyHold.pass('before it is read');
      const stored = [...history(id)];
      await historyHold.pass('after it was read');
      sendJson(res, 200, { conversation_history: stored });
      return;
    }
    if (action !== 'stop') {
      sendJson(res, 404, { detail: 'Not Found' });
      return;
    }
    return stop(res, id);
  }

  async function stop(res: ServerResponse, id: string): Promise<void> {
    await stopHold.pass('before it is read');
    const message = !rows.has(id)
      ? `Conversation ${id} not found or access denied.`
      : (await stopOne(id))
        ? `Successfully stopped conversation ${id}.`
        : `Conversation ${id} was not active or could not be stopped.`;
    const stopped = message.startsWith('Successfully');
    if (stopped) {
      if (traps[5]) sprung[5] += 1;
      addRow(id, 'SYSTEM', STOP_ROW, traps[5] ? POLL_MS : 0);
    } else if (traps[1]) {
      sprung[1] += 1;
    }
    sendJson(res, stopped || traps[1] ? 200 : 409, { message });
  }

  async function stopAll(res: ServerResponse): Promise<void> {
    let count = 0;
    for (const id of [...registered.keys()]) if (await stopOne(id)) count += 1;
    sendJson(res, 200, { message: `Stopped ${count} active conversation(s).` });
  }

  function active(): unknown {
    const entries = [...registered].map(([id, run]) => {
      if (traps[3]) sprung[3] += 1;
      const { userId, agentName, startedAt } = run;
      const entry = { conversation_id: id, user_id: userId, agent_name: agentName };
      return [id, { ...entry, started_at: naive(startedAt) }];
    });
    return { active_conversations: Object.fromEntries(entries) as unknown };
  }

  const conversationList = (): unknown => ({
    conversations: [...rows.keys()],
    conversations_with_ids: Object.fromEntries([...rows.keys()].map((id) => [id, id])),
  });

  async function complete(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readJson(req);
    const id = typeof body.user === 'string' ? body.user : '-';
    const agentName = typeof body.model === 'string' ? body.model : 'Assistant';
    const messages = body.messages as { content: string }[]; // what the API asks for
    addRow(id, 'USER', messages.at(-1)?.content ?? '');
    res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...CORS });
    res.flushHeaders();
    streams.add(res);
    const send = (delta: object, finish: string | null): void => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      res.write(
        `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', model: agentName, choices })}\n\n`,
      );
    };
    const script = scripts.shift() ?? { words: 200, intervalMs: 20 };
    const run: AgentRun = begin(
      id,
      script,
      agentName,
      (word) => send({ content: word }, null),
      () => {
        if (res.destroyed) return;
        if (run.cancelled && traps[4]) sprung[4] += 1;
        else {
          send({}, 'stop');
          res.write('data: [DONE]\n\n');
        }
        void bodyHold.pass('after it was read').then(() => res.end());
      },
    );
    res.on('close', () => {
      streams.delete(res);
      if (res.writableEnded) return;
      if (!traps[6]) return run.cancel();
      // The run goes on in the background, and nothing lists it any more.
      sprung[6] += 1;
      if (registered.get(id) === run) registered.delete(id);
    });
  }

  const http = await listen((req, res) => void answer(req, res));
  const sockets = new WebSocketServer({ server: http.server });
  sockets.on('connection', (socket, req) => {
    const url = new URL(req.url ?? '/', 'http://agixt');
    if (url.searchParams.get('authorization') !== token) {
      socket.send(JSON.stringify({ type: 'error', message: 'Invalid API Key' }));
      return socket.close(1008);
    }
    const id = /^\/v1\/conversation\/([^/]+)\/stream$/.exec(url.pathname)?.[1];
    const client: Client = {
      socket,
      conversationId: id === undefined ? null : decodeURIComponent(id),
    };
    clients.add(client);
    socket.on('close', () => clients.delete(client));
    socket.on('message', () => socket.send(JSON.stringify({ type: 'pong' })));
    const hello = (message: unknown): void => socket.send(JSON.stringify(message));
    if (client.conversationId === null) {
      hello({ type: 'connected', user_id: USER, conversations: [...rows.keys()] });
      return;
    }
    const conversation_id = client.conversationId;
    hello({ type: 'initial_data', data: history(conversation_id), conversation_id });
    hello({ type: 'connected', conversation_id, conversation_name: conversation_id });
  });

  const api: AgixtServer = {
    baseUrl: `http://127.0.0.1:${http.port}`,
    traps,
    sprung,
    requests,
    token,
    nextRun: (script) => scripts.push(script),
    startInBackground(conversationId, script) {
      history(conversationId);
      return begin(
        conversationId,
        script,
        'Assistant',
        () => undefined,
        () => undefined,
      );
    },
    runs,
    history,
    cutSockets() {
      for (const socket of sockets.clients) socket.terminate();
    },
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    holdHistory: historyHold.hold,
    holdList: () => listHold.hold('after it was read'),
    holdBodies: () => bodyHold.hold('after it was read'),
    holdSockets(which) {
      const waiting: (() => void)[] = [];
      held[which] = waiting;
      return (count) => {
        if (count === undefined) held[which] = null;
        for (const say of waiting.splice(0, count ?? waiting.length)) say();
      };
    },
    holdStops: () => stopHold.hold('before it is read'),
    failWith: null,
    async close() {
      for (const { run } of runs) run.cancel();
      for (const socket of sockets.clients) socket.terminate();
      http.server.closeAllConnections();
      await new Promise((resolve) => http.server.close(resolve));
    },
  };
  return api;
}
