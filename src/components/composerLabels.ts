/** The English words of `Composer`. */
export const composerLabels = {
  placeholder: 'Ask anything',
  send: 'Send',
  queue: 'Queue',
  stopping: 'Stopping…',
  notConfirmed: 'Stop not confirmed',
  notConfirmedShort: 'Not confirmed',
  editMessage: 'Edit message',
  queued: (count: number) => `${count} queued, sent when the answer ends`,
  heldByStop: (count: number) => `${count} held because you stopped`,
  held: (count: number) => `${count} held because the answer did not finish`,
  sendNext: 'Send next',
  edit: (text: string) => `Edit ${text}`,
  remove: (text: string) => `Remove ${text}`,
  queuedHeard: (count: number) => `Queued, ${count} waiting`,
  heldHeard: (count: number) =>
    count === 1 ? '1 queued message is held' : `${count} queued messages are held`,
};

/** The words of `Composer`; those of its Stop button are its own `labels`. */
export type ComposerLabels = typeof composerLabels;
