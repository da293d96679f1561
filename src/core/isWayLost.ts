import { isCut } from './GenerationError.js';
import type { Snapshot } from './Snapshot.js';

/** Whether a run is over here only because its server was not reached, or said nothing more: there it may go on. */
export function isWayLost({ status, error }: Snapshot): boolean {
  return status === 'error' && (isCut(error) || (error?.status ?? 200) >= 400);
}
