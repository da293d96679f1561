import type { Backend, StopAnswer } from '../../core/index.js';
import { postStop } from '../../formats/postStop.js';
import { askUntilBegun } from '../askUntilBegun.js';
import { whenAnswered } from '../whenAnswered.js';
import type { AgixtBackendOptions } from './AgixtBackendOptions.js';
import type { AgixtSender } from './createAgixtSender.js';
import type { WorkBook } from './createWorkBook.js';
import { readStopMessage } from './readStopMessage.js';

/** Asks AGiXT for stops, none of which names an answer on the wire. */
export interface AgixtStops extends Required<Pick<Backend, 'stop' | 'stopAll'>> {
  /** Resolves when no stop is out that would hit a text of this conversation. */
  whenFree(conversationId: string): Promise<void> | undefined;
}

/** Keeps the stops that are out. */
export function createAgixtStops(
  options: AgixtBackendOptions,
  book: WorkBook,
  takeBack: AgixtSender['takeBack'],
): AgixtStops {
  const { baseUrl } = options;
  /** By conversation; that of all of them has no name. */
  const out = new Map<string | null, Promise<void>>();

  function follow(name: string | null, asked: Promise<StopAnswer>): Promise<StopAnswer> {
    const done = (): void => {
      if (out.get(name) === answered) out.delete(name);
    };
    const answered = whenAnswered(asked.catch(() => undefined)).then(done);
    out.set(name, answered);
    return asked;
  }

  return {
    whenFree(id) {
      const stops = [null, id].flatMap((name) => out.get(name) ?? []);
      return stops.length === 0 ? undefined : Promise.all(stops).then(() => undefined);
    },
    async stop(id, { runId, turnId, scope }, { signal } = {}) {
      // It has no voice, and a stop of it ends the text.
      if (scope === 'speech') return { outcome: 'idle', message: 'Nothing is spoken here.' };
      if (runId !== undefined && takeBack(runId)) {
        return { outcome: 'stopped', message: 'The text had not been sent.' };
      }
      // A stop names no turn on the wire: one that is meant for the turn before must not leave.
      if (turnId !== undefined && book.isPast(id, turnId)) {
        return { outcome: 'idle', message: 'That answer was over already.' };
      }
      const url = `${baseUrl}/v1/conversation/${encodeURIComponent(id)}/stop`;
      const ask = () => postStop(url, options, { signal }, readStopMessage(book.contextOf(id)));
      return follow(
        id,
        askUntilBegun(ask, () => book.isOnItsWay(id), signal),
      );
    },
    // The answer is a number; which of them ended, the notices and the list tell.
    stopAll: (init) =>
      follow(
        null,
        postStop(`${baseUrl}/v1/conversations/stop`, options, { signal: init?.signal }, () => ({
          outcome: 'stopping',
        })),
      ),
  };
}
