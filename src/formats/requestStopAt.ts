import type { RequestStop } from '../core/index.js';
import { postStop } from './postStop.js';
import type { ConnectionOptions } from './sendRequest.js';
import { toStopAnswer } from './toStopAnswer.js';

/** A stop that is posted to a URL: once, and once more only with fresh headers after a 401. */
export function requestStopAt(url: string, options: ConnectionOptions = {}): RequestStop {
  return (request, { signal }) => postStop(url, options, { body: request, signal }, toStopAnswer);
}
