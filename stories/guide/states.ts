/** The states of an answer, and what the person sees; the table of the README says the same. */
export const STATES = [
  ['idle', 'Nothing to stop, so no Stop button'],
  ['connecting', 'Stop, from the instant of sending; “Waiting for the first word” after a moment'],
  ['streaming', 'The answer as it comes, a caret at its end, Stop'],
  ['stopping', 'The text stands still; “Stopping…” while the server is asked'],
  [
    'stopped',
    'The text so far and who stopped it; an amber note where the server refused the stop or did not answer',
  ],
  ['complete', 'The answer with Copy, and Regenerate where there is something to call'],
  [
    'error',
    'The text so far, what went wrong in one sentence, and Try again; after a lost connection Regenerate',
  ],
] as const;
