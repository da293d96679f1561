import type { StopAnswer } from '../core/index.js';
import { mediaTypeOf, readJson } from '../formats/readJson.js';
import { responseError } from '../formats/responseError.js';
import { type ConnectionOptions, sendRequest } from '../formats/sendRequest.js';

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
    {
      method: 'POST',
      // The stop leaves even when the page is left.
      keepalive: true,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    options,
  );
  if (response.ok && mediaTypeOf(response) !== 'text/html') return read(await readJson(response));
  const error = await responseError(response);
  if (response.status >= 500) throw error;
  return { outcome: 'refused', message: error.message };
}
