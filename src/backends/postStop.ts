import type { StopAnswer, StopRequest } from '../core/index.js';
import { requestStopAt } from '../formats/requestStopAt.js';
import type { ConnectionOptions } from '../formats/sendRequest.js';

/** Posts a stop in the form of another system, whose body is its own, and says what came back. */
export function postStop(
  url: string,
  options: ConnectionOptions,
  {
    body,
    signal = new AbortController().signal,
  }: { body?: unknown; signal: AbortSignal | undefined },
  read: (said: unknown) => StopAnswer,
): Promise<StopAnswer> {
  // It is sent as it is; what a stop of ours would say, nobody looks at.
  return requestStopAt(url, options, read)(body as StopRequest, { signal });
}
