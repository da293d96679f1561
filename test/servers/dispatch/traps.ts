import { everyTrap } from '../everyTrap.js';

/** The numbered ways in which Dispatch surprises a client that stops a turn. */
export const TRAPS = {
  1: 'an abort is noticed only at the next event of the provider',
  2: 'a stop with queued messages starts a new turn and no idle comes',
  3: 'tool calls of an aborted step are not stored',
  4: 'a turn that throws ends with an error and idle, without done or turn-sealed',
  5: 'a stop in the pause before a retry is over at once',
  6: 'a stop that comes too late answers abortedTurn: false',
  7: 'a late subscriber gets the whole current turn again',
  8: 'leaving never stops the turn',
  9: 'statusChanged goes to every socket, done only to subscribers',
};

export type Trap = keyof typeof TRAPS;

/** Which of them are set; each can be turned off, so that a test can show that it matters. */
export type Traps = Record<Trap, boolean>;

/** All traps set, as in the real system. */
export const allTraps = (): Traps => everyTrap(TRAPS, true);

/** How often each was sprung: not yet. */
export const noneSprung = (): Record<Trap, number> => everyTrap(TRAPS, 0);
