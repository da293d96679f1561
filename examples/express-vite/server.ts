import express from 'express';
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
  // The place to store an answer, stopped ones too.
  onSettled: ({ outcome, text }) => console.log(`${outcome}: ${text.length} characters`),
  // Why a model failed, and that something could not be kept, is said nowhere else.
  logger: { info: () => undefined, warn: (fields, message) => console.warn(message, fields) },
});

const app = express();
app.use(express.json({ limit: '4mb' })); // the whole chat is posted
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
app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`http://127.0.0.1:${PORT}`);
});
// What is still being written is kept before the server goes.
process.once('SIGTERM', () => void runs.close().then(() => process.exit()));
