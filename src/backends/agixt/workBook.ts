import { type Asked, createQuestionBook, type QuestionBook } from './questionBook.js';
import { type HistoryRow, toDate } from './readRows.js';
import type { StopContext } from './readStopMessage.js';

/** What is known of the work in AGiXT's conversations, which has no names of its own. */
export interface WorkBook extends Omit<QuestionBook, 'began'> {
  /** A text was sent from here: its run's id is the name. */
  sent(id: string, runId: string): void;
  /** The answer to it began: its question is stored. */
  sentBegan(id: string, runId: string): void;
  /** The answer to it is read no more: the server alone says when it ends. */
  sentLeft(id: string, runId: string): void;
  sentEnded(id: string, runId: string, isCut: boolean): void;
  /** The server says that work began; says how it is called here. It may be over here already. */
  started(id: string, startedAt: string): string;
  /** The server says that work ended; says which, where that is not this page's own. */
  ended(id: string): string | null;
  /** A row of an answer was written: nothing goes on in the background. */
  answered(id: string): void;
  isWorking(id: string): boolean;
  nameOfNewest(id: string): string | null;
  /** Whether the mark of a stop can be about the newest work; it may be written when the next has begun already. */
  isStopOfNewest(id: string, mark: HistoryRow): boolean;
  /** Whether newer work has begun since. */
  isPast(id: string, name: string): boolean;
  contextOf(id: string): StopContext;
}

interface Work extends Asked {
  /** By the server's clock; unknown until it says so. */
  startedAt: string | null;
  /** By the clock here. */
  endedAt: number;
  /** Its answer is this page's, until its body ends. */
  isOwn: boolean;
  isRead: boolean;
  isWorking: boolean;
  isInBackground: boolean;
}

// A short answer may be over before the word that it began, which comes on another connection.
const LATE_MS = 5_000;

const fresh: Omit<Work, 'name'> = {
  startedAt: null,
  endedAt: 0,
  isSent: false,
  hasBegun: false,
  isLate: false,
  isOwn: false,
  isRead: false,
  isWorking: true,
  isInBackground: false,
};

/** Whether a word that work began is about an answer of this page, which has read it to its end. */
function isOver({ isSent, isInBackground, endedAt, ...work }: Work, startedAt: string): boolean {
  if (!isSent || isInBackground) return false;
  if (work.startedAt !== null) return work.startedAt === startedAt;
  return Date.now() - endedAt < LATE_MS;
}

/** Gives the work in each conversation a name, so that a stop can be held to the work it was meant for. */
export function createWorkBook(): WorkBook {
  const { began, ...questions } = createQuestionBook();
  const newest = new Map<string, Work>();

  function begin(id: string, work: Work): void {
    newest.set(id, work);
    began(id, work);
  }

  const isWorking = (id: string): boolean => newest.get(id)?.isWorking ?? false;

  return {
    ...questions,
    sent(id, name) {
      begin(id, { ...fresh, name, isSent: true, isOwn: true, isRead: true });
    },
    sentBegan(id, name) {
      const work = newest.get(id);
      if (work?.name === name) work.hasBegun = true;
    },
    sentLeft(id, name) {
      const work = newest.get(id);
      if (work?.name === name) work.isRead = false;
    },
    sentEnded(id, name, isCut) {
      const work = newest.get(id);
      if (work?.name !== name) return;
      work.hasBegun = true;
      work.endedAt = Date.now();
      work.isWorking = false;
      work.isOwn = false;
      work.isRead = false;
      work.isInBackground = isCut;
    },
    started(id, startedAt) {
      const work = newest.get(id);
      if (work !== undefined && (work.isOwn || isOver(work, startedAt))) {
        work.startedAt = startedAt;
        return work.name;
      }
      const name = `${id}@${startedAt}`;
      if (work?.name === name) Object.assign(work, { isWorking: true, isInBackground: false });
      else begin(id, { ...fresh, name, startedAt, hasBegun: true });
      return name;
    },
    ended(id) {
      const work = newest.get(id);
      // Of what this page reads its own connection tells the end: the word is about another run.
      if (work === undefined || work.isRead) return null;
      work.isWorking = false;
      return work.name;
    },
    answered(id) {
      const work = newest.get(id);
      if (work !== undefined) work.isInBackground = false;
    },
    isWorking,
    nameOfNewest: (id) => newest.get(id)?.name ?? null,
    isStopOfNewest(id, { timestamp }) {
      const work = newest.get(id);
      // The mark is written when the answer has ended: one that is still read is another.
      if (work?.isRead === true) return false;
      return !(toDate(timestamp ?? '') < toDate(work?.startedAt ?? ''));
    },
    isPast(id, name) {
      const work = newest.get(id);
      return work !== undefined && work.name !== name && work.isWorking;
    },
    contextOf(id) {
      const isInBackground = newest.get(id)?.isInBackground ?? false;
      return { isRunning: isWorking(id), isInBackground };
    },
  };
}
