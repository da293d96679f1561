import type { Backend } from './Backend.js';
import { createEventFeed, type EventFeed } from './createEventFeed.js';
import type { SeenTurn } from './mergeMessages.js';
import { idleSnapshot, mayGrow, type Snapshot } from './Snapshot.js';
import type { StopAnswer, StopRequest } from './StopRequest.js';
import { canRetryStop, type StopVerdict, transition } from './transition.js';

/** One turn of a conversation and what this page knows of it. */
export interface ConversationTurn {
  /** The id this page's run has; the backend's own name of the turn is `turnId`. */
  runId: string;
  turnId: string | null;
  input: string | null;
  /** The names of the turns whose answer this one goes on with, oldest first. */
  goesOnFrom: readonly string[];
  /** The text it goes on from. */
  base: string;
  knownIds: SeenTurn['knownIds'];
  feed: EventFeed;
  /** Its answer is read from a source that says itself how it ends, not from a backend's events. */
  readsSource: boolean;
  /** It was sent from here; until then no word of the backend can be about it. */
  hasLeft: boolean;
  /** When its source said something last. */
  saidAt: number;
  /** How much of its text was there before this page was told it. */
  toldBefore: number;
  /** The backend has shown that it has this turn. */
  isKnown: boolean;
  /** How it ended can only be read from the history. */
  isLost: boolean;
  /** How often the history was read for its end, in vain. */
  looks: number;
  /** Nothing more is tried to get the rest of it. */
  isGivenUp: boolean;
  /** A list said that it is over, while a stop was still out. */
  isGone: boolean;
  overAt: number | null;
  isHistoryAsked: boolean;
  /** A stop of everything, whose answer is this turn's too. */
  stopAll: Promise<StopAnswer> | null;
  /** Why another tab says that it was stopped. */
  toldReason: string | null;
  /** What was heard of its stop while a newer turn had begun and the stop was not answered. */
  lateWord: StopVerdict['outcome'] | null;
  /** What was on the screen when a newer turn began. */
  last: Snapshot;
}

/** A turn nothing is known of yet. */
export function createTurn(
  from: Pick<ConversationTurn, 'turnId' | 'input' | 'knownIds' | 'readsSource'>,
): ConversationTurn {
  return {
    ...from,
    goesOnFrom: [],
    base: '',
    runId: from.turnId ?? '',
    feed: createEventFeed(),
    hasLeft: from.input === null,
    saidAt: -Infinity,
    toldBefore: 0,
    isKnown: from.input === null,
    isLost: false,
    looks: 0,
    isGivenUp: false,
    isGone: false,
    overAt: null,
    isHistoryAsked: false,
    stopAll: null,
    toldReason: null,
    lateWord: null,
    last: idleSnapshot,
  };
}

/** Whether the backend or this page calls the turn so. */
export function isCalled(turn: ConversationTurn, name: string): boolean {
  return turn.turnId === name || turn.runId === name;
}

/** Whether somebody else's turn runs of which only a status was heard. */
export const isNameless = (turn: ConversationTurn): boolean =>
  turn.turnId === null && turn.overAt === null && turn.input === null && !turn.readsSource;

/** Whether this page asked for it, whoever began the answer. */
export const isSentHere = ({ input, goesOnFrom }: ConversationTurn): boolean =>
  input !== null || goesOnFrom.length > 0;

/** Whether only events of the backend can tell of what this page asked for: they do, or its source has said nothing. */
export const isToldByEvents = (turn: ConversationTurn, { attaches }: Backend): boolean =>
  attaches !== true && isSentHere(turn) && (!turn.readsSource || turn.saidAt === -Infinity);

/** Every name under which its answer may be stored. */
export const namesOf = (
  { goesOnFrom, runId, turnId }: ConversationTurn,
  { messageId }: Snapshot,
): readonly (string | null)[] => [messageId, runId, turnId, ...goesOnFrom];

/** A turn that goes on with the answer of this one, and takes its place; `input` is the question that it answers. */
export function goOnFrom(
  turn: ConversationTurn,
  snapshot: Snapshot,
  input: string | null,
): ConversationTurn {
  const names = new Set([toId(turn), ...namesOf(turn, snapshot)]);
  return {
    ...createTurn({ input, turnId: null, knownIds: turn.knownIds, readsSource: true }),
    goesOnFrom: [...names].filter((name) => name !== null),
    base: snapshot.text,
    hasLeft: false,
    isKnown: false,
  };
}

/** A turn as this page saw it. */
export function toSeen(turn: ConversationTurn, snapshot: Snapshot): SeenTurn {
  const { input, turnId, knownIds, goesOnFrom, runId } = turn;
  const seen = { id: toId(turn), input, turnId, knownIds, snapshot };
  return goesOnFrom.length === 0 ? seen : { ...seen, also: [...goesOnFrom, runId] };
}

/** What its answer is called on the page. */
const toId = ({ input, turnId, runId, goesOnFrom }: ConversationTurn): string =>
  goesOnFrom[0] ?? (input === null ? turnId : null) ?? runId;

/** A word on the stop of a turn that a newer one followed; says whether it was news. */
export function hearLate(turn: ConversationTurn, outcome: StopVerdict['outcome']): boolean {
  const { runId, last } = turn;
  const verdict = { outcome };
  turn.last = transition(last, { type: 'verdict', runId, verdict, answeredMs: null, waits: false });
  return turn.last !== last;
}

/**
 * A stop as its server knows the run: this page's own id says nothing of one that was begun elsewhere, and what is on
 * the screen nothing of how much was read there.
 */
export function nameRun(request: StopRequest, turn: ConversationTurn | undefined): StopRequest {
  const { turnId = null } = turn ?? {};
  const named = turnId === null ? request : { ...request, turnId };
  if (turn === undefined || isSentHere(turn)) return named;
  const { runId: _, seenChars = 0, ...rest } = named;
  // What is still told again may have been read elsewhere, and is not cut.
  const isRead = turn.saidAt !== -Infinity && seenChars > 0 && seenChars >= turn.toldBefore;
  return {
    ...rest,
    ...(turnId === null ? {} : { runId: turnId }),
    ...(isRead ? { seenChars } : {}),
  };
}

const waitsForStop = ({ status, stopRecord }: Snapshot): boolean =>
  status === 'stopping' || stopRecord?.confirmation === 'pending';

/** Whether it says how a stop went that was out, or not confirmed, when the newer turn began. */
export function isAmendedBy(last: Snapshot, next: Snapshot): boolean {
  const isOpen = waitsForStop(last) || canRetryStop(last.stopRecord);
  return isOpen && !mayGrow(next.status) && !waitsForStop(next);
}
