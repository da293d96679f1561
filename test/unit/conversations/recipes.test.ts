import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Backend } from 'stopkit/core';
import { expect, onTestFinished, test } from 'vitest';
import { listen, readJson, sendJson } from '../../servers/listen.js';
import { driverHere } from './openDriver.js';
import { difyBackend } from './recipes/dify.js';
import { libreChatBackend } from './recipes/libreChat.js';
import { openWebUiBackend } from './recipes/openWebUi.js';

/** An answer that a server is writing, one frame at a time. */
interface Job {
  id: string;
  conversationId: string;
  isStopped: boolean;
  res: ServerResponse | null;
}

interface Shape {
  backend: (baseUrl: string) => Backend;
  /** What a server of this kind does with a request. */
  answer: (path: string, req: IncomingMessage, res: ServerResponse, jobs: Job[]) => Promise<void>;
  frame: (job: Job, text: string) => object;
  end: object | string;
  confirmation: string;
}

const newJob = (conversationId: unknown, res: ServerResponse | null): Job => ({
  id: randomUUID(),
  conversationId: String(conversationId),
  isStopped: false,
  res,
});
const openStream = (res: ServerResponse): void => {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.flushHeaders();
};

function stop(job: Job | undefined, res: ServerResponse, said: object): void {
  if (job === undefined) {
    sendJson(res, 404, { error: 'Not found' });
    return;
  }
  job.isStopped = true;
  job.res?.end();
  sendJson(res, 200, said);
}

