import express from 'express';
import OpenAI from 'openai';
import { proxyGeneration } from 'stopkit/server';

const { PORT = '3000', MODEL = 'gpt-4.1-mini' } = process.env;
// It reads OPENAI_API_KEY and OPENAI_BASE_URL by itself.
const openai = new OpenAI();

interface Ask {
  runId: string;
  messages: { role: 'user' | 'assistant'; text: string }[];
}

const app = express();
app.use(express.json({ limit: '4mb' })); // the whole chat is posted
app.post('/api/chat', (req, res) => {
  const { runId, messages } = req.body as Ask;
  return proxyGeneration(
    req,
    res,
    ({ signal }) =>
      openai.chat.completions
        .create(
          {
            model: MODEL,
            stream: true,
            messages: messages.map(({ role, text }) => ({ role, content: text })),
          },
          { signal },
        )
        .asResponse(),
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
