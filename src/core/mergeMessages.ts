import type { Message } from './Message.js';
import { idleSnapshot, isActive, type Snapshot } from './Snapshot.js';
import { appendText } from './textPieces.js';

/** A turn as this page saw it. */
export interface SeenTurn {
  /** The answer's id, on the page and often in the history. */
  id: string;
  /** What the person sent from this page, if it was this page. */
  input: string | null;
  /** Ids of the stored messages when the turn began; `null` when none had been read. */
  knownIds: ReadonlySet<string> | null;
  snapshot: Snapshot;
}

/**
 * History and what this page saw, by id and never by text; what is shown is never shortened by a history that was read
 * too early. The answer of a turn keeps the turn's id, also once it is stored under another: it may be a React key.
 */
export function mergeMessages(
  history: readonly Message[],
  turns: readonly SeenTurn[],
): readonly Message[] {
  const merged = [...new Map(history.map((message) => [message.id, message])).values()];
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
      merged[stored] = renamed(settleOn(message, turn.snapshot), turn.id);
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

/** Which stored messages are a turn's for sure. */
interface Place {
  question: string | null;
  answer: string | null;
}

function placeOf(history: readonly Message[], turn: SeenTurn): Place {
  const names = [turn.id, turn.snapshot.messageId];
  const at = findAnswer(history, turn, new Map());
  const named = history.find(
    ({ id, role, snapshot: { runId } }) =>
      id === questionId(turn) || (role === 'user' && runId !== null && names.includes(runId)),
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
  const { messageId } = turn.snapshot;
  const names = [messageId ?? turn.id, turn.id].map((name) => shownAs.get(name) ?? name);
  return merged.findIndex(({ id }) => names.includes(id));
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
  return merged.findIndex(
    ({ id, role }) => role === 'user' && !knownIds.has(id) && !claimed.has(id),
  );
}

const questionId = (turn: SeenTurn): string => `${turn.id}:question`;

function questionOf(turn: SeenTurn, text: string): Message {
  return { id: questionId(turn), role: 'user', snapshot: storedSnapshot(text) };
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

/** Which of the two is shown for one message. */
function settleOn(message: Message, live: Snapshot): Message {
  const stored = message.snapshot;
  const grows = stored.text.length > live.text.length && stored.text.startsWith(live.text);
  const withLive = (snapshot: Snapshot): Message => ({ ...message, snapshot });
  switch (live.status) {
    case 'idle':
      return message;
    case 'connecting':
    case 'streaming':
    case 'stopping':
      // A page that came late may hold less than what was stored already.
      return withLive(grows && !stopIsOut(live) ? within(live, stored) : live);
    case 'stopped': {
      const marked = withPersisted(live, stored);
      return withLive(live.stopRecord?.by === 'remote' && grows ? within(marked, stored) : marked);
    }
    case 'error':
      if (stored.status === 'stopped' && live.text.startsWith(stored.text)) {
        return withLive(within(stored, live));
      }
      if (stored.text.startsWith(live.text)) {
        const isAmended =
          grows || live.error?.code === 'interrupted' || stored.status !== 'complete';
        return isAmended ? message : withLive(live);
      }
      return withLive(live);
    case 'complete':
      return live.text.startsWith(stored.text) && live.text.length > stored.text.length
        ? withLive(live)
        : message;
  }
}

const stopIsOut = (live: Snapshot): boolean => isActive(live.status) && live.stopRecord !== null;

const within = (live: Snapshot, { text, parts }: Snapshot): Snapshot => ({ ...live, text, parts });

function withPersisted(live: Snapshot, stored: Snapshot): Snapshot {
  const persisted = stored.stopRecord?.persisted;
  if (live.stopRecord === null || persisted === undefined) return live;
  if (live.stopRecord.persisted === persisted) return live;
  return { ...live, stopRecord: { ...live.stopRecord, persisted } };
}
