import type { ServerResponse } from 'node:http';
import { listen, readJson } from '../listen.js';

/** What the model does with one request. */
export type Turn = (res: ServerResponse) => void;

/** One frame of an answer. */
export const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const head = (res: ServerResponse): void => {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.flushHeaders();
};

/** Says words for as long as somebody listens. */
export const endless: Turn = (res) => {
  head(res);
  const timer = setInterval(() => res.write(chunk({ role: 'assistant', content: 'word ' })), 10);
  res.on('close', () => clearInterval(timer));
};

/** Says the text and ends. */
export const says =
  (text: string): Turn =>
  (res) => {
    head(res);
    res.write(chunk({ role: 'assistant', content: text }));
    res.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  };

/** Calls a tool. */
export const calls =
  (name: string, args: object): Turn =>
  (res) => {
    head(res);
    res.write(
      chunk({
        role: 'assistant',
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name, arguments: JSON.stringify(args) },
          },
        ],
      }),
    );
    res.end(`${chunk({}, 'tool_calls')}data: [DONE]\n\n`);
  };

/** Never answers. */
export const hangs: Turn = () => undefined;

/** A model that speaks like OpenAI's chat completions and does as it is told, turn by turn. */
export async function startModel() {
  const turns: Turn[] = [];
  const requests: Record<string, unknown>[] = [];
  let open = 0;
  const { server, port } = await listen((req, res) => {
    open += 1;
    res.on('close', () => (open -= 1));
    void readJson(req).then((body) => {
      requests.push(body);
      (turns.shift() ?? says('Nothing to say.'))(res);
    });
  });
  return {
    baseURL: `http://127.0.0.1:${port}`,
    requests,
    next: (...more: Turn[]) => turns.push(...more),
    /** Requests whose connection is still there. */
    open: () => open,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
