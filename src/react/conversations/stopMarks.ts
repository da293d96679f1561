import type { Message, Snapshot, StopRecord } from '../../core/index.js';

/** What is remembered of a stop where the backend does not remember it: why and when, never text. */
export interface StopMark extends Pick<
  StopRecord,
  'reason' | 'by' | 'limit' | 'at' | 'confirmation'
> {
  conversationId: string;
  messageId: string;
}

/** Remembers stops across reloads. */
export interface StopMarks {
  read(conversationId: string, messageId: string): StopMark | null;
  /** False when nothing could be kept, as in private windows. */
  write(mark: StopMark): boolean;
  remove(conversationId: string, messageId: string): void;
  clear(): void;
}

const MOST = 500;

/** Stop marks in `localStorage`, the oldest forgotten first. */
export function stopMarks(key = 'stopkit-stops'): StopMarks {
  let parsed: { from: string; marks: StopMark[] } = { from: '[]', marks: [] };
  const load = (): StopMark[] => {
    try {
      const from = localStorage.getItem(key) ?? '[]';
      if (from !== parsed.from) {
        const marks: unknown = JSON.parse(from);
        // Only this file writes under the key; what somebody else put there is not an array of marks.
        parsed = { from, marks: Array.isArray(marks) ? (marks as StopMark[]) : [] };
      }
      return parsed.marks;
    } catch {
      return [];
    }
  };
  const save = (marks: StopMark[]): boolean => {
    try {
      localStorage.setItem(key, JSON.stringify(marks.slice(-MOST)));
      return true;
    } catch {
      return false;
    }
  };
  const isFor = (conversationId: string, messageId: string) => (mark: StopMark) =>
    mark.conversationId === conversationId && mark.messageId === messageId;

  return {
    read: (conversationId, messageId) => load().find(isFor(conversationId, messageId)) ?? null,
    write(mark) {
      const is = isFor(mark.conversationId, mark.messageId);
      return save([...load().filter((other) => !is(other)), mark]);
    },
    remove(conversationId, messageId) {
      const is = isFor(conversationId, messageId);
      const marks = load();
      if (marks.some(is)) save(marks.filter((mark) => !is(mark)));
    },
    clear() {
      save([]);
    },
  };
}

/**
 * Remembers a stop, or forgets it when the answer turned out to be complete; says whether a reload will find it.
 * `storedId` is what the history calls the answer, where that was read.
 */
export function keepStop(
  marks: StopMarks,
  conversationId: string,
  snapshot: Snapshot,
  storedId: string | null = null,
): boolean {
  const { runId, messageId, stopRecord, status } = snapshot;
  const names = [...new Set([runId, messageId, storedId])].filter((name) => name !== null);
  // One that came too late stopped nothing.
  const isLate = stopRecord?.confirmation === 'already-finished';
  if (stopRecord === null || isLate || status === 'complete') {
    for (const name of names) marks.remove(conversationId, name);
    return false;
  }
  const { reason, by, limit, at, confirmation } = stopRecord;
  const why = { reason, by, ...(limit === undefined ? {} : { limit }) };
  const areKept = names.map((name) => {
    // Tabs share their marks: the one where it was pressed knows best who stopped and why.
    const isKnown = by === 'remote' && marks.read(conversationId, name) !== null;
    const mark = { conversationId, messageId: name, ...why, at, confirmation };
    return isKnown || marks.write(mark);
  });
  // A reload knows an answer by its stored name only.
  return (messageId ?? storedId) !== null && areKept.every(Boolean);
}

/** Stored messages with the marks that their backend does not keep. */
export function markStopped(
  messages: readonly Message[],
  marks: StopMarks,
  conversationId: string,
): readonly Message[] {
  return messages.map((message) => {
    const { snapshot } = message;
    // No stop has reached an answer of which the model said how it finished, and not that it was cut.
    if (snapshot.finishReason !== null && !/abort|cancel|stopped/.test(snapshot.finishReason)) {
      return message;
    }
    if (message.role !== 'assistant' || snapshot.stopRecord !== null) return message;
    // Some providers give several answers the same id: of a run whose own name is stored it says nothing.
    const storedId = snapshot.runId ?? snapshot.messageId ?? message.id;
    const mark = marks.read(conversationId, storedId) ?? marks.read(conversationId, message.id);
    if (mark === null) return message;
    // After a reload the backend's own id is all there is to find the mark by.
    const isKept = mark.messageId === storedId || marks.write({ ...mark, messageId: storedId });
    const { reason, by, limit, at, confirmation } = mark;
    const stopRecord: StopRecord = {
      runId: message.id,
      reason,
      by,
      ...(limit === undefined ? {} : { limit }),
      at,
      seenChars: snapshot.text.length,
      frozenMs: 0,
      answeredMs: null,
      confirmation: confirmation === 'pending' ? 'unconfirmed' : confirmation,
      persisted: isKept ? 'browser' : 'no',
    };
    return { ...message, snapshot: { ...snapshot, status: 'stopped', stopRecord } };
  });
}
