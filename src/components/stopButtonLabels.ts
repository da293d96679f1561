/** The English words of `StopButton`. */
export const stopButtonLabels = {
  stop: 'Stop',
  stopName: 'Stop generating',
  stopSpeaking: 'Stop speaking',
  stopping: 'Stopping…',
  stoppingName: 'Stopping',
  stopped: 'Stopped',
  retry: 'Retry stop',
  retryName: 'Retry stop',
  notConfirmed: 'Not confirmed',
  finished: 'Finished',
  failed: 'Failed',
  stopNow: 'Stop now',
  askedHeard: 'Press again to stop, Escape to keep going.',
  keepGoing: 'Keep going',
  escapeKey: 'Esc',
};

/** The words of `StopButton`; a name is what is heard where it is not what is seen. */
export type StopButtonLabels = typeof stopButtonLabels;
