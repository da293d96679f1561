import type { Snapshot } from '../../core/index.js';

/** The runs of this page whose stop no server has answered yet. */
const stopsOut = new Set<string>();

/** Hears what is known of a stop now. */
export function noteStop({ stopRecord }: Snapshot): void {
  if (stopRecord === null) return;
  const { runId, confirmation } = stopRecord;
  if (confirmation === 'pending') stopsOut.add(runId);
  else stopsOut.delete(runId);
}

/** Whether this page still waits for what the server says. */
export const isStopOut = (runId: string): boolean => stopsOut.has(runId);
