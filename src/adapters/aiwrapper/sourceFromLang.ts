import type { Source } from '../../core/index.js';
import { bindTools } from './bindTools.js';
import { createMessageReader } from './createMessageReader.js';
import type { LangMessage, LangMessages } from './LangMessage.js';
import { listOfRun } from './listOfRun.js';
import { readRun } from './readRun.js';
import { toMessages } from './sourceFromAgent.js';

/** The part of an aiwrapper language provider that is used here. */
export interface LangLike {
  chat(
    messages: LangMessage[],
    options: { signal: AbortSignal; onResult: (message: LangMessage) => void },
  ): Promise<unknown>;
}

/** One call of a model per run; pass a `LangMessages` with tools as the input where it may use some. */
export function sourceFromLang(lang: unknown): Source<string | readonly LangMessage[]> {
  // By shape: the library's own types name its classes, which differ from version to version.
  const own = lang as LangLike;
  return ({ input, signal }) =>
    readRun(async (say) => {
      const reader = createMessageReader();
      // The caller's own list grows, but what belongs to a run is not left in it: a deaf provider asks for
      // tools after the stop, when the list may be in the next run already.
      const messages =
        typeof input === 'string' ? toMessages(input) : listOfRun(input as LangMessages);
      bindTools(messages, signal, {
        onRunning({ callId = '' }) {
          say([...reader.finish(), { type: 'tool-running', id: reader.nameOf(callId) }]);
        },
        onDone: ({ callId = '' }, result) => say(reader.answer(callId, result)),
      });
      await own.chat(messages, {
        signal,
        onResult(message) {
          if (!signal.aborted) say(reader.read(message));
        },
      });
      say(reader.finish());
    }, signal);
}
