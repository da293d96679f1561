import { type Asked, createQuestionBook, type QuestionBook } from './createQuestionBook.js';
import { type HistoryRow, toDate } from './readRows.js';
import type { StopContext } from './readStopMessage.js';

/** What is known of the work in AGiXT's conversations, which has no names of its own. */
export interface WorkBook extends Omit<QuestionBook, 'began' | 'forget'> {
  /** A text was sent from here: its run's id is the name. */
  sent(id: string, runId: string): void;
  /** It was stopped before it had left. */
  sentBack(id: string, runId: string): void;
  /** The answer to it began: its question is stored. */
  sentBegan(id: string, runId: string): void;
  /** The answer to it is read no more: the server alone says when it ends. */
  sentLeft(id: string, runId: string): void;
  sentEnded(id: string, runId: string, isCut: boolean): void;
  /** A notice says that work began; says how the newest is called here, `null` where the word is about older work or it is over. */
  started(id: string, startedAt: string): string | null;
  /** The same of a list that was asked for at `askedAt`. */
  listed(id: string, startedAt: string, askedAt: number): string | null;
  /** What is at work because its body is open here, whatever a list says. */
  open(): readonly { id: string; name: string }[];
  /** A notice says that work ended that began at this time, or before it; says which, where that is not this page's own. */
  ended(id: string, startedAt: string): string | null;
  /** A row of an answer was written: nothing goes on in the background. */
  answered(id: string): void;
  isWorking(id: string): boolean;
  /** Whether the newest was sent from here, and the server has not shown yet that it has it. */
  isOnItsWay(id: string): boolean;
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
  /** By the clock here, as is its end. */
  begunAt: number;
  endedAt: number;
  /** Its answer is this page's, until its body ends. */
  isOwn: boolean;
  isRead: boolean;
  isWorking: boolean;
  isInBackground: boolean;
  /** A notice said that it ended, though its body here has not. */
  isSaidOver: boolean;
}

// A short answer may be over before the word that it began, which comes on another connection.
const LATE_MS = 5_000;

const fresh = {
  startedAt: null,
  endedAt: -Infinity,
  isSent: false,
  hasBegun: false,
  isLate: false,
  isOwn: false,
  isRead: false,
  isWorking: true,
  isInBackground: false,
  isSaidOver: false,
};

const hasJustEnded = ({ endedAt }: Work): boolean => performance.now() - endedAt < LATE_MS;

/** Whether a word that work began is about an answer of this page, of which it has read all that it could. */
function isOver(work: Work, startedAt: string): boolean {
  if (!work.isSent || (work.startedAt ?? startedAt) !== startedAt) return false;
  // One that was cut may go on where it can be stopped after all.
  return hasJustEnded(work) || (work.startedAt !== null && !work.isInBackground);
}

/** Whether this was before the work began; both by the server's clock. */
const isBefore = (time: string, { startedAt }: Work): boolean =>
  toDate(time) < toDate(startedAt ?? '');

/** Until the server has said when it began, what it says may be about the work before it. */
const isUnheard = ({ isOwn, startedAt }: Work): boolean => isOwn && startedAt === null;

/** Whether the server has shown that it has what is read here. */
const isShown = (work: Work): boolean => work.hasBegun || !work.isRead || !isUnheard(work);

/** Gives the work in each conversation a name, so that a stop can be held to the work it was meant for. */
export function createWorkBook(): WorkBook {
  const { began, forget, ...questions } = createQuestionBook();
  const newest = new Map<string, Work>();
  /** What was sent from here and may still be spoken of, oldest first. */
  const sent = new Map<string, readonly Work[]>();

  function begin(id: string, work: Omit<Work, 'begunAt'>): Work {
    const begun = { ...work, begunAt: performance.now() };
    newest.set(id, begun);
    began(id, begun);
    return begun;
  }
  const sentTo = (id: string): readonly Work[] =>
    (sent.get(id) ?? []).filter((work) => work.isOwn || hasJustEnded(work));
  const sentAs = (id: string, name: string): Work | undefined =>
    sent.get(id)?.find((work) => work.name === name);

  const isWorking = (id: string): boolean => newest.get(id)?.isWorking ?? false;

  function hear(id: string, startedAt: string, isNotice: boolean): string | null {
    const work = newest.get(id);
    const name = `${id}@${startedAt}`;
    if (work?.isWorking === true && isBefore(startedAt, work)) return null;
    if (work !== undefined && (work.isOwn || isOver(work, startedAt))) {
      // A list may be about what began since.
      if (work.isOwn || isNotice) work.startedAt = startedAt;
      return work.isWorking ? work.name : null;
    }
    if (work?.name === name) Object.assign(work, { isWorking: true, isInBackground: false });
    else begin(id, { ...fresh, name, startedAt, hasBegun: true });
    return name;
  }

  return {
    ...questions,
    sent(id, name) {
      const work = begin(id, { ...fresh, name, isSent: true, isOwn: true, isRead: true });
      sent.set(id, [...sentTo(id), work]);
    },
    sentBack(id, name) {
      const work = sentAs(id, name);
      if (work !== undefined)
        Object.assign(work, { isWorking: false, isOwn: false, isRead: false });
      forget(id, name);
    },
    sentBegan(id, name) {
      const work = sentAs(id, name);
      // It is told of each word: what speaks is not over, whatever a notice said.
      if (work !== undefined) Object.assign(work, { hasBegun: true, isSaidOver: false });
    },
    sentLeft(id, name) {
      const work = sentAs(id, name);
      if (work !== undefined) work.isRead = false;
    },
    sentEnded(id, name, isCut) {
      const over = { isWorking: false, isOwn: false, isRead: false, isInBackground: isCut };
      const work = sentAs(id, name);
      if (work === undefined) return;
      Object.assign(work, { ...over, hasBegun: true, endedAt: performance.now() });
    },
    started(id, startedAt) {
      // Notices come in the order of the answers, and may come twice.
      const all = sentTo(id);
      const about =
        all.find((work) => work.startedAt === startedAt) ??
        all.find((work) => work.startedAt === null);
      if (about === undefined || about === newest.get(id)) return hear(id, startedAt, true);
      about.startedAt = startedAt;
      return null;
    },
    listed(id, startedAt, askedAt) {
      const work = newest.get(id);
      return work !== undefined && work.begunAt > askedAt ? null : hear(id, startedAt, false);
    },
    open() {
      const all = [...newest].map(([id, work]) => ({ ...work, id }));
      return all.filter(
        (work) => work.isOwn && work.isWorking && !work.isSaidOver && isShown(work),
      );
    },
    ended(id, startedAt) {
      const work = newest.get(id);
      if (work === undefined || isUnheard(work) || isBefore(startedAt, work)) return null;
      // Later work may have ended, or older work late.
      work.isSaidOver ||= startedAt === work.startedAt;
      // Of what this page reads its own connection tells the end first.
      if (work.isRead) return null;
      work.isWorking = false;
      return work.name;
    },
    answered(id) {
      const work = newest.get(id);
      if (work !== undefined) work.isInBackground = false;
    },
    isWorking,
    isOnItsWay(id) {
      const work = newest.get(id);
      return work !== undefined && isUnheard(work) && work.isWorking && !work.hasBegun;
    },
    nameOfNewest: (id) => newest.get(id)?.name ?? null,
    isStopOfNewest(id, { timestamp }) {
      const work = newest.get(id);
      if (work === undefined) return true;
      // The mark is written when the answer has ended: one that is still read is another.
      return !work.isRead && !isUnheard(work) && !isBefore(timestamp ?? '', work);
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
