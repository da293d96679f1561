import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRunId, type StopAnswer } from 'stopkit/core';
import {
  createRuns,
  type RunDescription,
  type Runs,
  type RunSettled,
  type RunsOptions,
  type StopAudit,
  type StopResult,
} from 'stopkit/server';

/** A model in the same process that makes a word per interval until it is let go of. */
export interface ScriptedModel {
  /** How many calls were made. */
  calls: number;
  /** How many words were made in all. */
  words: number;
  /** How many calls make words right now. */
  open: number;
}

/** An app with the registry behind a real HTTP server. */
export interface App {
  url: string;
  runs: Runs;
  model: ScriptedModel;
  settled: RunSettled[];
  audits: StopAudit[];
  /** Sends a prompt and gives the response as soon as its head is there. */
  send(run: SentRun): Promise<Response>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  stop(runId: string, more?: object, user?: string): Promise<StopResult & StopAnswer>;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** What a test sends. */
export interface SentRun {
  runId?: string;
  conversationId?: string;
  user?: string;
  signal?: AbortSignal;
  /** How many words the model makes. @default endless */
  words?: number;
  intervalMs?: number;
  /** How long the app thinks before it makes the run. */
  preflightMs?: number;
  text?: string;
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Starts an app on a free port; its users are whoever `x-user` says. */
export async function startApp(
  options: Partial<RunsOptions> & { describe?: (sent: SentRun) => Partial<RunDescription> } = {},
): Promise<App> {
  const model: ScriptedModel = { calls: 0, words: 0, open: 0 };
  const settled: RunSettled[] = [];
  const audits: StopAudit[] = [];
  const runs = createRuns({
    authorize({ request }) {
      const userId = request.headers.get('x-user');
      return userId === null ? null : { userId };
    },
    onStop: (stop) => audits.push(stop),
    ...options,
    onSettled: async (run) => {
      settled.push(run);
      await options.onSettled?.(run);
    },
  });
  const routes = runs.routes();
  // Node closes the connection of a response that nobody holds, whenever it collects garbage.
  const held: Response[] = [];

  const server = createServer((req, res) => {
    if (req.url !== '/chat') {
      void routes(req, res);
      return;
    }
    void readJson(req).then(async (sent) => {
      const arrivedEpoch = await runs.epoch(sent.user ?? 'ada');
      await wait(sent.preflightMs ?? 0);
      await runs.stream(req, res, {
        ...(sent.runId === undefined ? {} : { runId: sent.runId }),
        ...(sent.conversationId === undefined ? {} : { conversationId: sent.conversationId }),
        userId: sent.user ?? 'ada',
        arrivedEpoch,
        upstream: ({ signal }) => say(model, sent, signal),
        ...options.describe?.(sent),
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const post: App['post'] = (path, body, headers) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-user': 'ada', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  return {
    url,
    runs,
    model,
    settled,
    audits,
    async send({ signal, ...sent }) {
      const response = await fetch(`${url}/chat`, {
        method: 'POST',
        body: JSON.stringify({ runId: createRunId(), ...sent }),
        ...(signal === undefined ? {} : { signal }),
      });
      held.push(response);
      return response;
    },
    post,
    get: (path, headers) => fetch(`${url}${path}`, { headers: { 'x-user': 'ada', ...headers } }),
    async stop(runId, more = {}, user = 'ada') {
      const response = await post('/stop', { runId, ...more }, { 'x-user': user });
      return (await response.json()) as StopResult & StopAnswer;
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    async close() {
      await runs.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Words one after another, until the signal says otherwise. */
export async function* say(
  model: ScriptedModel,
  sent: SentRun,
  signal: AbortSignal,
): AsyncGenerator<string> {
  model.calls += 1;
  model.open += 1;
  try {
    if (sent.text !== undefined) {
      for (const piece of sent.text.split(/(?<=\n)/)) yield piece;
      return;
    }
    for (let word = 0; word < (sent.words ?? Infinity) && !signal.aborted; word += 1) {
      model.words += 1;
      yield `word${word} `;
      await wait(sent.intervalMs ?? 5);
    }
  } finally {
    model.open -= 1;
  }
}

async function readJson(req: AsyncIterable<Buffer>): Promise<SentRun> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as SentRun;
}