const SHAPES: Record<string, Shape> = {
  Dify: {
    backend: (baseUrl) => difyBackend(baseUrl, 'ada'),
    async answer(path, req, res, jobs) {
      const body = await readJson(req);
      expect(body.user).toBe('ada');
      const task = /^\/chat-messages\/([^/]+)\/stop$/.exec(path)?.[1];
      if (task !== undefined) {
        stop(
          jobs.find(({ id }) => id === task),
          res,
          { result: 'success' },
        );
        return;
      }
      openStream(res);
      jobs.push(newJob(body.conversation_id, res));
    },
    frame: ({ id }, answer) => ({ event: 'message', task_id: id, message_id: `m-${id}`, answer }),
    end: { event: 'message_end' },
    confirmation: 'accepted',
  },
  LibreChat: {
    backend: (baseUrl) => libreChatBackend(baseUrl, 'agent-1'),
    async answer(path, req, res, jobs) {
      if (path === '/api/agents/chat/active') {
        const running = jobs.filter(
          ({ isStopped, res: open }) => !isStopped && !open?.writableEnded,
        );
        sendJson(res, 200, { activeJobIds: running.map(({ conversationId }) => conversationId) });
        return;
      }
      const streamed = /^\/api\/agents\/chat\/stream\/(.+)$/.exec(path)?.[1];
      const body = await readJson(req);
      const of = (id: unknown) => jobs.findLast(({ conversationId }) => conversationId === id);
      if (path === '/api/agents/chat/abort') {
        stop(of(body.conversationId), res, { success: true, aborted: body.conversationId });
      } else if (streamed === undefined) {
        jobs.push(newJob(body.conversationId, null));
        sendJson(res, 200, { streamId: body.conversationId, status: 'started' });
      } else {
        openStream(res);
        const job = of(streamed);
        if (job !== undefined) job.res = res;
      }
    },
    frame: (_, text) => ({
      event: 'on_message_delta',
      data: { id: 's1', delta: { content: [{ type: 'text', text }] } },
    }),
    end: { final: true },
    confirmation: 'confirmed',
  },
  'Open WebUI': {
    backend: (baseUrl) => openWebUiBackend(baseUrl, 'llama', 'key'),
    async answer(path, req, res, jobs) {
      expect(req.headers.authorization).toBe('Bearer key');
      const chat = /^\/api\/tasks\/chat\/(.+)$/.exec(path)?.[1];
      const task = /^\/api\/tasks\/stop\/(.+)$/.exec(path)?.[1];
      if (chat !== undefined) {
        const mine = jobs.filter((job) => job.conversationId === chat && !job.isStopped);
        sendJson(res, 200, { task_ids: mine.map(({ id }) => id) });
      } else if (task !== undefined) {
        stop(
          jobs.find(({ id }) => id === task),
          res,
          { status: true, message: 'Task successfully stopped.' },
        );
      } else {
        const body = await readJson(req);
        openStream(res);
        jobs.push(newJob(body.chat_id, res));
      }
    },
    frame: (_, content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    end: '[DONE]',
    confirmation: 'confirmed',
  },
};

async function begin({ backend, answer, frame, end }: Shape) {
  const jobs: Job[] = [];
  const { server, port } = await listen((req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://chat');
    void answer(pathname, req, res, jobs);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const page = await driverHere(backend(`http://127.0.0.1:${port}`), 400);
  onTestFinished(page.close);
  await page.connect();
  await page.watch();
  const write = (what: object | string): void => {
    const data = typeof what === 'string' ? what : JSON.stringify(what);
    jobs.at(-1)?.res?.write(`data: ${data}\n\n`);
  };
  return {
    jobs,
    page,
    async start() {
      const before = jobs.length;
      await page.send('Hi');
      await expect.poll(() => jobs.length > before && jobs.at(-1)?.res !== null).toBe(true);
    },
    say(text: string) {
      const job = jobs.at(-1);
      if (job !== undefined) write(frame(job, text));
    },
    end: () => write(end),
  };
}

test.each(Object.keys(SHAPES))('an answer of %s streams and ends', async (name) => {
  const shape = SHAPES[name];
  if (shape === undefined) return;
  const { page, start, say, end } = await begin(shape);
  await start();
  say('Hello ');
  say('world');
  await expect.poll(page.text).toBe('Hello world');
  end();
  await expect.poll(page.answer).toMatchObject({ status: 'complete', text: 'Hello world' });
});

test.each(Object.keys(SHAPES))(
  'a stop reaches %s, keeps the text, and the next answer comes',
  async (name) => {
    const shape = SHAPES[name];
    if (shape === undefined) return;
    const { page, start, say, end, jobs } = await begin(shape);
    await start();
    say('Hello');
    await expect.poll(page.text).toBe('Hello');
    expect(await page.stop()).toMatchObject({ confirmation: shape.confirmation });
    expect(jobs[0]?.isStopped).toBe(true);
    await expect.poll(page.answer).toMatchObject({ status: 'stopped', text: 'Hello' });
    await start();
    say('Again');
    await expect.poll(page.text).toBe('Again');
    end();
    await expect.poll(page.answer).toMatchObject({ status: 'complete' });
  },
);

test('an agent of Dify is heard as well, and so is what went wrong', async () => {
  const { Dify: shape } = SHAPES;
  if (shape === undefined) return;
  const { page, start, say, end } = await begin({
    ...shape,
    frame: (job, answer) => ({ ...shape.frame(job, answer), event: 'agent_message' }),
    end: { event: 'error', code: 'provider_quota_exceeded', message: 'The quota is used up.' },
  });
  await start();
  say('Hello');
  await expect.poll(page.text).toBe('Hello');
  end();
  await expect.poll(page.answer).toMatchObject({
    status: 'error',
    text: 'Hello',
    error: { code: 'provider', message: 'The quota is used up.' },
  });
});

test('the recipes of the page are the ones that are tested', () => {
  const page = readFileSync('docs/http.md', 'utf8');
  for (const name of ['readServerSentEvents', 'dify', 'libreChat', 'openWebUi']) {
    const code = readFileSync(`test/unit/conversations/recipes/${name}.ts`, 'utf8');
    expect(page.includes(`\`\`\`ts\n${code}\`\`\``)).toBe(true);
  }
});
