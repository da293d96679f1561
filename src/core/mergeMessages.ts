import type { Message } from './Message.js';
import { settleOn } from './settleOn.js';
import { idleSnapshot, type Snapshot } from './Snapshot.js';
import { appendText } from './textPieces.js';

/** A turn as this page saw it. */
export interface SeenTurn {
  /** The answer's id, on the page and often in the history. */
  id: string;
  /** What the person sent from this page, if it was this page. */
  input: string | null;
  /** What the backend calls the turn, where that is another name. */
  turnId?: string | null;
  /** Ids of the stored messages when the turn began; `null` when none had been read. */
  knownIds: ReadonlySet<string> | null;
  snapshot: Snapshot;
  /** Other names under which it may be stored, where it went on with an answer that was stopped. */
  also?: readonly string[];
}

/** Every name under which a turn's answer may be stored. */
const namesOf = (turn: SeenTurn): readonly string[] => [
  ...(turn.snapshot.messageId === null ? [] : [turn.snapshot.messageId]),
  turn.id,
  ...otherNames(turn),
];

const otherNames = ({ turnId = null, also = [] }: SeenTurn): readonly string[] =>
  turnId === null ? also : [turnId, ...also];

/**
 * History and what this page saw, by id and never by text, but for a question that may be lost; what is shown is never
 * shortened by a history that was read too early. The answer of a turn keeps the turn's id, also once it is stored
 * under another: it may be a React key.
 */
export function mergeMessages(
  history: readonly Message[],
  turns: readonly SeenTurn[],
): readonly Message[] {
  const merged = [
    ...new Map(wholes(history, turns).map((message) => [message.id, message])).values(),
  ];
  const shownAs = new Map<string, string>();
  const places = turns.map((turn) => placeOf(merged, turn));
  // What is some turn's question for sure is no other's.
  const claimed = new Set(places.flatMap(({ question }) => question ?? []));
  const later = firstOfLater(places);
  turns.forEach((turn, at) => {
    const stored = findAnswer(merged, turn, shownAs);
    const asked = findQuestion(merged, turn, places[at]?.question ?? null, stored, claimed);
    const answer = isUnheard(turn) && at !== turns.length - 1 ? null : answerOf(turn);
    const message = merged[stored];
    if (message !== undefined) {
      const settled = isPiece(message, turn)
        ? { ...message, snapshot: turn.snapshot }
        : settleOn(message, turn.snapshot);
      merged[stored] = renamed(settled, turn.id);
      shownAs.set(message.id, turn.id);
    } else if (asked !== -1) {
      if (answer !== null) merged.splice(asked + 1, 0, answer);
    } else {
      const next = later[at] ?? null;
      const place =
        next === null ? -1 : merged.findIndex(({ id }) => id === (shownAs.get(next) ?? next));
      const question = turn.input === null ? null : questionOf(turn, turn.input);
      const both = [question, answer].filter((each) => each !== null);
      merged.splice(place === -1 ? merged.length : place, 0, ...both);
      if (question !== null) claimed.add(question.id);
    }
    const { messageId } = turn.snapshot;
    if (messageId !== null) shownAs.set(messageId, turn.id);
    const question = merged[asked];
    if (question !== undefined) claimed.add(question.id);
  });
  return merged;
}

/** The history without the pieces that are stored of an answer that was gone on with; the first stands for it. */
function wholes(history: readonly Message[], turns: readonly SeenTurn[]): readonly Message[] {
  const pieces = turns
    .filter(({ also }) => also !== undefined)
    .flatMap((turn) => {
      const names = namesOf(turn);
      return history.filter(({ id, role }) => role === 'assistant' && names.includes(id)).slice(1);
    });
  return pieces.length === 0 ? history : history.filter((message) => !pieces.includes(message));
}

/** Whether it is what was stored before the answer was gone on with: the page knows more. */
const isPiece = ({ id, snapshot: { text } }: Message, { also, snapshot }: SeenTurn): boolean =>
  also !== undefined && id !== snapshot.runId && snapshot.text.startsWith(text);

/** Which stored messages are a turn's for sure. */
interface Place {
  question: string | null;
  answer: string | null;
}

