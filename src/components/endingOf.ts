import type { ReactElement } from 'react';
import type { Snapshot } from '../core/index.js';
import type { AnswerLabels } from './answerLabels.js';
import { endMark } from './endMark.js';
import { failedIcon, plugIcon, stopIcon, stoppingIcon, warningIcon } from './icons.js';
import { whyRefused } from './whyRefused.js';

/** What can be done about an answer that is over. */
export type AnswerAction =
  | 'retry-stop'
  | 'show-rest'
  | 'continue'
  | 'regenerate'
  | 'try-again'
  | 'copy';

/** How an answer ended: what stands below its text, and what can be done. */
export interface Ending {
  look: 'none' | 'mark' | 'warning' | 'danger';
  icon?: ReactElement;
  /** The words of the mark; of a note, its lead words. */
  words?: string;
  detail?: string;
  /** Whether the mark tells of a stop of one's own, whose receipt may be read. */
  hasReceipt?: boolean;
  /** In their order; those for which there is nothing to call are left out later. */
  actions: readonly AnswerAction[];
}

/** How this answer ended; `null` while it goes on. */
export function endingOf(snapshot: Snapshot, labels: AnswerLabels): Ending | null {
  switch (snapshot.status) {
    case 'idle':
    case 'connecting':
    case 'streaming':
      return null;
    case 'stopping':
      return { look: 'mark', icon: stoppingIcon, words: labels.stopping, actions: [] };
    case 'stopped':
      return stopped(snapshot, labels);
    case 'complete':
      return { look: 'none', actions: ['copy', 'regenerate', 'continue'] };
    case 'error':
      return failed(snapshot, labels);
  }
}

function stopped({ parts, text, stopRecord }: Snapshot, labels: AnswerLabels): Ending {
  const icon = stopIcon;
  switch (stopRecord?.confirmation) {
    case 'accepted':
      return {
        look: 'mark',
        icon,
        words: labels.toldServer,
        actions: ['retry-stop', 'regenerate', 'copy'],
      };
    case 'already-finished':
      return {
        look: 'mark',
        icon,
        words: labels.hadFinished,
        actions: ['show-rest', 'regenerate', 'copy'],
      };
    case 'refused':
      return {
        look: 'warning',
        icon: warningIcon,
        words: labels.refused,
        detail: sentences(whyRefused(stopRecord, labels), labels.mayStillWrite),
        actions: ['retry-stop', 'regenerate', 'copy'],
      };
    // A retry that is still out; where it is on the screen, "Retry stop" itself says so.
    case 'pending':
    case 'unconfirmed':
      return {
        look: 'warning',
        icon: warningIcon,
        words: labels.notConfirmed,
        detail: labels.noAnswer,
        actions: ['retry-stop', 'regenerate', 'copy'],
      };
    // Without a record nobody knows by whom.
    case undefined:
    case 'not-asked':
    case 'confirmed':
      return {
        look: 'mark',
        icon,
        words: stopRecord ? endMark(stopRecord, text, labels) : labels.stopped,
        hasReceipt: stopRecord?.by === 'user' && parts.length > 0,
        actions: stopRecord?.reason === 'replaced' ? ['copy'] : ['continue', 'regenerate', 'copy'],
      };
  }
}

function failed({ error, text }: Snapshot, labels: AnswerLabels): Ending {
  const hasText = text !== '';
  if (error?.code === 'interrupted') {
    return {
      look: 'warning',
      icon: plugIcon,
      words: labels.lost,
      detail: hasText ? labels.keptToHere : '',
      actions: ['continue', 'regenerate', 'copy'],
    };
  }
  return {
    look: 'danger',
    icon: failedIcon,
    words: labels.failed,
    detail: sentences(error && labels.reason(error), hasText && labels.kept),
    actions: ['continue', 'try-again', 'copy'],
  };
}

const sentences = (...parts: (string | undefined | null | false)[]): string =>
  parts.filter(Boolean).join(' ');
