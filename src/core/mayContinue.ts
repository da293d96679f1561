import type { Snapshot } from './Snapshot.js';

/** Whether an answer that ended like this can be gone on with. */
export function mayContinue(snapshot: Snapshot): boolean {
  if (snapshot.text === '') return false;
  switch (snapshot.status) {
    case 'stopped':
      return true;
    case 'error':
      return snapshot.error?.code === 'interrupted' || snapshot.error?.code === 'network';
    case 'complete':
      return snapshot.finishReason === 'length';
    case 'idle':
    case 'connecting':
    case 'streaming':
    case 'stopping':
      return false;
  }
}
