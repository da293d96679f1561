import { GenerationError, type RunRequest, type Source } from '../core/index.js';
import type { Format } from './Format.js';
import { plainText } from './plainText.js';

/** What a request says. */
export interface FetchSourceOptions<Input> {
  url: string;
  format?: Format;
  headers?: Record<string, string>;
  body?: (request: RunRequest<Input>) => unknown;
  fetch?: typeof fetch;
  credentials?: RequestCredentials;
}

/** A source that posts the input to a URL and reads the answer as it comes. */
export function fetchSource<Input>(options: FetchSourceOptions<Input>): Source<Input> {
  const format = options.format ?? plainText();
  return async function* fetchAnswer(request) {
    const { runId, input, signal } = request;
    const response = await (options.fetch ?? fetch)(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...options.headers },
      body: JSON.stringify(options.body?.(request) ?? { prompt: input, runId }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
      signal,
    });
    if (!response.ok || response.body === null) {
      throw new GenerationError('http', `The server answered ${response.status}.`, {
        status: response.status,
      });
    }
    yield* format.decode(readBytes(response.body));
  };
}

/** The bytes of a body; Safari and Chrome before 124 cannot iterate a stream by themselves. */
async function* readBytes(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // A cancel of a body that was cut rejects; nobody is left to hear it.
    reader.cancel().catch(() => undefined);
  }
}
