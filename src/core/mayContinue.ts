import { isCut } from './GenerationError.js';
import type { Snapshot } from './Snapshot.js';

/** Whether an answer that ended like this can be gone on with. */
export function mayContinue({ text, status, error, finishReason }: Snapshot): boolean {
  if (text === '') return false;
  if (status === 'error') return isCut(error);
  return status === 'stopped' || (status === 'complete' && finishReason === 'length');
}
