import { GenerationError } from '../core/index.js';
import { mediaTypeOf } from '../formats/readJson.js';
import { responseError } from '../formats/responseError.js';
import { type ConnectionOptions, sendRequest } from '../formats/sendRequest.js';

// For the whole of a long history over a slow line; what hangs for longer counts as unanswered.
const WAIT_MS = 60_000;

/** What a server answered, however long it is; a refusal and what cannot be read are thrown, never taken for nothing. */
export async function askJson(url: string, options: ConnectionOptions): Promise<unknown> {
  const response = await sendRequest(url, { signal: AbortSignal.timeout(WAIT_MS) }, options);
  // A page instead of an answer is a sign-in form or the app's front page.
  if (!response.ok || mediaTypeOf(response) === 'text/html') throw await responseError(response);
  const text = await response.text().catch((cause: unknown) => {
    throw new GenerationError('network', 'The connection to the server was lost.', { cause });
  });
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new GenerationError('format', 'The server sent something that cannot be read here.', {
      cause,
    });
  }
}
