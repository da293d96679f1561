// An app with a chat of the AI SDK, in a process of its own: once as its documents have it, once with stopkit.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UIMessage } from 'ai';
import { Redis } from 'ioredis';
import { createResumableStreamContext } from 'resumable-stream/ioredis';
import { chatRun, withAnswer } from 'stopkit/ai-sdk/server';
import { redisBus } from 'stopkit/redis';
import { createRuns, memoryBus, type RunSettled } from 'stopkit/server';
import { listen, readJson, sendJson } from '../listen.js';
import { hostileStream } from './hostileStream.js';
import { type AiMajor, loadAi } from './loadAi.js';
import { answerWithTool } from './toolModel.js';

interface ChatBody {
  id: string;
  messages: UIMessage[];
  runId?: string;
}

const model = process.env['TEST_MODEL'] ?? '';
const redisUrl = process.env['TEST_REDIS'];
const { ai, createProvider } = await loadAi(Number(process.env['TEST_AI']) as AiMajor);
const redis = redisUrl === undefined ? null : new Redis(redisUrl);

const PAGE =
  '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/page.js"></script>';

const stored = new Map<string, UIMessage[]>();
const settled: RunSettled[] = [];
const toolSignals: boolean[] = [];
/** How often the answer of a run was stored. */
const saves = new Map<string, number>();

const runs = createRuns({
  authorize: () => ({ userId: 'ada' }),
  onDisconnect: redis === null ? 'stop' : 'continue',
  bus: redis === null ? memoryBus() : redisBus(redis),
  onSettled(run) {
    settled.push(run);
    saves.set(run.id, (saves.get(run.id) ?? 0) + 1);
    const id = run.conversationId ?? '';
    stored.set(id, withAnswer(stored.get(id) ?? [], run));
  },
});
const routes = runs.routes();

const resumable =
  redis === null
    ? null
    : createResumableStreamContext({
        waitUntil: (work) => void work.catch(() => undefined),
        publisher: redis.duplicate(),
        subscriber: redis.duplicate(),
      });
const lastRun = new Map<string, string>();

/** What a person writes is the script of the model: `id=one,interval=20`. */
const scriptOf = (messages: readonly UIMessage[]): string => {
  const asked = messages.findLast(({ role }) => role === 'user');
  const part = asked?.parts.find(({ type }) => type === 'text');
  return part?.type === 'text' ? part.text : '';
};

/** The call to the model, as anybody would write it. */
async function streamText(messages: UIMessage[], abortSignal: AbortSignal) {
  const script = scriptOf(messages);
  const base = script.startsWith('tool') ? `${origin}/model` : `${model}/${script}`;
  const provider = createProvider({ name: 'scripted', baseURL: `${base}/v1`, includeUsage: true });
  return ai.streamText({
    model: provider('scripted'),
    messages: await ai.convertToModelMessages(messages),
    abortSignal,
    tools: {
      wait: ai.tool({
        inputSchema: ai.jsonSchema<object>({ type: 'object', properties: {} }),
        execute: (_, options) =>
          new Promise((_resolve, reject) => {
            options.abortSignal?.addEventListener('abort', () => {
              toolSignals.push(true);
              reject(new Error('Aborted.'));
            });
          }),
      }),
    },
    onError: () => undefined,
  });
}

async function answer(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
  if (path === '/bare/chat') {
    const { messages } = (await readJson(req)) as unknown as ChatBody;
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const result = await streamText(messages, gone.signal);
    void result.pipeUIMessageStreamToResponse(res);
  } else if (path === '/api/chat') {
    const { id, messages, runId } = (await readJson(req)) as unknown as ChatBody;
    stored.set(id, messages);
    await runs.stream(req, res, {
      ...(runId === undefined ? {} : { runId }),
      conversationId: id,
      userId: 'ada',
      ...chatRun({
        messages,
        stream: (run) => streamText(run.messages, run.signal),
        ...(resumable === null
          ? {}
          : {
              copy: (stream) => {
                lastRun.set(id, runId ?? '');
                return resumable.createNewResumableStream(runId ?? '', () => stream);
              },
            }),
      }),
    });
  } else if (path.startsWith('/api/chat/')) {
    const id = decodeURIComponent(path.split('/')[3] ?? '');
    const stream = await resumable?.resumeExistingStream(lastRun.get(id) ?? '');
    if (stream == null) {
      res.writeHead(204).end();
      return;
    }
    res.writeHead(200, ai.UI_MESSAGE_STREAM_HEADERS);
    const reader = stream.getReader();
    res.on('close', () => void reader.cancel().catch(() => undefined));
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      res.write(part.value);
    }
    res.end();
  } else if (path.startsWith('/hostile/')) {
    hostileStream(path.slice('/hostile/'.length), res);
  } else if (path === '/model/v1/chat/completions') {
    await answerWithTool(req, res);
  } else if (path.startsWith('/stored/')) {
    const id = path.slice('/stored/'.length);
    const own = settled.filter(({ conversationId }) => conversationId === id);
    sendJson(res, 200, {
      messages: stored.get(id) ?? [],
      settled: own,
      saves: own.map((run) => saves.get(run.id)),
      toolsAborted: toolSignals.length,
    });
  } else if (path.startsWith('/operator/stop/')) {
    const conversationId = path.slice('/operator/stop/'.length);
    sendJson(res, 200, await runs.stop({ conversationId, reason: 'operator' }));
  } else if (path === '/' || path === '/page.js') {
    const isPage = path === '/';
    res.setHeader('content-type', isPage ? 'text/html; charset=utf-8' : 'text/javascript');
    res.end(isPage ? PAGE : await readFile(process.env['TEST_PAGE'] ?? ''));
  } else {
    await routes(req, res);
  }
}

const { port } = await listen((req, res) => {
  answer(req, res, new URL(req.url ?? '/', 'http://app').pathname).catch(() => res.destroy());
});
const origin = `http://127.0.0.1:${port}`;
console.log(JSON.stringify({ app: port }));
