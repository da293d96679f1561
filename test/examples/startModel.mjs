// A model for the examples: it speaks Chat Completions and Ollama's chat, and logs who left it.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const WORD_MS = 15;

const sse = (data) => `data: ${data}\n\n`;
const chunk = (delta, finish_reason = null) =>
  sse(
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'scripted',
      choices: [{ index: 0, delta, finish_reason }],
    }),
  );
const line = (content, rest) =>
  `${JSON.stringify({ model: 'scripted', message: { role: 'assistant', content }, ...rest })}\n`;

const SPOKEN = {
  '/chat/completions': {
    type: 'text/event-stream',
    word: (content) => chunk({ role: 'assistant', content }),
    end: chunk({}, 'stop') + sse('[DONE]'),
  },
  '/api/chat': {
    type: 'application/x-ndjson',
    word: (content) => line(content, { done: false }),
    end: line('', { done: true, done_reason: 'stop' }),
  },
};

/** What is said to a prompt: nothing at all to "Wait.", three words to "Count to three.", else words without an end. */
function* answerTo(prompt) {
  if (prompt.endsWith('Count to three.')) yield* ['one ', 'two ', 'three'];
  else for (let word = 0; ; word += 1) yield `word${word} `;
}

/** Starts the model; `asked` has one entry for every request, in their order. */
export async function startModel() {
  const asked = [];
  const server = createServer(async (req, res) => {
    const path = Object.keys(SPOKEN).find((end) => req.url.endsWith(end));
    if (path === undefined) {
      res.writeHead(404).end();
      return;
    }
    const { messages } = await json(req);
    const request = { messages, words: 0, wasLeft: false, hasEnded: false };
    asked.push(request);
    let timer;
    res.on('close', () => {
      clearTimeout(timer);
      request.wasLeft = !request.hasEnded;
    });
    // Some clients send a text, some send its parts.
    const { content } = messages.at(-1);
    const prompt = typeof content === 'string' ? content : content.map(({ text }) => text).join('');
    if (prompt.endsWith('Wait.')) return;
    const { type, word, end } = SPOKEN[path];
    const words = answerTo(prompt);
    res.writeHead(200, { 'content-type': type });
    const speak = () => {
      const { done, value } = words.next();
      if (done) {
        request.hasEnded = true;
        res.end(end);
        return;
      }
      request.words += 1;
      res.write(word(value));
      timer = setTimeout(speak, WORD_MS);
    };
    speak();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
