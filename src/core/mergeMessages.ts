import type { Message } from './Message.js';
import { idleSnapshot, isActive, type Snapshot } from './Snapshot.js';
import { appendText } from './textPieces.js';

/** A turn as this page saw it. */
export interface SeenTurn {
  /** The answer's id, also in the history once it is stored there. */
  id: string;
  /** What the person sent from this page, if it was this page. */
  input: string | null;
  /** Ids of the stored messages when the turn began; `null` when none had been read. */
  knownIds: ReadonlySet<string> | null;
  snapshot: Snapshot;
}

/** History and what this page saw, by id and never by text; what is shown is never shortened by a history that was read too early. */
export function mergeMessages(
  history: readonly Message[],
  turns: readonly SeenTurn[],
): readonly Message[] {
  const merged = [...new Map(history.map((message) => [message.id, message])).values()];
  const claimed = new Set<string>();
  for (const turn of turns) {
    const id = turn.snapshot.messageId ?? turn.id;
    const stored = merged.findIndex((message) => message.id === id || message.id === turn.id);
    const asked = findQuestion(merged, turn, stored, claimed);
    const answer = isUnheard(turn) && turn !== turns.at(-1) ? null : answerOf(turn, id);
    if (stored !== -1) {
      const message = merged[stored];
      if (message !== undefined) merged[stored] = settleOn(message, turn.snapshot);
    } else if (asked !== -1) {
      if (answer !== null) merged.splice(asked + 1, 0, answer);
    } else {
      if (turn.input !== null) {
        merged.push(questionOf(turn, turn.input));
        claimed.add(questionId(turn));
      }
      if (answer !== null) merged.push(answer);
    }
    const question = merged[asked];
    if (question !== undefined) claimed.add(question.id);
  }
  return merged;
}

/** Where the turn's own question stands in the history, or -1. */
function findQuestion(
  merged: readonly Message[],
  turn: SeenTurn,
  stored: number,
  claimed: ReadonlySet<string>,
): number {
  const names = [turn.id, turn.snapshot.messageId];
  const named = merged.findIndex(
    ({ id, role, snapshot: { runId } }) =>
      id === questionId(turn) || (role === 'user' && runId !== null && names.includes(runId)),
  );
  if (named !== -1) return named;
  if (stored > 0) return merged[stored - 1]?.role === 'user' ? stored - 1 : -1;
  const { knownIds } = turn;
  if (turn.input === null || knownIds === null) return -1;
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

function answerOf({ snapshot }: SeenTurn, id: string): Message | null {
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
