/** The English words of `ActiveConversations`. */
export const activeConversationsLabels = {
  heading: 'Running now',
  stopAll: 'Stop all',
  stopAllQuestion: (count: number) => `Stop all ${count} answers?`,
  stopAllKeeps: 'What is written so far is kept.',
  stopAllNow: (count: number) => `Stop all ${count}`,
  keepGoing: 'Keep going',
  selected: (count: number) => `${count} selected`,
  clear: 'Clear',
  stopSelected: (count: number) => `Stop ${count}`,
  select: (title: string) => `Select ${title}`,
  untitled: 'Untitled',
  writing: 'Writing',
  queued: 'Queued',
  queuedBehind: (count: number) => `Queued behind ${count}`,
  stop: 'Stop',
  stopName: (title: string) => `Stop ${title}`,
  stopping: 'Stopping…',
  stoppingName: (title: string) => `Stopping ${title}`,
  notConfirmed: 'Stop not confirmed',
  retry: 'Retry stop',
  retryName: (title: string) => `Retry stop ${title}`,
  stopped: 'Stopped',
  stoppedName: (title: string) => `Stopped ${title}`,
  finished: 'Finished',
  finishedName: (title: string) => `Finished ${title}`,
  loading: 'Looking for running answers…',
  empty: 'Nothing is running',
  emptyHint: 'Answers that are being written show up here.',
  error: 'The list could not be loaded.',
  errorHint: 'Running answers go on.',
  tryAgain: 'Try again',
  disconnected: 'The connection was lost.',
  disconnectedHint: 'The list may be out of date.',
  // One that is not in the list any more may as well have finished.
  stoppedHeard: (count: number) =>
    count === 1 ? '1 answer has ended' : `${count} answers have ended`,
  stoppedSomeHeard: (stopped: number, all: number) =>
    all === 1
      ? 'Stop not confirmed'
      : `${stopped} of ${all} have ended. ${all - stopped} not confirmed.`,
};

/** The words of `ActiveConversations`. */
export type ActiveConversationsLabels = typeof activeConversationsLabels;
