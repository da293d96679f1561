/** One provider's way of saying tokens. */
export interface ModelFormat {
  contentType: string;
  start: string;
  token(text: string): string;
  end: string;
  error(status: number): string;
}

const sse = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

const chunk = (delta: object, finish: string | null = null): string =>
  sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

const providerError = (status: number): string =>
  JSON.stringify({ type: 'error', error: { type: 'api_error', message: `Scripted ${status}.` } });

const line = (rest: object): string =>
  `${JSON.stringify({ model: 'scripted', created_at: '2026-01-01T00:00:00Z', ...rest })}\n`;

const text: ModelFormat = {
  contentType: 'text/plain; charset=utf-8',
  start: '',
  token: (text) => text,
  end: '',
  error: providerError,
};

const events: ModelFormat = {
  ...text,
  contentType: 'text/event-stream; charset=utf-8',
  token: (text) => sse(text),
};

const openai: ModelFormat = {
  ...events,
  start: chunk({ role: 'assistant', content: '' }),
  token: (content) => chunk({ content }),
  end: `${chunk({}, 'stop')}data: [DONE]\n\n`,
};

const anthropic: ModelFormat = {
  ...events,
  start:
    sse(
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'scripted',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      },
      'message_start',
    ) +
    sse(
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      'content_block_start',
    ),
  token: (text) =>
    sse(
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      'content_block_delta',
    ),
  end:
    sse({ type: 'content_block_stop', index: 0 }, 'content_block_stop') +
    sse(
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } },
      'message_delta',
    ) +
    sse({ type: 'message_stop' }, 'message_stop'),
};

const ollama: ModelFormat = {
  contentType: 'application/x-ndjson',
  start: '',
  token: (content) => line({ message: { role: 'assistant', content }, done: false }),
  end: line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }),
  error: (status) => JSON.stringify({ error: `Scripted ${status}.` }),
};

/** The format a provider speaks at a path. */
export function formatAt(path: string): ModelFormat {
  if (path.endsWith('/chat/completions')) return openai;
  if (path.endsWith('/messages')) return anthropic;
  if (path.endsWith('/api/chat')) return ollama;
  return path.endsWith('/events') ? events : text;
}
