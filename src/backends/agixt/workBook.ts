import { type HistoryRow, toDate } from './readRows.js';
import type { StopContext } from './readStopMessage.js';

/** What is known of the work in AGiXT's conversations, which has no names of its own. */
export interface WorkBook {
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
  /** The work whose question, if it has one, is in a history that is asked for now. */
  begun(id: string): ReadonlySet<string>;
  /** Learns from stored rows which questions began the work that had begun when they were asked for. */
  learn(id: string, rows: readonly HistoryRow[], begun: ReadonlySet<string>): void;
  nameOfQuestion(questionId: string): string | undefined;
}

interface Work {
  name: string;
  /** By the server's clock; unknown until it says so. */
  startedAt: string | null;
  /** By the clock here. */
  endedAt: number;
  /** It was sent from here, so that it has a question. */
  isSent: boolean;
  hasBegun: boolean;
  /** It was in no history that was read since it began. */
  isLate: boolean;
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
  const newest = new Map<string, Work>();
  const questions = new Map<string, string>();
  const known = new Map<string, ReadonlySet<string>>();
  /** What began since the last question that was named, oldest first. */
  const unnamed = new Map<string, readonly Work[]>();

  function begin(id: string, work: Work): void {
    newest.set(id, work);
    unnamed.set(id, [...unnamedOf(id).filter(({ isLate }) => !isLate), work]);
  }
  const unnamedOf = (id: string): readonly Work[] => unnamed.get(id) ?? [];

  const isWorking = (id: string): boolean => newest.get(id)?.isWorking ?? false;

  return {
    sent(id, name) {
      begin(id, { ...fresh, name, isSent: true, isOwn: true, isRead: true });
    },
    sentBegan(id, name) {
      for (const work of unnamedOf(id)) if (work.name === name) work.hasBegun = true;
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
    begun(id) {
      const all = unnamedOf(id);
      const last = all.findLastIndex(({ hasBegun }) => hasBegun);
      return new Set(all.slice(0, last + 1).map(({ name }) => name));
    },
    learn(id, rows, begun) {
      const before = known.get(id);
      const all = unnamedOf(id);
      const due = all.filter(({ name }) => begun.has(name));
      // Whether the question of what began meanwhile is in here, nobody knows.
      const isOpen = due.length < all.length;
      if (isOpen && before === undefined) return;
      const asked = rows
        .filter((row) => row.role.toUpperCase() === 'USER' && before?.has(row.id) !== true)
        .map((row) => row.id);
      // Work that nobody here sent may have begun without a question.
      const asking = asked.length < due.length ? due.filter(({ isSent }) => isSent) : due;
      const count = Math.min(asked.length, asking.length);
      const from = isOpen ? 0 : asked.length - count;
      asking.slice(asking.length - count).forEach(({ name }, at) => {
        questions.set(asked[from + at] ?? '', name);
      });
      const left = new Set(isOpen ? asked.slice(count) : []);
      const read = rows.flatMap((row) => (left.has(row.id) ? [] : [row.id]));
      known.set(id, new Set([...(before ?? []), ...read]));
      // The question of the newest may be stored a moment late.
      const late = !isOpen && count === 0 ? due.slice(-1) : [];
      for (const work of late) work.isLate = true;
      unnamed.set(id, [...late, ...all.filter((work) => !due.includes(work))]);
    },
    nameOfQuestion: (questionId) => questions.get(questionId),
  };
}
