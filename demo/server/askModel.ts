import type { ModelMessage } from 'stopkit/core';
import { type Format, ollama, openai } from 'stopkit/formats';
import type { Faults } from '../Faults.js';

/** The model that answers, and its own count of what it made where it keeps one. */
export interface Model {
  name: string;
  isBuiltIn: boolean;
  format: () => Format;
  ask(call: ModelCall): Promise<Response>;
  /** What the model itself counted of a run; null where nobody counts. */
  count(runId: string): Promise<ModelCount | null>;
}

export interface ModelCall {
  runId: string;
  messages: readonly ModelMessage[];
  faults: Faults;
  long?: boolean;
  signal?: AbortSignal;
}

/** Times of the wall clock, which the processes of one machine share. */
export interface ModelCount {
  madeAt: number[];
  closedAt: number | null;
  over: boolean;
}

/** The model that the environment names: an OpenAI-compatible server, Ollama, else the built-in generator. */
export function askModel(env: NodeJS.ProcessEnv): Model {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL, OLLAMA_HOST, OLLAMA_MODEL } = env;
  if (OPENAI_BASE_URL !== undefined) {
    const name = OPENAI_MODEL ?? 'gpt-4o-mini';
    const key = OPENAI_API_KEY === undefined ? {} : { authorization: `Bearer ${OPENAI_API_KEY}` };
    const url = `${OPENAI_BASE_URL.replace(/\/$/, '')}/chat/completions`;
    return elsewhere(name, openai, ({ messages, signal }) =>
      post(url, { model: name, messages: toOpenAi(messages), ...STREAM }, signal, key),
    );
  }
  if (OLLAMA_HOST !== undefined) {
    const name = OLLAMA_MODEL ?? 'llama3.2';
    const host = OLLAMA_HOST.includes('://') ? OLLAMA_HOST : `http://${OLLAMA_HOST}`;
    return elsewhere(name, ollama, ({ messages, signal }) =>
      post(`${host}/api/chat`, { model: name, messages: toOpenAi(messages), stream: true }, signal),
    );
  }
  const url = env.MODEL_URL ?? 'http://127.0.0.1:4801';
  return {
    name: 'Built-in generator',
    isBuiltIn: true,
    format: openai,
    ask: ({ runId, messages, faults, long, signal }) =>
      post(
        `${url}/v1/chat/completions`,
        {
          model: 'built-in',
          messages: toOpenAi(messages),
          user: runId,
          demo: { ...faults, long },
          ...STREAM,
        },
        signal,
      ),
    async count(runId) {
      const response = await fetch(`${url}/runs/${runId}`);
      // The built-in generator is the demo's own.
      return (await response.json()) as ModelCount | null;
    },
  };
}

const STREAM = { stream: true, stream_options: { include_usage: true } };

function elsewhere(name: string, format: () => Format, ask: Model['ask']): Model {
  return { name, isBuiltIn: false, format, ask, count: () => Promise.resolve(null) };
}

function post(
  url: string,
  body: object,
  signal: AbortSignal | undefined,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

function toOpenAi(messages: readonly ModelMessage[]): object[] {
  return messages.flatMap((message): object[] => {
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ role: message.role, content: message.text }];
      case 'assistant': {
        const calls = message.toolCalls.map(({ id, name, arguments: given }) => ({
          id,
          type: 'function',
          function: { name, arguments: given },
        }));
        const tools = calls.length === 0 ? {} : { tool_calls: calls };
        return [{ role: 'assistant', content: message.text, ...tools }];
      }
      case 'tool':
        return message.results.map(({ toolCallId, result }) => ({
          role: 'tool',
          tool_call_id: toolCallId,
          content: typeof result === 'string' ? result : JSON.stringify(result),
        }));
    }
  });
}
