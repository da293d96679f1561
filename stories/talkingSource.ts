import { GenerationError, type Source } from 'stopkit/core';

const ANSWER =
  'Listen on the response, not on the request. The response closes when the reader leaves, and a response that closed before you ended it means that nobody is left to read.\n\nSo abort the call to the model there and then. What was said so far is kept, marked as stopped, and the next question starts from a clean page. Nothing of the old answer can reach the new one, because a run owns its text.\n\nA stop that nobody confirmed is not the same as a stop: say which of the two it was, and offer to ask again.';

/** What the model of a story does. */
export interface TalkingOptions {
  /** @default 40 */
  wordsPerSecond?: number;
  /** Waits this long before its first word. @default 600 */
  firstWordMs?: number;
  /** Loses the connection after so many words. */
  cutAfter?: number;
  /** Fails after so many words. */
  failAfter?: number;
}

/** A model that really talks, word by word, inside the page; an aborted signal silences it at once. */
export function talkingSource(options: TalkingOptions = {}): Source<string> {
  const { wordsPerSecond = 40, firstWordMs = 600, cutAfter, failAfter } = options;
  const source: Source<string> = async function* talk({ signal, mode, partial }) {
    const words = ANSWER.split(/(?<= |\n)/);
    const from = mode === 'continue' ? countWords(partial?.text ?? '') : 0;
    yield { type: 'start' };
    await pause(firstWordMs, signal);
    for (const [at, word] of words.slice(from).entries()) {
      if (at === cutAfter) yield { type: 'done', outcome: 'interrupted' };
      if (at === failAfter) {
        const error = new GenerationError('provider', 'The model did not respond (502).');
        yield { type: 'error', error };
      }
      yield { type: 'text', delta: word };
      await pause(1_000 / wordsPerSecond, signal);
    }
    yield { type: 'done' };
  };
  source.continues = 'prefill';
  return source;
}

const countWords = (text: string): number => text.split(/(?<= |\n)/).filter(Boolean).length;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('stopped'));
    });
  });
}
