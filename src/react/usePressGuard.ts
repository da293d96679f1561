'use client';
import { type MouseEvent, useEffect, useRef, useState } from 'react';

const GUARD_MS = 400;

/** Tells clicks that were meant for what stood here before. */
export interface PressGuard {
  /** Whether a pointer made this click before a person can have seen what it hits; keys are never guarded. */
  isTooEarly(event: MouseEvent): boolean;
  /** From now on something else is here. */
  restart(): void;
}

/** Guards a button that changes its meaning in its place, from what stood there `before` its first render. */
export function usePressGuard(meaning: unknown, before: unknown = meaning): PressGuard {
  const last = useRef(before);
  const [guard] = useState(() => {
    let since = -Infinity;
    return {
      // A click that no pointer made (a key, a screen reader, a script) has no detail.
      isTooEarly: ({ detail, timeStamp }: MouseEvent) =>
        detail !== 0 && timeStamp - since < GUARD_MS,
      restart() {
        // On the clock of events, which tells when a press was made, not when it was heard.
        since = new Event('').timeStamp;
      },
    };
  });
  useEffect(() => {
    if (last.current !== meaning) guard.restart();
    last.current = meaning;
  }, [meaning, guard]);
  return guard;
}
