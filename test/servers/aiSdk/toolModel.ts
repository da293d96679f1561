import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson, sendJson } from '../listen.js';

interface ModelMessage {
  role: string;
  tool_calls?: readonly unknown[];
}

/**
 * A model that says a word and calls the tool `wait`; asked again, it says what it was given. Like the real
 * ones it refuses a call that nobody answered.
 */
export async function answerWithTool(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { messages } = (await readJson(req)) as unknown as { messages: readonly ModelMessage[] };
  const isDangling = messages.some(
    ({ tool_calls: calls }, at) => calls !== undefined && messages[at + 1]?.role !== 'tool',
  );
  if (isDangling) {
    sendJson(res, 400, { error: { message: 'A tool call was not answered.' } });
    return;
  }
  const say = (delta: object, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    res.write(`data: ${JSON.stringify({ id: 'c1', created: 1, model: 'm', choices })}\n\n`);
  };
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  const isFirst = messages.filter(({ role }) => role === 'user').length === 1;
  if (isFirst) {
    say({ role: 'assistant', content: 'Wait. ' });
    const call = {
      index: 0,
      id: 'call-1',
      type: 'function',
      function: { name: 'wait', arguments: '{}' },
    };
    say({ tool_calls: [call] });
    say({}, 'tool_calls');
  } else {
    say({
      role: 'assistant',
      content: `I was told: ${messages.map(({ role }) => role).join(' ')}.`,
    });
    say({}, 'stop');
  }
  res.end('data: [DONE]\n\n');
}
