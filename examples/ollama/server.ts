import express from 'express';
import { proxyGeneration } from 'stopkit/server';

const { PORT = '3000', MODEL = 'llama3.2' } = process.env;
const { OLLAMA_HOST = '127.0.0.1:11434' } = process.env;
// As Ollama itself reads it: with a scheme or without.
const OLLAMA = OLLAMA_HOST.includes('://') ? OLLAMA_HOST : `http://${OLLAMA_HOST}`;

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
      fetch(`${OLLAMA}/api/chat`, {
        method: 'POST',
        body: JSON.stringify({
          model: MODEL,
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
