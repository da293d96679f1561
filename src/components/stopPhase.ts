import type { Confirmation, Status } from '../core/index.js';

/** What a Stop button is for at this moment. */
export type StopPhase = 'idle' | 'run' | 'stopping' | 'retry' | 'stopped' | 'complete' | 'error';

/** From what is known of a run and its stop to what a press would do now. */
export function stopPhase(status: Status, confirmation: Confirmation | null): StopPhase {
  switch (status) {
    case 'connecting':
    case 'streaming':
      return 'run';
    case 'stopped':
      // A retry leaves the status as it is: the run is over here, the question is out again.
      if (confirmation === 'pending') return 'stopping';
      return confirmation === 'unconfirmed' || confirmation === 'refused' ? 'retry' : 'stopped';
    case 'idle':
    case 'stopping':
    case 'complete':
    case 'error':
      return status;
  }
}

/** Whether Stop has its place: something runs, is being stopped, or may still be writing. */
export function needsStop(phase: StopPhase): boolean {
  return phase === 'run' || phase === 'stopping' || phase === 'retry';
}
