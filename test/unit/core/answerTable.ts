import type { Confirmation, Snapshot, Status, StopAnswer } from '../../../src/core/index.js';

/** The rows of the answer table; the property test counts how often each was met. */
export const ROWS = [
  'nobody to ask',
  'waiting',
  'stopped',
  'stopping or remembered, events can say more',
  'stopping or remembered, nothing more comes',
  'a 2xx without outcome',
  'finished, its text begins with ours',
  'finished otherwise',
  'idle',
  'refused',
  'time-out',
  'network',
  'later verdict for the same run id',
] as const;

export type Row = (typeof ROWS)[number];

/** What the server said: an answer, one without an outcome, or none. */
export type Said = StopAnswer | 'no outcome' | 'network';

export interface Expected {
  row: Row;
  status: Status;
  confirmation: Confirmation;
  text: string;
}

/** The answer table, written down a second time: what a verdict makes of a run that was stopped. */
export function expectedOf(snapshot: Snapshot, said: Said, eventsFollow: boolean): Expected | null {
  const known = snapshot.stopRecord?.confirmation;
  const { status, text } = snapshot;
  if (known === undefined || (status !== 'stopping' && status !== 'stopped')) return null;
  const begins =
    typeof said === 'object' &&
    said.outcome === 'finished' &&
    said.text !== undefined &&
    said.text.startsWith(text);
  const isMute =
    known === 'confirmed' ||
    (known === 'already-finished' && !(typeof said === 'object' && said.outcome === 'finished')) ||
    (known !== 'pending' && said === 'network');
  const row = known === 'pending' ? rowOf(said, begins, eventsFollow) : ROWS[12];
  if (isMute) return { row: ROWS[12], status, confirmation: known, text };
  const confirmation = confirmationOf(said);
  if (begins) return { row, status: 'complete', confirmation, text: said.text ?? '' };
  const stays = confirmation === 'accepted' && status === 'stopping' && eventsFollow;
  return { row, status: stays ? 'stopping' : 'stopped', confirmation, text };
}

function rowOf(said: Said, begins: boolean, eventsFollow: boolean): Row {
  if (said === 'network') return 'network';
  if (said === 'no outcome') return 'a 2xx without outcome';
  switch (said.outcome) {
    case 'stopped':
    case 'idle':
    case 'refused':
      return said.outcome;
    case 'stopping':
    case 'remembered':
      return eventsFollow
        ? 'stopping or remembered, events can say more'
        : 'stopping or remembered, nothing more comes';
    case 'finished':
      return begins ? 'finished, its text begins with ours' : 'finished otherwise';
  }
}

function confirmationOf(said: Said): Confirmation {
  if (said === 'network') return 'unconfirmed';
  if (said === 'no outcome') return 'accepted';
  switch (said.outcome) {
    case 'stopped':
      return 'confirmed';
    case 'stopping':
    case 'remembered':
      return 'accepted';
    case 'finished':
    case 'idle':
      return 'already-finished';
    case 'refused':
      return 'refused';
  }
}
