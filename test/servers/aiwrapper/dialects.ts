import type { Turn } from './startModel.js';

/** How a provider speaks on the wire. */
export interface Dialect {
  contentType: string;
  /** What comes before the first word. */
  open: string;
  word(text: string): string;
  /** What comes after the last. */
  close: string;
  /** A whole answer that calls a tool. */
  call(name: string, args: object): string;
}

const sse = (...events: object[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const choice = (delta: object, finish_reason: string | null = null): string =>
  sse({ choices: [{ index: 0, delta, finish_reason }] });
const candidate = (part: object): string =>
  JSON.stringify({ candidates: [{ content: { parts: [part] } }] });

const chat: Dialect = {
  contentType: 'text/event-stream',
  open: '',
  word: (content) => choice({ role: 'assistant', content }),
  close: `${choice({}, 'stop')}data: [DONE]\n\n`,
  call(name, args) {
    const called = { name, arguments: JSON.stringify(args) };
    const tool_calls = [{ index: 0, id: 'call_1', type: 'function', function: called }];
    return `${choice({ role: 'assistant', tool_calls })}${choice({}, 'tool_calls')}data: [DONE]\n\n`;
  },
};

const created = { type: 'response.created', response: { id: 'resp_1' } };
const responses: Dialect = {
  contentType: 'text/event-stream',
  open: sse(created, { type: 'response.output_item.added', item: { id: 'i1', type: 'message' } }),
  word: (delta) => sse({ type: 'response.output_text.delta', item_id: 'i1', delta }),
  close: sse({ type: 'response.completed', response: { id: 'resp_1' } }),
  call(name, args) {
    const item = { id: 'f1', type: 'function_call', name, call_id: 'call_1' };
    return sse(
      created,
      { type: 'response.output_item.added', item: { ...item, arguments: '' } },
      {
        type: 'response.output_item.done',
        item: { ...item, arguments: JSON.stringify(args) },
      },
    );
  },
};

const message_start = { type: 'message_start', message: { role: 'assistant', content: [] } };
const messages: Dialect = {
  contentType: 'text/event-stream',
  open: sse(message_start, {
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'text', text: '' },
  }),
  word: (text) =>
    sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  close: sse({ type: 'content_block_stop', index: 0 }, { type: 'message_stop' }),
  call: (name, args) =>
    sse(
      message_start,
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'call_1', name, input: {} },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(args) },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_stop' },
    ),
};

// Read as a whole, so that no word is there before the last byte: a line break is JSON too.
const gemini: Dialect = {
  contentType: 'application/json',
  open: '\n',
  word: (text) => candidate({ text }),
  close: '\n',
  call: (name, args) => candidate({ functionCall: { name, args } }),
};

/** The dialects of aiwrapper's providers. */
export const DIALECTS = { chat, responses, messages, gemini };

/** What a model can do that speaks so. */
export function speaking(dialect: Dialect) {
  const { contentType, open, close } = dialect;
  const begin: Turn = (res) => {
    res.writeHead(200, { 'content-type': contentType });
    res.write(open);
  };
  return {
    says:
      (text: string): Turn =>
      (res) => {
        begin(res);
        res.end(dialect.word(text) + close);
      },
    /** Says something, and nothing any more. */
    stalls: ((res) => {
      begin(res);
      if (contentType !== 'application/json') res.write(dialect.word('A word'));
    }) satisfies Turn,
    /** Says something, and is gone. */
    breaks: ((res) => {
      begin(res);
      res.write(contentType === 'application/json' ? '{' : dialect.word('A word'), () =>
        res.destroy(),
      );
    }) satisfies Turn,
    calls:
      (name: string, args: object): Turn =>
      (res) => {
        res.writeHead(200, { 'content-type': contentType });
        res.end(dialect.call(name, args));
      },
  };
}
