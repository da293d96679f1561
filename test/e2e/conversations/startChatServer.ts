import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Message, storedSnapshot, type StopRecord } from 'stopkit/core';
import {
  encodeStopkitStream,
  openai,
  plainText,
  STOPKIT_STREAM_TYPE,
  stopkitStream,
} from 'stopkit/formats';
import { createRuns, type RunSettled } from 'stopkit/server';

/** A chat app over the registry of runs, whose model says what the test tells it to. */
export interface ChatServer {
  url: string;
  /** Makes the model say something in the newest answer of a conversation. */
  say(conversationId: string, text: string): void;
  end(conversationId: string): void;
  /** How many connections the model has open. */
  open(): number;
  isRunning(conversationId: string): boolean;
  /** How many streams of events pages hold open. */
  streams(): number;
  close(): Promise<void>;
}

interface Model {
  say(text: string): void;
  end(): void;
}

/** What the model may speak. */
const WIRES = {
  stopkit: {
    format: stopkitStream(),
    type: STOPKIT_STREAM_TYPE,
    text: (delta: string) => encodeStopkitStream({ type: 'text', delta }),
    end: encodeStopkitStream({ type: 'done', reason: 'stop' }),
  },
  openai: {
    format: openai(),
    type: 'text/event-stream',
    text: (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
    end: 'data: [DONE]\n\n',
  },
  plain: { format: plainText(), type: 'text/plain', text: (delta: string) => delta, end: '' },
};

/** Where messages live, so that a server that was killed finds them again; where pages come from; who may come. */
export interface ChatServerOptions {
  /** @default 'stopkit' */
  wire?: keyof typeof WIRES;
  file?: string;
  folder?: string;
  port?: number;
  token?: string;
}

/** Starts the app on a free port, or on one that was had before. */
export async function startChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const { file, folder, token, wire = 'stopkit' } = options;
  const { format, type, text: toText, end: atEnd } = WIRES[wire];
  const stored: Record<string, Message[]> =
    file !== undefined && existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Message[]>)
      : {};
  const models = new Map<string, Model>();
  let open = 0;
  let streams = 0;

  const keep = (conversationId: string, message: Message): void => {
    const messages = (stored[conversationId] ?? []).filter(({ id }) => id !== message.id);
    stored[conversationId] = [...messages, message];
    if (file !== undefined) writeFileSync(file, JSON.stringify(stored));
  };

  const runs = createRuns({
    authorize({ request, conversationId }) {
      const isStranger =
        token !== undefined && request.headers.get('authorization') !== `Bearer ${token}`;
      if (isStranger) return null;
      return { userId: 'ada', ...(conversationId === undefined ? {} : { conversationId }) };
    },
    onDisconnect: 'continue',
    onSettled(run) {
      if (run.conversationId !== null) keep(run.conversationId, toMessage(run));
    },
  });
  const routes = runs.routes();

  function upstream(conversationId: string, signal: AbortSignal): Response {
    const encoder = new TextEncoder();
    open += 1;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (said: string): void => controller.enqueue(encoder.encode(said));
        models.set(conversationId, {
          say: (text) => send(toText(text)),
          end() {
            send(atEnd);
            controller.close();
            models.delete(conversationId);
            open -= 1;
          },
        });
        signal.addEventListener('abort', () => {
          models.delete(conversationId);
          open -= 1;
          controller.error(signal.reason);
        });
      },
    });
    return new Response(body, { headers: { 'content-type': type } });
  }

  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://chat');
    const answer = (body: unknown): void => {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    const history = /^\/api\/conversations\/([^/]+)\/messages$/.exec(pathname)?.[1];
    if (pathname === '/model') {
      const model = models.get(searchParams.get('of') ?? '');
      const text = searchParams.get('text');
      if (text === null) model?.end();
      else model?.say(text);
      answer({ open });
    } else if (history !== undefined) {
      answer(stored[decodeURIComponent(history)] ?? []);
    } else if (pathname === '/api/chat') {
      void readJson(req).then(({ prompt, runId, conversationId }) => {
        keep(conversationId, {
          id: `${runId}-question`,
          role: 'user',
          snapshot: storedSnapshot(prompt),
        });
        return runs.stream(req, res, {
          runId,
          conversationId,
          userId: 'ada',
          agent: 'Writer',
          format,
          upstream: ({ signal }) => upstream(conversationId, signal),
        });
      });
    } else if (pathname.startsWith('/api/')) {
      if (pathname.endsWith('/events')) {
        streams += 1;
        res.on('close', () => {
          streams -= 1;
        });
      }
      void routes(req, res);
    } else if (folder !== undefined) {
      const path = join(folder, pathname === '/' ? 'index.html' : pathname);
      if (!existsSync(path)) {
        res.writeHead(404).end();
        return;
      }
      res.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(readFileSync(path));
    }
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  // A TCP server that listens has an address of this kind.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    say: (id, text) => models.get(id)?.say(text),
    end: (id) => models.get(id)?.end(),
    open: () => open,
    isRunning: (id) => models.has(id),
    streams: () => streams,
    async close() {
      await runs.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

function toMessage(run: RunSettled): Message {
  const snapshot = { ...storedSnapshot(run.text), runId: run.id, messageId: run.id };
  if (run.outcome === 'complete') return { id: run.id, role: 'assistant', snapshot };
  const stopRecord: StopRecord = {
    runId: run.id,
    reason: run.reason ?? 'server',
    by: run.by ?? 'remote',
    at: Date.now(),
    seenChars: run.seenChars ?? run.text.length,
    frozenMs: 0,
    answeredMs: null,
    confirmation: 'confirmed',
    persisted: 'backend',
  };
  return {
    id: run.id,
    role: 'assistant',
    snapshot: { ...snapshot, status: 'stopped', stopRecord },
  };
}

async function readJson(
  req: IncomingMessage,
): Promise<{ prompt: string; runId: string; conversationId: string }> {
  let text = '';
  for await (const bytes of req) text += String(bytes);
  // The page is our own.
  return JSON.parse(text) as { prompt: string; runId: string; conversationId: string };
}
