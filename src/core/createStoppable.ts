import type { ConversationTurns } from './ConversationTurns.js';
import type { Stoppable } from './Generation.js';
import { keepSame } from './keepSame.js';
import { isActive } from './Snapshot.js';

/** The newest answer of a conversation, as far as a Stop button needs it. */
export function createStoppable({ answer, newest }: ConversationTurns): Stoppable {
  let shown: ReturnType<Stoppable['getSnapshot']> | null = null;
  const getSnapshot: Stoppable['getSnapshot'] = () => {
    const { status, stopRecord, runId } = answer.getSnapshot();
    // What somebody else started has no first word to wait for.
    const waits = status === 'connecting' && newest()?.input !== null;
    shown = keepSame(shown, {
      status: status === 'connecting' && !waits ? 'streaming' : status,
      stopRecord,
      runId,
    });
    return shown;
  };
  return { ...answer, getSnapshot, isActive: () => isActive(getSnapshot().status) };
}
