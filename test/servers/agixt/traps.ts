import { everyTrap } from '../everyTrap.js';

/** The ways in which AGiXT surprises a client that stops a conversation. */
export const TRAPS = {
  1: 'a stop that did nothing answers 200 with a sentence that says so',
  2: 'a conversation on another worker cannot be stopped and answers as if it was not active',
  3: 'started_at is UTC without a zone',
  4: 'a stopped stream just ends: no finish_reason, no [DONE]',
  5: 'the stop row reaches the socket late, because the socket polls the database',
  6: 'a reader that leaves does not stop the run, which is then listed nowhere and cannot be stopped',
  7: 'a second run in one conversation takes the place of the first, whose end unregisters the second',
  8: 'a stopped streaming answer leaves no row of its own, only the stop row',
};

export type Trap = keyof typeof TRAPS;

/** Which of them are set; each can be turned off, so that a test can show that it matters. */
export type Traps = Record<Trap, boolean>;

/** All traps set, as in the real system. */
export const allTraps = (): Traps => everyTrap(TRAPS, true);

/** How often each was sprung: not yet. */
export const noneSprung = (): Record<Trap, number> => everyTrap(TRAPS, 0);