function placeOf(history: readonly Message[], turn: SeenTurn): Place {
  const names = namesOf(turn);
  const asked = names.map(questionId);
  const at = findAnswer(history, turn, new Map());
  const named = history.find(
    ({ id, role, snapshot: { runId } }) =>
      asked.includes(id) || (role === 'user' && runId !== null && names.includes(runId)),
  );
  const beside = history[at - 1];
  const question = named ?? (beside?.role === 'user' ? beside : undefined);
  return { question: question?.id ?? null, answer: history[at]?.id ?? null };
}

/** For each turn the first stored message of those that came later: what is not stored stands before it. */
function firstOfLater(places: readonly Place[]): readonly (string | null)[] {
  let next: string | null = null;
  const backwards = [...places].reverse().map(({ question, answer }) => {
    const before = next;
    next = question ?? answer ?? next;
    return before;
  });
  return backwards.reverse();
}

const namedByStore = new WeakMap<Snapshot, Snapshot>();

/** A message under the id it has had on this page; what the backend calls it is in its snapshot. */
function renamed({ id: storedId, role, snapshot }: Message, id: string): Message {
  if (id === storedId || snapshot.messageId !== null) return { id, role, snapshot };
  // The same for the same snapshot, so that nothing is rendered again.
  const named = namedByStore.get(snapshot) ?? { ...snapshot, messageId: storedId };
  namedByStore.set(snapshot, named);
  return { id, role, snapshot: named };
}

/** Where the turn's answer stands, also one that an earlier turn of the same name has shown; or -1. */
function findAnswer(
  merged: readonly Message[],
  turn: SeenTurn,
  shownAs: ReadonlyMap<string, string>,
): number {
  const names = [shownAs.get(turn.id) ?? turn.id, ...otherNames(turn)];
  // A backend may call a turn as its question.
  const own = merged.findIndex(({ id, role }) => role !== 'user' && names.includes(id));
  const { messageId } = turn.snapshot;
  // Some providers give every answer the same id: it counts only where the history has it.
  return own !== -1 ? own : merged.findIndex(({ id }) => id === messageId);
}

/** Where the turn's own question stands in the history, or -1. */
function findQuestion(
  merged: readonly Message[],
  turn: SeenTurn,
  own: string | null,
  stored: number,
  claimed: ReadonlySet<string>,
): number {
  if (own !== null) return merged.findIndex(({ id }) => id === own);
  const { input, knownIds, snapshot } = turn;
  // One that never left this page is in no history.
  const isUnsent = snapshot.stopRecord?.unsent === true;
  if (stored !== -1 || input === null || knownIds === null || isUnsent) return -1;
  // One that failed before its first word may be stored nowhere: another text is somebody else's.
  const mayBeLost = snapshot.error !== null && snapshot.parts.length === 0;
  return merged.findIndex(
    ({ id, role, snapshot: { text } }) =>
      role === 'user' &&
      !knownIds.has(id) &&
      !claimed.has(id) &&
      (!mayBeLost || text.trim() === input.trim()),
  );
}

const questionId = (name: string): string => `${name}:question`;

function questionOf(turn: SeenTurn, text: string): Message {
  return { id: questionId(turn.id), role: 'user', snapshot: storedSnapshot(text) };
}

/** Somebody else's turn of which no word arrived: once another follows it, only the history can tell of it. */
const isUnheard = ({ input, snapshot }: SeenTurn): boolean =>
  input === null && snapshot.parts.length === 0;

function answerOf({ id, snapshot }: SeenTurn): Message | null {
  const nothing = snapshot.parts.length === 0 && snapshot.error === null;
  const over = snapshot.status === 'complete' || snapshot.status === 'idle';
  return nothing && over ? null : { id, role: 'assistant', snapshot };
}

/** A snapshot of text that was stored whole. */
export function storedSnapshot(text: string): Snapshot {
  return {
    ...idleSnapshot,
    status: 'complete',
    text,
    parts: text === '' ? [] : [appendText(null, text)],
  };
}

/** A question that was stored; `runId` names the answer it began, where that is known. */
export function storedQuestion(id: string, text: string, runId: string | null = null): Message {
  return { id, role: 'user', snapshot: { ...storedSnapshot(text), runId } };
}
