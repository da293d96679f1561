import type { BackendEvent } from './Backend.js';
import type { ConversationTurn } from './conversationTurn.js';
import { GenerationError } from './GenerationError.js';

type Settled = Extract<BackendEvent, { type: 'settled' }>;

/** Ends a turn that is read from a backend's events, as the backend says that it ended. */
export function pushEnd(turn: ConversationTurn, { outcome, reason }: Settled): void {
  turn.isGivenUp = true;
  const why = reason === undefined ? {} : { reason };
  switch (outcome) {
    case 'complete':
    case 'stopped':
      turn.feed.push({ type: 'done', outcome, ...why });
      return;
    case 'interrupted':
    case 'disconnected':
      turn.feed.push({ type: 'done', outcome: 'interrupted', ...why });
      return;
    case 'error':
      turn.feed.push({
        type: 'error',
        error: new GenerationError('provider', reason ?? 'The model failed.'),
      });
  }
}
