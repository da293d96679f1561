// The demo's server: one Express app with the kit's runs, a history in SQLite, and faults to play with.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { Redis } from 'ioredis';
import { isRunId, toMessages } from 'stopkit/core';
import { openai, stopkitStream } from 'stopkit/formats';
import { redisBus } from 'stopkit/redis';
import { createRuns } from 'stopkit/server';
import { type Faults, NO_FAULTS } from './Faults.js';
import { answerTurn } from './server/answerTurn.js';
import { askModel } from './server/askModel.js';
import { openStore } from './server/openStore.js';
import { longAnswer, passOnNaively } from './server/passOnNaively.js';
import { sayWhere } from './server/sayWhere.js';
import { stopRoute } from './server/stopRoute.js';
import { storedSnapshot } from './server/storedMessages.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const page = process.env.DEMO_PAGE ?? here('./dist');
const data = process.env.DEMO_DATA ?? here('./.data');
const node = process.env.NODE_NAME ?? 'A';
const userId = 'visitor';
mkdirSync(data, { recursive: true });

const model = askModel(process.env);
const store = openStore(`${data}/history.db`, node);
const faults: Faults = { ...NO_FAULTS };
// One process needs no Redis; more than one agree through it.
const redis =
  process.env.DEMO_REDIS_URL === undefined ? null : new Redis(process.env.DEMO_REDIS_URL);

const runs = createRuns({
  ...(redis === null ? {} : { bus: redisBus(redis) }),
  // The demo has one visitor. An app reads its session here, and answers null to strangers.
  authorize: ({ conversationId }) => ({
    userId,
    ...(conversationId === undefined ? {} : { conversationId }),
  }),
  // Read anew for every run, so that the visitor can change it.
  get onDisconnect() {
    return faults.whenClosed;
  },
  whenBusy: 'replace',
  limits: { checkpointMs: 250 },
  onCheckpoint: (run) => store.checkpoint(run),
  onSettled: (run) => store.settle(run),
  onStop: (stop) => store.audit(stop),
  onLost: (run) => store.lose(run.id),
});

const app = express();
app.use(express.json({ limit: '1mb' }));

app.post('/api/chat', (req, res) => {
  const { runId, conversationId, prompt, goesOn } = req.body as Record<string, unknown>;
  if (!isRunId(runId) || typeof conversationId !== 'string' || typeof prompt !== 'string') {
    res.status(400).json({ error: 'A message has `runId`, `conversationId` and `prompt`.' });
    return;
  }
  if (goesOn === true) store.goOn(runId, conversationId);
  else store.begin(runId, conversationId, prompt);
  const messages = toMessages(
    store
      .turns(conversationId)
      .flatMap((turn) => [
        { role: 'user' as const, text: turn.question },
        ...(turn.parts.length === 0 ? [] : [storedSnapshot(turn)]),
      ]),
  );
  const turn = { runId, messages, faults: { ...faults } };
  void runs.stream(req, res, {
    runId,
    conversationId,
    userId,
    agent: model.name,
    format: stopkitStream(),
    upstream: ({ signal }) => answerTurn(model, turn, signal),
  });
});

app.post(
  ['/api/stop', '/api/conversations/:id/stop'],
  stopRoute({ runs, model, store, faults, node }),
);
app.get('/api/conversations', (_req, res) => {
  res.json({ conversations: store.conversations() });
});
app.get('/api/conversations/:id/history', (req, res) => {
  res.json({ turns: store.turns(req.params.id) });
});
app.get('/api/demo', (_req, res) => {
  res.json({ model: model.name, isBuiltIn: model.isBuiltIn, node, faults });
});
app.put('/api/demo', (req, res) => {
  Object.assign(faults, req.body as Partial<Faults>);
  res.json({ faults });
});
app.get('/api/model/:id', (req, res) => {
  void model
    .count(req.params.id)
    .catch(() => null)
    .then((count) => res.json(count));
});
app.get('/api/stops', (_req, res) => {
  res.json({ runs: store.runsAndStops() });
});
app.post('/api/naive', passOnNaively(model));
app.post('/api/compare', (req, res) => {
  const { runId } = req.body as { runId: string };
  const upstream = ({ signal }: { signal: AbortSignal }) => longAnswer(model, runId, signal);
  void runs.stream(req, res, { runId, userId, format: openai(), upstream });
});
app.use('/api', runs.routes());

app.use('/storybook', express.static(here('../storybook-static')));
app.use(express.static(page));
app.get(['/compare', '/stops'], (_req, res) => {
  res.sendFile(join(page, 'index.html'));
});

sayWhere('demo', app.listen(Number(process.env.PORT ?? 0), '127.0.0.1'));

process.once('SIGTERM', () => {
  void runs.close().then(() => {
    store.close();
    redis?.disconnect();
    process.exit(0);
  });
});
