import { type ConversationInfo, isRunning } from '../core/index.js';
import { needsStop, type StopPhase } from './stopPhase.js';

/** What a Stop button in a list is for: the conversation's word, corrected by what is known of its last stop. */
export function conversationPhase({ status, stopping, stopRecord }: ConversationInfo): StopPhase {
  if (stopping || stopRecord?.confirmation === 'pending') return 'stopping';
  if (!isRunning(status)) return stopRecord === null ? 'complete' : 'stopped';
  switch (stopRecord?.confirmation) {
    case undefined:
      return 'run';
    case 'unconfirmed':
    case 'refused':
      return 'retry';
    // The server's own "idle" is on its way.
    case 'not-asked':
    case 'accepted':
    case 'confirmed':
    case 'already-finished':
      return 'stopped';
  }
}

/** Whether somebody may want to stop it. */
export const isLive = (info: ConversationInfo): boolean => needsStop(conversationPhase(info));
