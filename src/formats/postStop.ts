import type { StopAnswer } from '../core/index.js';
import { mediaTypeOf, readJson } from './readJson.js';
import { responseError } from './responseError.js';
import { type ConnectionOptions, sendRequest } from './sendRequest.js';

/** Posts a stop and says what came back: a refusal is an answer, a server that failed is none. */
export async function postStop(
  url: string,
  options: ConnectionOptions,
  init: { body?: unknown; signal: AbortSignal | undefined },
  read: (said: unknown) => StopAnswer,
): Promise<StopAnswer> {
  const { body, signal = new AbortController().signal } = init;
  const response = await sendRequest(
    url,
    // keepalive: the stop leaves even when the page is left.
    { method: 'POST', body: JSON.stringify(body), keepalive: true, signal },
    options,
  );
  // A page instead of an answer is a sign-in form or the app's front page: nobody heard the stop.
  if (response.ok && mediaTypeOf(response) !== 'text/html') return read(await readJson(response));
  const error = await responseError(response);
  if (response.status >= 500) throw error;
  return { outcome: 'refused', message: error.message, error };
}
