import express from 'express';
import { proxyGeneration } from 'stopkit/server';

const { PORT = '3000', MODEL = 'llama3.2', MODEL_KEY = 'none' } = process.env;
// Anything that speaks Chat Completions; this is Ollama's address.
const { MODEL_URL = 'http://localhost:11434/v1/chat/completions' } = process.env;

interface Ask {
  runId: string;
  messages: { role: string; text: string }[];
}

const app = express();
app.use(express.json({ limit: '4mb' })); // the whole chat is posted
app.post('/api/chat', (req, res) => {
  const { runId, messages } = req.body as Ask;
  return proxyGeneration(
    req,
    res,
    ({ signal }) =>
      fetch(MODEL_URL, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${MODEL_KEY}` },
        body: JSON.stringify({
          model: MODEL,
          stream: true,
          messages: messages.map(({ role, text }) => ({ role, content: text })),
        }),
        signal,
      }),
    {
      runId,
      onSettled({ error }) {
        if (error !== undefined) console.error(error);
      },
    },
  );
});
app.use(express.static('dist'));
app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`http://127.0.0.1:${PORT}`);
});
