import { type Confirmation, mayGrow, type Status } from '../core/index.js';

/** What a Stop button is for at this moment. */
export type StopPhase = 'idle' | 'run' | 'stopping' | 'retry' | 'stopped' | 'complete' | 'error';

/** From what is known of a run and its stop to what a press would do now. */
export function stopPhase(status: Status, confirmation: Confirmation | null): StopPhase {
  if (mayGrow(status)) return 'run';
  if (status !== 'stopped') return status;
  // A retry leaves the status as it is: the run is over here, the question is out again.
  if (confirmation === 'pending') return 'stopping';
  return confirmation === 'unconfirmed' || confirmation === 'refused' ? 'retry' : 'stopped';
}

/** Whether Stop has its place: something runs, is being stopped, or may still be writing. */
export function needsStop(phase: StopPhase): boolean {
  return phase === 'run' || phase === 'stopping' || phase === 'retry';
}
