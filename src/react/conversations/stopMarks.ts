import type { Message, SeenTurn, StopRecord } from '../../core/index.js';

/** What is remembered of a stop where the backend does not remember it: why and when, never text. */
export interface StopMark extends Pick<StopRecord, 'reason' | 'by' | 'at' | 'confirmation'> {
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

const MOST = 200;

/** Stop marks in `localStorage`, the oldest forgotten first. */
export function stopMarks(key = 'stopkit-stops'): StopMarks {
  const load = (): StopMark[] => {
    try {
      const marks: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      // Only this file writes under the key; what somebody else put there is not an array of marks.
      return Array.isArray(marks) ? (marks as StopMark[]) : [];
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

/** The name of what follows a stored message: how an answer is found again whose own stored name came too late. */
const placeAfter = (messageId: string | undefined): string => `after:${messageId ?? ''}`;

const placeOf = ({ knownIds }: SeenTurn): string | null =>
  knownIds === null ? null : placeAfter([...knownIds].at(-1));

/** A new question takes the place of one whose answer was never stored. */
export function takePlace(marks: StopMarks, conversationId: string, turn: SeenTurn): void {
  const place = placeOf(turn);
  const isAsked = turn.input !== null && turn.snapshot.stopRecord === null;
  if (isAsked && place !== null) marks.remove(conversationId, place);
}

/** Remembers a stop, or forgets it when the answer turned out to be complete; says whether it is kept. */
export function keepStop(marks: StopMarks, conversationId: string, turn: SeenTurn): boolean {
  const { messageId, stopRecord, status } = turn.snapshot;
  const names = [turn.id, messageId, placeOf(turn)].filter((name) => name !== null);
  if (stopRecord === null || status === 'complete') {
    for (const name of names) marks.remove(conversationId, name);
    return false;
  }
  const { reason, by, at, confirmation } = stopRecord;
  return names
    .map((name) => marks.write({ conversationId, messageId: name, reason, by, at, confirmation }))
    .every(Boolean);
}

/** Stored messages with the marks that their backend does not keep. */
export function markStopped(
  messages: readonly Message[],
  marks: StopMarks,
  conversationId: string,
): readonly Message[] {
  return messages.map((message, index) => {
    const { snapshot } = message;
    if (message.role !== 'assistant' || snapshot.stopRecord !== null) return message;
    const storedId = snapshot.messageId ?? message.id;
    const names = [storedId, message.id, ...placesOf(messages, index)];
    const mark = names.map((name) => marks.read(conversationId, name)).find((one) => one !== null);
    if (mark === undefined) return message;
    // From now on its own stored name is enough.
    if (mark.messageId !== storedId) {
      marks.write({ ...mark, messageId: storedId });
      for (const name of names.slice(1)) if (name !== storedId) marks.remove(conversationId, name);
    }
    const { reason, by, at, confirmation } = mark;
    const stopRecord: StopRecord = {
      runId: message.id,
      reason,
      by,
      at,
      seenChars: snapshot.text.length,
      frozenMs: 0,
      answeredMs: null,
      confirmation: confirmation === 'pending' ? 'unconfirmed' : confirmation,
      persisted: 'browser',
    };
    return { ...message, snapshot: { ...snapshot, status: 'stopped', stopRecord } };
  });
}

/** Where an answer stands: behind what was stored before its turn, with or without its question. */
function placesOf(messages: readonly Message[], index: number): string[] {
  const before = messages[index - 1];
  const places = [placeAfter(before?.id)];
  if (before?.role === 'user') places.push(placeAfter(messages[index - 2]?.id));
  return places;
}
