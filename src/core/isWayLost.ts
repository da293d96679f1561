import type { Snapshot } from './Snapshot.js';

/** Whether a run is over here only because its server was not reached, or said nothing more: there it may go on. */
export function isWayLost({ status, error }: Snapshot): boolean {
  if (status !== 'error' || error === null) return false;
  return error.code === 'interrupted' || error.code === 'network' || (error.status ?? 200) >= 400;
}
