/** The ways in which AGiXT surprises a client that stops a conversation. */
export type Trap = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Which of them are set; each can be turned off, so that a test can show that it matters. */
export type Traps = Record<Trap, boolean>;

export const TRAPS: Record<Trap, string> = {
  1: 'a stop that did nothing answers 200 with a sentence that says so',
  2: 'a conversation on another worker cannot be stopped and answers as if it was not active',
  3: 'started_at is UTC without a zone',
  4: 'a stopped stream just ends: no finish_reason, no [DONE]',
  5: 'the stop row reaches the socket late, because the socket polls the database',
  6: 'a reader that leaves does not stop the run, which is then listed nowhere and cannot be stopped',
  7: 'a second run in one conversation takes the place of the first, whose end unregisters the second',
  8: 'a stopped streaming answer leaves no row of its own, only the stop row',
};

/** All traps set, as in the real system. */
export const allTraps = (): Traps => ({
  1: true,
  2: true,
  3: true,
  4: true,
  5: true,
  6: true,
  7: true,
  8: true,
});
