import type { AddressInfo } from 'node:net';
import express from 'express';
import { Redis } from 'ioredis';
import { openai } from 'stopkit/formats';
import { redisBus } from 'stopkit/redis';
import { createRuns } from 'stopkit/server';

const { NODE = '', REDIS = '', MODEL = 'llama3.2', MODEL_KEY = 'none' } = process.env;
// Anything that speaks Chat Completions; this is Ollama's address.
const { MODEL_URL = 'http://localhost:11434/v1/chat/completions' } = process.env;

interface Ask {
  runId: string;
  messages: { role: string; text: string }[];
}

const askModel = (messages: Ask['messages'], signal: AbortSignal) =>
  fetch(MODEL_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${MODEL_KEY}` },
    body: JSON.stringify({
      model: MODEL,
      stream: true,
      messages: messages.map(({ role, text }) => ({ role, content: text })),
    }),
    signal,
  });

const runs = createRuns({
  bus: redisBus(new Redis(REDIS)),
  // Your session goes here: who asks, or null for somebody who may not.
  authorize: () => ({ userId: 'me' }),
  // A reader who leaves ends nothing here, so that only the stop can, on whichever node it arrives.
  onDisconnect: 'continue',
  onSettled: ({ id, outcome }) => console.log(`node ${NODE}: ${id} is ${outcome}`),
  // Why a model failed, and that something could not be kept, is said nowhere else.
  logger: { info: () => undefined, warn: (fields, message) => console.warn(message, fields) },
});

const app = express();
app.use(express.json({ limit: '4mb' })); // the whole chat is posted
app.use('/api', (req, res, next) => {
  console.log(`node ${NODE}: ${req.method} /api${req.path}`);
  res.setHeader('x-node', NODE);
  next();
});
app.post('/api/chat', (req, res) => {
  const { runId, messages } = req.body as Ask;
  return runs.stream(req, res, {
    runId,
    // The same user as in authorize: nobody else can stop this run.
    userId: 'me',
    format: openai(),
    upstream: ({ signal }) => askModel(messages, signal),
  });
});
app.use('/api', runs.routes());
app.use(express.static('dist'));
const server = app.listen(0, '127.0.0.1', () => {
  // A TCP server has an address object.
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
