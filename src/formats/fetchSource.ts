import { cutOff } from '../core/GenerationError.js';
import { GenerationError, type RunRequest, type Source } from '../core/index.js';
import type { Format } from './Format.js';
import { plainText } from './plainText.js';
import { mediaTypeOf } from './readJson.js';
import { responseError } from './responseError.js';
import { type ConnectionOptions, sendRequest } from './sendRequest.js';
import { STOPKIT_STREAM_TYPE, stopkitStream } from './stopkitStream.js';

/** Where answers come from, and how they are asked for. */
export interface FetchSourceOptions<Input> extends ConnectionOptions {
  url: string;
  /** Of what is not labelled as stopkit's own stream. @default plain text, or what the label says */
  format?: Format;
  /** What is sent, as JSON. @default { prompt, runId }, and continueFrom when an answer is to be continued */
  body?: (request: RunRequest<Input>) => unknown;
  /** Set where the server can go on with a stopped answer, and how it asks the model to. */
  continues?: Exclude<Source<Input>['continues'], undefined>;
}

/** A source that posts the input to a URL and reads the answer as it comes; `attach` only asks for what runs. */
export function fetchSource<Input>(options: FetchSourceOptions<Input>): Source<Input> {
  const source: Source<Input> = async function* fetchAnswer(request) {
    const { signal } = request;
    let leave = (): void => undefined;
    const isUnwanted = (): boolean => signal.aborted;
    // fetch cancels the body by itself; a fetch of the app's own may not.
    const onAbort = (): void => leave();
    signal.addEventListener('abort', onAbort);
    try {
      const init = request.mode === 'attach' ? {} : await post(request, options.body);
      const response = await sendRequest(options.url, { ...init, signal }, options);
      leave = () => void response.body?.cancel().catch(() => undefined);
      if (isUnwanted()) return;
      const mediaType = mediaTypeOf(response);
      if (!response.ok || isWrongType(mediaType, options.format)) {
        const error = await responseError(response);
        const told = error.cause as { stopkit?: object } | undefined;
        // One that was stopped before its first word did not fail.
        if (told?.stopkit === undefined) throw error;
        yield [{ type: 'done', ...told.stopkit }];
        return;
      }
      const reader = response.body?.getReader();
      if (reader === undefined) throw emptyAnswer();
      leave = () => void reader.cancel().catch(() => undefined);
      const format = formatOf(mediaType, options.format);
      for await (const events of format.decode(Object.assign(readBytes(reader), { mediaType }))) {
        // A body that was cancelled ends: what its format makes of that is not for anybody to hear.
        if (isUnwanted()) return;
        yield events;
        if (events.at(-1)?.type === 'error') return;
      }
      // After the end marker the rest of the body is let through, so that the server sees no cut.
      while ((await reader.read().catch(() => null))?.done === false);
    } catch (thrown) {
      if (!isUnwanted()) throw thrown;
    } finally {
      signal.removeEventListener('abort', onAbort);
      leave();
    }
  };
  return Object.assign(source, { continues: options.continues });
}

async function post<Input>(
  request: RunRequest<Input>,
  body: FetchSourceOptions<Input>['body'],
): Promise<RequestInit> {
  const { input, runId, mode, partial } = request;
  const continueFrom = mode === 'continue' ? (partial?.text ?? '') : undefined;
  const said = body === undefined ? { prompt: input, runId, continueFrom } : await body(request);
  return { method: 'POST', body: JSON.stringify(said) };
}

/** A run that is attached to comes as stopkit's own stream, in whatever format the model speaks. */
function formatOf(mediaType: string, given: Format | undefined): Format {
  if (mediaType === STOPKIT_STREAM_TYPE) return stopkitStream();
  return given ?? (mediaType === 'application/x-ndjson' ? stopkitStream() : plainText());
}

/** Whether a body with this label cannot be the answer; an answer without a label, or with a vague one, is tried. */
function isWrongType(mediaType: string, format: Format | undefined): boolean {
  if (mediaType === 'application/json') {
    return format === undefined || format.mediaType === 'text/event-stream';
  }
  return mediaType === 'text/html' || (mediaType === 'text/event-stream' && format === undefined);
}

/** The bytes of a body; Safari and Chrome before 124 cannot iterate a stream by themselves. */
async function* readBytes(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let heard = false;
  for (;;) {
    const part = await reader.read().catch((cause: unknown) => {
      throw heard
        ? cutOff(cause)
        : new GenerationError('network', 'The connection was lost before the answer began.', {
            cause,
          });
    });
    if (part.done) {
      if (!heard) throw emptyAnswer();
      return;
    }
    heard = true;
    yield part.value;
  }
}

const emptyAnswer = (): GenerationError =>
  new GenerationError('protocol', 'The server sent an empty answer.', { retryable: true });
