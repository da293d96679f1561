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
    return text === null
      ? requestStop(request, init)
      : Promise.resolve({ outcome: 'finished', text });
  };
