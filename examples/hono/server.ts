import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { openai } from 'stopkit/formats';
import { createRuns } from 'stopkit/server';

const { PORT = '3000', MODEL = 'llama3.2', MODEL_KEY = 'none' } = process.env;
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
  // Your session goes here: who asks, or null for somebody who may not.
  authorize: () => ({ userId: 'me' }),
  // Why a model failed, and that something could not be kept, is said nowhere else.
  logger: { info: () => undefined, warn: (fields, message) => console.warn(message, fields) },
});

const app = new Hono();
app.post('/api/chat', async (c) => {
  const { runId, messages } = await c.req.json<Ask>();
  return runs.response(c.req.raw, {
    runId,
    // The same user as in authorize: nobody else can stop this run.
    userId: 'me',
    format: openai(),
    upstream: ({ signal }) => askModel(messages, signal),
  });
});
app.all('/api/*', (c) => runs.fetch(c.req.raw));
app.use(serveStatic({ root: 'dist' }));
serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, () =>
  console.log(`http://127.0.0.1:${PORT}`),
);
// What still runs is ended before the server goes.
process.once('SIGTERM', () => void runs.close().then(() => process.exit()));
