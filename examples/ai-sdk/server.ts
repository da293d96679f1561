import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import express from 'express';
import { chatRun, withAnswer } from 'stopkit/ai-sdk/server';
import { createRuns } from 'stopkit/server';

const { PORT = '3000', MODEL = 'llama3.2', OPENAI_API_KEY = 'none' } = process.env;
// Any provider of the SDK; this one is Ollama's address.
const { OPENAI_BASE_URL = 'http://localhost:11434/v1' } = process.env;
const provider = createOpenAICompatible({
  name: 'model',
  baseURL: OPENAI_BASE_URL,
  apiKey: OPENAI_API_KEY,
});

interface Ask {
  id: string;
  runId: string;
  messages: UIMessage[];
}

// Your database goes here.
const chats = new Map<string, UIMessage[]>();

const runs = createRuns({
  // Your session goes here: who asks, or null for somebody who may not.
  authorize: () => ({ userId: 'me' }),
  // A stopped answer is stored too, marked as stopped.
  onSettled(run) {
    const id = run.conversationId ?? '';
    chats.set(id, withAnswer(chats.get(id) ?? [], run));
  },
});

const app = express();
app.use(express.json());
app.post('/api/chat', (req, res) => {
  const { id, runId, messages } = req.body as Ask;
  chats.set(id, messages);
  return runs.stream(req, res, {
    runId,
    conversationId: id,
    userId: 'me',
    ...chatRun({
      messages,
      stream: async ({ messages, signal }) =>
        streamText({
          model: provider(MODEL),
          messages: await convertToModelMessages(messages),
          abortSignal: signal,
        }),
    }),
  });
});
app.use('/api', runs.routes());
app.use(express.static('dist'));
app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`http://127.0.0.1:${PORT}`);
});
