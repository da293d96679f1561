import type { Message, SeenTurn } from '../../core/index.js';

/** Where an answer will stand in the history, for as long as nobody knows what it is called there. */
export interface Place {
  /** After a question, and that after the last message that was stored when the turn began. */
  name: string;
  /** Whether nothing else can come to stand there. */
  isSure: boolean;
}

/** The place of a turn's answer; `null` when it cannot be told. */
export function placeOf(
  { input, knownIds, also }: SeenTurn,
  history: readonly Message[],
): Place | null {
  if (knownIds === null || also !== undefined) return null;
  const lastId = [...knownIds].at(-1);
  const last = history.findLastIndex(({ id, snapshot }) =>
    [id, snapshot.messageId].includes(lastId ?? ''),
  );
  if (lastId !== undefined && last === -1) return null;
  // The question of a turn that was begun elsewhere is the last that was stored.
  const asked = input === null ? last : last + 1;
  const role = history[asked]?.role ?? (input === null ? null : 'user');
  if (role !== 'user') return null;
  // With more than its question, somebody else's may stand between.
  return { name: after(history[asked - 1]), isSure: history.length <= asked + 1 };
}

/** The place of the answer of the newest turn, if it is this run. */
export function placeOfRun(
  runId: string,
  turns: readonly SeenTurn[],
  history: readonly Message[],
): Place | null {
  const turn = turns.at(-1);
  const place = turn?.snapshot.runId === runId ? placeOf(turn, history) : null;
  // One that is not stored yet may come to stand there.
  const isStored = (earlier: SeenTurn): boolean =>
    earlier.snapshot.stopRecord?.unsent === true ||
    namesOf(earlier).some((name) => turn?.knownIds?.has(name) === true);
  return place && { ...place, isSure: place.isSure && turns.slice(0, -1).every(isStored) };
}

/** The place where this stored answer stands. */
export function placeAt(messages: readonly Message[], at: number): string | null {
  return messages[at - 1]?.role === 'user' ? after(messages[at - 2]) : null;
}

/** Whether a stored answer is the one that a mark of its place is for: `null` while nobody knows. */
export function isMarkedHere(
  messages: readonly Message[],
  at: number,
  turns: readonly SeenTurn[],
): boolean | null {
  const message = messages[at];
  if (message === undefined) return null;
  const place = placeAt(messages, at);
  // Some providers give several answers the same id.
  if (messages.some((_, other) => other !== at && placeAt(messages, other) === place)) return null;
  const isCalled = (turn: SeenTurn, { id, snapshot }: Message): boolean =>
    [id, snapshot.messageId].some((name) => name !== null && namesOf(turn).includes(name));
  if (turns.some((turn) => isOther(turn) && isCalled(turn, message))) return false;
  const isElsewhere = (turn: SeenTurn): boolean =>
    turn.knownIds?.has(message.id) === true || messages.some((each) => isCalled(turn, each));
  return turns.every((turn) => isElsewhere(turn) || !(isOther(turn) || isOut(turn))) || null;
}

/** Whether it was not stopped; of somebody else's turn without a word nobody knows. */
const isOther = ({ input, snapshot }: SeenTurn): boolean =>
  snapshot.stopRecord === null && (input !== null || snapshot.parts.length > 0);

/** Whether its stop may turn out to have come too late. */
const isOut = ({ snapshot: { status, stopRecord } }: SeenTurn): boolean =>
  status === 'stopping' || stopRecord?.confirmation === 'pending';

const after = (message: Message | undefined): string =>
  message === undefined ? 'after:' : `after:${message.snapshot.messageId ?? message.id}`;

const namesOf = ({ id, also = [], snapshot: { messageId } }: SeenTurn): readonly string[] => [
  ...(messageId === null ? [] : [messageId]),
  id,
  ...also,
];
