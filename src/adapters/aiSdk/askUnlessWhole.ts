import type { RequestStop } from '../../core/index.js';
import type { ChatRun } from './createChatRun.js';

/**
 * Asks the server about a run only while its stream has not told the whole answer: a chat reads on before the page
 * has a frame, and may begin the next run by itself then.
 */
export const askUnlessWhole =
  (requestStop: RequestStop, runs: () => readonly (ChatRun | null)[]): RequestStop =>
  (request, init) => {
    const text =
      runs()
        .find((run) => run?.runId === request.runId)
        ?.whole() ?? null;
    // A voice may go on after the text.
    return text === null || (request.scope ?? 'generation') !== 'generation'
      ? requestStop(request, init)
      : Promise.resolve({ outcome: 'finished', text });
  };
