import { GenerationError, type GenerationErrorCode } from '../core/index.js';
import { fieldOf, plainSentence, sentenceOf } from './plainSentence.js';
import { mediaTypeOf, readJson } from './readJson.js';
import { wrongFormat } from './wrongFormat.js';

const CODES: Record<number, GenerationErrorCode> = {
  401: 'unauthorized',
  409: 'busy',
  429: 'rate-limited',
};

const SENTENCES: Record<number, string> = {
  401: 'Please sign in again.',
  403: 'You are not allowed to do this.',
  404: 'The server has nothing at this address.',
  409: 'Another answer is still being written.',
  413: 'This message is too long.',
};

/** Why a response is not the answer, in a sentence: the server's own when it has a plain one. */
export async function responseError(response: Response): Promise<GenerationError> {
  const { status, ok, redirected } = response;
  const cause = await readJson(response);
  // Beside a `message` frameworks call the status by its name in `error`; that of a 5xx is not meant for anybody outside.
  const ofRefusal = ok || status >= 500 ? null : plainSentence(fieldOf(cause, 'message'));
  const said = ofRefusal ?? sentenceOf(cause);
  if (ok) {
    const mediaType = mediaTypeOf(response);
    if (mediaType !== 'text/html') {
      const message = `The server answered with ${mediaType}, which cannot be read here.`;
      return new GenerationError('format', said ?? message, {
        status,
        cause: wrongFormat(message),
      });
    }
    return redirected
      ? new GenerationError('unauthorized', 'Please sign in again.', { status })
      : new GenerationError('format', 'The server sent a web page, not an answer.', { status });
  }
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  return new GenerationError(
    CODES[status] ?? 'http',
    said ?? SENTENCES[status] ?? sentence(status, retryAfterMs),
    {
      status,
      cause: cause ?? undefined,
      retryAfterMs,
      retryable: status >= 500 || status === 408 || undefined,
    },
  );
}

function sentence(status: number, retryAfterMs: number | undefined): string {
  if (status >= 500) return `The server failed (${status}). Please try again.`;
  if (status !== 429) return `The server refused the request (${status}).`;
  return retryAfterMs === undefined
    ? 'Too many requests. Please wait a moment.'
    : `Too many requests. Please wait ${Math.ceil(retryAfterMs / 1000)} s.`;
}

/** Retry-After is a number of seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.round(ms));
}
