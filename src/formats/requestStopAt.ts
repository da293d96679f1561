import type { RequestStop, StopAnswer } from '../core/index.js';
import { mediaTypeOf, readJson } from './readJson.js';
import { responseError } from './responseError.js';
import { type ConnectionOptions, sendRequest } from './sendRequest.js';
import { toStopAnswer } from './toStopAnswer.js';

/**
 * A stop that is posted to a URL: once, and once more only with fresh headers after a 401. A refusal is an answer, a
 * server that failed is none; `read` is how an answer is read where it is not stopkit's own.
 */
export function requestStopAt(
  url: string,
  options: ConnectionOptions = {},
  read: (said: unknown) => StopAnswer = toStopAnswer,
): RequestStop {
  return async (request, { signal }) => {
    const response = await sendRequest(
      url,
      // keepalive: the stop leaves even when the page is left.
      { method: 'POST', body: JSON.stringify(request), keepalive: true, signal },
      options,
    );
    // A page instead of an answer is a sign-in form or the app's front page: nobody heard the stop.
    if (response.ok && mediaTypeOf(response) !== 'text/html') return read(await readJson(response));
    const error = await responseError(response);
    if (response.status >= 500) throw error;
    return { outcome: 'refused', message: error.message };
  };
}
