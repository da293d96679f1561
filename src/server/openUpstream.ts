import { type ByteReader, readBytes } from './readBytes.js';

/** What the upstream call is given. */
export interface UpstreamContext {
  /** Aborts when the client leaves, or a limit is reached. */
  signal: AbortSignal;
  runId: string;
}

/** What a call to a model may give: a response, a stream, or anything that yields text or bytes. */
export type UpstreamAnswer =
  | Response
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>;

/** The call to the model, as the app makes it. */
export type Upstream = (context: UpstreamContext) => UpstreamAnswer | Promise<UpstreamAnswer>;

/** An upstream that has answered. */
export interface OpenUpstream {
  /** The response, where there is one; its body belongs to the reader. */
  response: Response | null;
  reader: ByteReader;
}

/** Asks the upstream; `null` from the moment of an abort, however long the upstream takes to notice. */
export function openUpstream(
  upstream: Upstream,
  context: UpstreamContext,
): Promise<OpenUpstream | null> {
  const { signal } = context;
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    const call = async (): Promise<UpstreamAnswer> => upstream(context);
    call()
      .then((answer) => {
        const response = isResponse(answer) ? answer : null;
        // An upstream that answers after the abort is let go of by its reader.
        const reader = readBytes(isResponse(answer) ? answer.body : answer, signal);
        resolve({ response, reader });
      })
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', leave));
  });
}

/** By shape: frameworks put a Response of their own in the global one's place. */
function isResponse(answer: UpstreamAnswer): answer is Response {
  return 'status' in answer && 'body' in answer;
}
