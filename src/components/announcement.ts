import type { GenerationError, Status, StopRecord } from '../core/index.js';
import { asOne } from './announce.js';
import { endMark, type EndMarkLabels, endMarkLabels } from './endMark.js';
import { whyRefused } from './whyRefused.js';

/** As much of a snapshot as can be told. */
export interface Announced {
  status: Status;
  stopRecord: StopRecord | null;
  text?: string;
  error?: GenerationError | null;
}

/** The words of `StatusAnnouncer`. */
export interface StatusAnnouncerLabels extends EndMarkLabels {
  generating: string;
  stopping: string;
  accepted: string;
  unconfirmed: string;
  refused: string;
  alreadyFinished: string;
  complete: string;
  interrupted: string;
  failed: (reason: string) => string;
  /** What went wrong, in a sentence. @default the error's own message, in English */
  reason: (error: GenerationError) => string;
}

/** The English words. */
export const statusAnnouncerLabels: StatusAnnouncerLabels = {
  ...endMarkLabels,
  generating: 'Generating answer',
  stopping: 'Stopping',
  accepted: 'Stopped here. The server was told.',
  unconfirmed: 'Stop not confirmed. You can retry.',
  refused: 'The server refused the stop.',
  alreadyFinished: 'It had already finished.',
  complete: 'Answer complete',
  interrupted: 'Connection lost. The answer is incomplete.',
  failed: (reason) => `The answer failed. ${reason}`,
  reason: ({ message }) => message,
};

/** A boundary of an answer, in words. */
export interface Announcement {
  words: string;
  role: 'status' | 'alert';
  /** The person's stop, or a failure, is over: what waits behind it is held. */
  ends: boolean;
}

/** What is heard of a snapshot; `null` when nothing is to be said. */
export function announcement(
  { status, stopRecord, text, error }: Announced,
  labels: StatusAnnouncerLabels,
): Announcement | null {
  const say = (words: string, ends = false): Announcement => ({ words, role: 'status', ends });
  switch (status) {
    case 'idle':
      return null;
    case 'connecting':
    case 'streaming':
      return say(labels.generating);
    case 'complete':
      return say(labels.complete);
    case 'error':
      return {
        words:
          error?.code === 'interrupted'
            ? labels.interrupted
            : labels.failed(error == null ? '' : labels.reason(error)),
        role: 'alert',
        ends: true,
      };
    case 'stopping':
    case 'stopped':
      if (stopRecord === null) return say(status === 'stopping' ? labels.stopping : labels.stopped);
      return stopWords(stopRecord);
  }

  function stopWords(record: StopRecord): Announcement {
    switch (record.confirmation) {
      case 'pending':
        return say(labels.stopping);
      case 'accepted':
        return say(labels.accepted, true);
      case 'unconfirmed':
        return say(labels.unconfirmed, true);
      case 'refused': {
        const why = whyRefused(record, labels);
        return say(why === undefined ? labels.refused : asOne(labels.refused, why), true);
      }
      case 'already-finished':
        return say(labels.alreadyFinished, true);
      case 'not-asked':
      case 'confirmed': {
        const mark = { ...labels, stoppedByYou: labels.stopped };
        return say(endMark(record, text, mark), true);
      }
    }
  }
}
