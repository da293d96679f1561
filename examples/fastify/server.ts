import fastifyStatic from '@fastify/static';
import fastify from 'fastify';
import { openai } from 'stopkit/formats';
import { createRuns, fastifyHandler, fastifyPlugin } from 'stopkit/server';

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

const app = fastify({ bodyLimit: 4_194_304 }); // the whole chat is posted
app.post<{ Body: Ask }>('/api/chat', (request, reply) => {
  const { runId, messages } = request.body;
  const answer = fastifyHandler((req, res) =>
    runs.stream(req, res, {
      runId,
      // The same user as in authorize: nobody else can stop this run.
      userId: 'me',
      format: openai(),
      upstream: ({ signal }) => askModel(messages, signal),
    }),
  );
  return answer(request, reply);
});
await app.register(fastifyPlugin(runs.routes()), { prefix: '/api' });
await app.register(fastifyStatic, { root: `${import.meta.dirname}/dist` });
console.log(await app.listen({ port: Number(PORT), host: '127.0.0.1' }));
// What still runs is ended before the server goes.
process.once('SIGTERM', () => void runs.close().then(() => process.exit()));
