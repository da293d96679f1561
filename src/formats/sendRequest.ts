import { GenerationError } from '../core/index.js';

/** What is known when headers are asked for. */
export interface HeadersContext {
  /** 1, and 2 after the server refused the first headers. */
  attempt: number;
  /** The status that refused the first headers, else `null`. */
  status: number | null;
  /** Aborts when the answer is no longer wanted. */
  signal: AbortSignal;
}

// By the names that the types of Node have too.
type GivenHeaders = NonNullable<RequestInit['headers']>;
type AskForHeaders = (context: HeadersContext) => GivenHeaders | Promise<GivenHeaders>;

/** Headers of a request, or how to get them; a function is asked once more after a 401. */
export type RequestHeaders = GivenHeaders | AskForHeaders;

/** How a server is reached. */
export interface ConnectionOptions {
  headers?: RequestHeaders;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
  credentials?: NonNullable<RequestInit['credentials']>;
}

/** Sends one request; a 401 is answered once with fresh headers, and nothing else is ever sent again. */
export async function sendRequest(
  url: string,
  init: RequestInit & { signal: AbortSignal },
  options: ConnectionOptions,
): Promise<Response> {
  const { signal } = init;
  const { headers: given, credentials } = options;
  const refreshes = typeof given === 'function';
  let status: number | null = null;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    // Only a function is waited for: what a press shows would be drawn before its stop is sent.
    const headers = new Headers(
      refreshes ? await askForHeaders(given, { attempt, status, signal }) : given,
    );
    // A stop that came meanwhile sends nothing.
    signal.throwIfAborted();
    if (init.body !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    let response: Response;
    try {
      response = await (options.fetch ?? fetch)(url, {
        ...init,
        headers,
        ...(credentials === undefined ? {} : { credentials }),
      });
    } catch (cause) {
      throw new GenerationError('network', 'The server could not be reached.', { cause });
    }
    if (response.status !== 401 || !refreshes || attempt === 2) return response;
    status = response.status;
    void response.body?.cancel().catch(() => undefined);
  }
}

async function askForHeaders(
  headers: AskForHeaders,
  context: HeadersContext,
): Promise<HeadersInit> {
  try {
    return await headers(context);
  } catch (cause) {
    throw new GenerationError('unauthorized', 'Your sign-in could not be checked.', {
      retryable: true,
      cause,
    });
  }
}
