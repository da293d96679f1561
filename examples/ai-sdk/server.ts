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
app.use(express.json({ limit: '4mb' })); // the whole chat is posted
app.post('/api/chat', (req, res) => {
  const { id, runId, messages } = req.body as Ask;
  return runs.stream(req, res, {
    runId,
    conversationId: id,
    // The same user as in authorize: nobody else can stop this run.
    userId: 'me',
    ...chatRun({
      messages,
      // Called once the run has its place, so that what is refused changes nothing.
      async stream(run) {
        // The id comes from the page: check that this chat is this user's before you read or write it.
        chats.set(id, messages);
        return streamText({
          model: provider(MODEL),
          messages: await convertToModelMessages(run.messages),
          abortSignal: run.signal,
        });
      },
    }),
  });
});
app.use('/api', runs.routes());
app.use(express.static('dist'));
app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`http://127.0.0.1:${PORT}`);
});
// Whatever still runs is told to onSettled first.
process.once('SIGTERM', () => void runs.close().then(() => process.exit()));
