import type { HistoryRow } from './readRows.js';

/** Work that may have a question among the stored rows. */
export interface Asked {
  name: string;
  /** It was sent from here, so that it has a question. */
  isSent: boolean;
  /** Its question is stored. */
  hasBegun: boolean;
  /** It was in no history that was read since it began. */
  isLate: boolean;
}

/** Which of the stored questions began which work. */
export interface QuestionBook {
  began(id: string, work: Asked): void;
  /** The work has no question after all. */
  forget(id: string, name: string): void;
  /** The work whose question, if it has one, is in a history that is asked for now. */
  begun(id: string): ReadonlySet<string>;
  /** Learns from stored rows which questions began the work that had begun when they were asked for. */
  learn(id: string, rows: readonly HistoryRow[], begun: ReadonlySet<string>): void;
  nameOfQuestion(questionId: string): string | undefined;
}

/** AGiXT's rows do not say which work a question began: the order tells. */
export function createQuestionBook(): QuestionBook {
  const questions = new Map<string, string>();
  const known = new Map<string, ReadonlySet<string>>();
  /** What began since the last question that was named, oldest first. */
  const unnamed = new Map<string, readonly Asked[]>();
  const unnamedOf = (id: string): readonly Asked[] => unnamed.get(id) ?? [];

  return {
    began(id, work) {
      unnamed.set(id, [...unnamedOf(id).filter(({ isLate }) => !isLate), work]);
    },
    forget(id, name) {
      const others = unnamedOf(id).filter((work) => work.name !== name);
      unnamed.set(id, others);
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
