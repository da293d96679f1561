import { GenerationError, toGenerationError } from '../../core/index.js';
import { cutOff } from '../../core/GenerationError.js';
import { plainSentence, sentenceOf } from '../../formats/plainSentence.js';

/** What the browsers and Node call a request that failed; any other `TypeError` is a fault in the app's transport. */
const FETCH_FAILED = /fetch|network|load failed|internet/i;

/** What many a guard answers with, such as "Unauthorized". */
const ONE_WORD = /^\s*(?!null|undefined)\p{L}[\p{L}\p{N}.!?-]{1,40}\s*$/u;

/** What a person can read of what a transport threw; stopkit's own server answers with `{ error }`. */
export function toReadable(thrown: unknown, wasOpen: boolean): GenerationError {
  if (thrown instanceof TypeError) {
    if (wasOpen) return cutOff(thrown);
    return FETCH_FAILED.test(thrown.message)
      ? new GenerationError('network', 'The server could not be reached.', { cause: thrown })
      : new GenerationError('provider', 'The message could not be sent.', { cause: thrown });
  }
  const { message, code } = toGenerationError(thrown);
  if (thrown instanceof GenerationError) return thrown;
  try {
    const said = sentenceOf(JSON.parse(message));
    if (said !== null) return new GenerationError('http', said, { cause: thrown });
  } catch {
    // Not JSON: a sentence already, or a page.
  }
  const sentence =
    plainSentence(message) ??
    (ONE_WORD.test(message) ? message.trim() : 'The server failed without saying why.');
  return new GenerationError(code, sentence, { cause: thrown });
}
