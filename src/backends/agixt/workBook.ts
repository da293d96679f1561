import type { HistoryRow } from './readRows.js';
import type { StopContext } from './readStopMessage.js';

/** What is known of the work in AGiXT's conversations, which has no names of its own. */
export interface WorkBook {
  /** A text was sent from here: its run's id is the name. */
  sent(id: string, runId: string): void;
  sentEnded(id: string, runId: string, isCut: boolean): void;
  /** The server says that work began; says how it is called here. */
  started(id: string, startedAt: string): string;
  /** The server says that work ended; says which. */
  ended(id: string): string | null;
  /** A row of an answer was written: nothing goes on in the background. */
  answered(id: string): void;
  isWorking(id: string): boolean;
  nameOfNewest(id: string): string | null;
  /** Whether newer work has begun since. */
  isPast(id: string, name: string): boolean;
  contextOf(id: string): StopContext;
  /** Learns from stored rows which question began the newest work. */
  learn(id: string, rows: readonly HistoryRow[]): void;
  nameOfQuestion(questionId: string): string | undefined;
}

interface Work {
  name: string;
  /** Its answer is read by this page. */
  isOwn: boolean;
  isWorking: boolean;
  isInBackground: boolean;
}

/** Gives the work in each conversation a name, so that a stop can be held to the work it was meant for. */
export function createWorkBook(): WorkBook {
  const newest = new Map<string, Work>();
  const questions = new Map<string, string>();
  const known = new Map<string, ReadonlySet<string>>();

  const isWorking = (id: string): boolean => newest.get(id)?.isWorking ?? false;

  return {
    sent(id, name) {
      newest.set(id, { name, isOwn: true, isWorking: true, isInBackground: false });
    },
    sentEnded(id, name, isCut) {
      const work = newest.get(id);
      if (work?.name !== name) return;
      work.isWorking = false;
      work.isOwn = false;
      work.isInBackground = isCut;
    },
    started(id, startedAt) {
      const work = newest.get(id);
      if (work?.isOwn === true) return work.name;
      const name = `${id}@${startedAt}`;
      newest.set(id, { name, isOwn: false, isWorking: true, isInBackground: false });
      return name;
    },
    ended(id) {
      const work = newest.get(id);
      if (work === undefined) return null;
      work.isWorking = false;
      return work.name;
    },
    answered(id) {
      const work = newest.get(id);
      if (work !== undefined) work.isInBackground = false;
    },
    isWorking,
    nameOfNewest: (id) => newest.get(id)?.name ?? null,
    isPast(id, name) {
      const work = newest.get(id);
      return work !== undefined && work.name !== name && work.isWorking;
    },
    contextOf(id) {
      const isInBackground = newest.get(id)?.isInBackground ?? false;
      return { isRunning: isWorking(id), isInBackground };
    },
    learn(id, rows) {
      const work = newest.get(id);
      const question = rows.filter(({ role }) => role.toUpperCase() === 'USER').at(-1);
      const isNew = question !== undefined && !(known.get(id)?.has(question.id) ?? false);
      const isNamed = [...questions.values()].includes(work?.name ?? '');
      if (work !== undefined && isNew && !isNamed) questions.set(question.id, work.name);
      known.set(id, new Set(rows.map((row) => row.id)));
    },
    nameOfQuestion: (questionId) => questions.get(questionId),
  };
}
