/** How an answer is written on the wire of one family of contestants. */
export interface Wire {
  contentType: string;
  open: string;
  text(content: string): string;
  /** What a complete answer ends with; plain text has no such mark. */
  end: string;
  /** An error that the server reports in the middle of an answer; plain text has no word for it. */
  error: string | null;
}

const SSE = 'text/event-stream';
const data = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;
const DONE = 'data: [DONE]\n\n';

const chunk = (delta: object, reason: string | null): string =>
  data({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
  });

/** Every wire of the bench, for the nth answer: each contestant is served what its own documents ask for. */
export const wires = {
  text: () => ({
    contentType: 'text/plain; charset=utf-8',
    open: '',
    text: (content) => content,
    end: '',
    error: null,
  }),
  sse: () => ({
    contentType: SSE,
    open: '',
    text: (content) => chunk({ content }, null),
    end: chunk({}, 'stop') + DONE,
    error: data({ error: { message: 'The model failed.', type: 'server_error' } }),
  }),
  'ui-message': () => ({
    contentType: SSE,
    open: data({ type: 'start' }) + data({ type: 'text-start', id: 't' }),
    text: (delta) => data({ type: 'text-delta', id: 't', delta }),
    end: data({ type: 'text-end', id: 't' }) + data({ type: 'finish' }) + DONE,
    error: data({ type: 'error', errorText: 'The model failed.' }),
  }),
  'ag-ui': (n) => ({
    contentType: SSE,
    open:
      data({ type: 'RUN_STARTED', threadId: 't', runId: `run-${n}` }) +
      data({ type: 'TEXT_MESSAGE_START', messageId: `message-${n}`, role: 'assistant' }),
    text: (delta) => data({ type: 'TEXT_MESSAGE_CONTENT', messageId: `message-${n}`, delta }),
    end:
      data({ type: 'TEXT_MESSAGE_END', messageId: `message-${n}` }) +
      data({ type: 'RUN_FINISHED', threadId: 't', runId: `run-${n}`, finishReason: 'stop' }),
    error: data({ type: 'RUN_ERROR', message: 'The model failed.' }),
  }),
} satisfies Record<string, (n: number) => Wire>;

/** The name of a wire. */
export type WireName = keyof typeof wires;
