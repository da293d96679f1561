// The built-in model, in a process of its own. It speaks OpenAI's chat completions and counts every token it makes.
import { createServer, type IncomingMessage } from 'node:http';
import { NO_FAULTS } from './Faults.js';
import { ANSWERS, answerTo, WHAT_I_AM } from './model/answers.js';
import { type Delta, type Manner, type ModelRun, speak } from './model/speak.js';

interface ChatRequest {
  messages: { role: string; content: string }[];
  /** The run's id: what was made for it can be asked for later. */
  user?: string;
  /** What only the demo says to this model. */
  demo?: Partial<Manner> & { long?: boolean };
}

const RUNS_KEPT = 500;
const runs = new Map<string, ModelRun>();
let requests = 0;

const server = createServer((req, res) => {
  const path = req.url ?? '/';
  const name = /^\/runs\/([\w-]+)$/.exec(path)?.[1];
  if (name !== undefined || path === '/log') {
    const known = name === undefined ? log() : (runs.get(name) ?? null);
    res.setHeader('content-type', 'application/json').end(JSON.stringify(known));
    return;
  }
  if (!path.endsWith('/chat/completions')) {
    res.writeHead(404).end();
    return;
  }
  readBody(req)
    .then((body) => {
      requests += 1;
      const id = `chatcmpl-${requests}`;
      const { manner, answer } = plan(body as ChatRequest);
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      res.flushHeaders();
      speak(res, keep((body as ChatRequest).user ?? id), manner, { id, ...answer });
    })
    .catch(() => {
      // Who left while asking hears nothing of it; whose words are no request is told so.
      if (res.headersSent) res.destroy();
      else res.writeHead(400).end();
    });
});

/** The same run again goes on counting: after a tool it is asked once more. */
function keep(id: string): ModelRun {
  const run = runs.get(id) ?? { madeAt: [], closedAt: null, over: false };
  run.closedAt = null;
  run.over = false;
  runs.set(id, run);
  const oldest = runs.keys().next();
  if (runs.size > RUNS_KEPT && !oldest.done) runs.delete(oldest.value);
  return run;
}

function log(): { requests: number; tokens: number; closed: number; open: number } {
  const all = [...runs.values()];
  return {
    requests,
    tokens: all.reduce((sum, run) => sum + run.madeAt.length, 0),
    closed: all.filter((run) => run.closedAt !== null).length,
    open: all.filter((run) => run.closedAt === null).length,
  };
}

/** What is said to these messages. */
function plan({ messages, demo = {} }: ChatRequest): {
  manner: Manner;
  answer: { deltas: Delta[]; finish: string };
} {
  const manner = { ...NO_FAULTS, ...demo };
  const last = messages.at(-1);
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const { text, reasoning } = answerTo(question);
  const thought = reasoning === undefined ? [] : tokens(reasoning);
  const thinking = thought.map((token) => ({ reasoning_content: token }));
  if (demo.long === true) {
    const all = ANSWERS.map((answer) => answer.text).join('\n');
    return { manner, answer: { deltas: words(WHAT_I_AM + all), finish: 'length' } };
  }
  if (last?.role === 'assistant') {
    // An answer that was cut is gone on with where it ended.
    const whole = WHAT_I_AM + text;
    const rest = whole.startsWith(last.content) ? whole.slice(last.content.length) : text;
    return { manner, answer: { deltas: words(rest), finish: 'stop' } };
  }
  const wantsTool = /tool|search|look up|find|weather|docs/i.test(question);
  if (wantsTool && last?.role !== 'tool') {
    return { manner, answer: { deltas: [...thinking, ...call(question)], finish: 'tool_calls' } };
  }
  const before = last?.role === 'tool' ? [] : thinking;
  return { manner, answer: { deltas: [...before, ...words(WHAT_I_AM + text)], finish: 'stop' } };
}

const words = (text: string): Delta[] => tokens(text).map((content) => ({ content }));

function call(question: string): Delta[] {
  const id = `call_${requests}`;
  const given = JSON.stringify({ query: question.slice(0, 60) });
  const begin = { index: 0, id, function: { name: 'search_notes', arguments: '' } };
  return [
    { tool_calls: [begin] },
    ...tokens(given).map((part) => ({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
  ];
}

/** Pieces about as long as those of real models. */
function tokens(text: string): string[] {
  return text.match(/\s?[\p{L}\p{M}]{1,6}|\s?\p{N}{1,3}|\s+|[^\s\p{L}\p{N}]+/gu) ?? [];
}

async function readBody(req: IncomingMessage): Promise<unknown> {
  let body = '';
  for await (const bytes of req.setEncoding('utf8')) body += String(bytes);
  return JSON.parse(body) as unknown;
}

server.listen(Number(process.env.MODEL_PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  console.log(`model ${typeof address === 'object' && address !== null ? address.port : 0}`);
});
