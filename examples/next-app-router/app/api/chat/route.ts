import { proxyResponse } from 'stopkit/server';

const { MODEL = 'llama3.2', MODEL_KEY = 'none' } = process.env;
// Anything that speaks Chat Completions; this is Ollama's address.
const { MODEL_URL = 'http://localhost:11434/v1/chat/completions' } = process.env;

interface Ask {
  runId: string;
  messages: { role: string; text: string }[];
}

export async function POST(request: Request) {
  const { runId, messages } = (await request.json()) as Ask;
  return proxyResponse(
    request,
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
}
