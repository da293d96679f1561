import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from 'react';

const STOPS = '[data-stopkit="stop-button"]';

/** Where a row goes with the focus, the Stop that takes its place has it, else the one before, else the list itself. */
export function useKeptFocus<Tag extends HTMLElement>(): {
  ref: RefObject<Tag | null>;
  tabIndex: number;
  onFocus: (event: FocusEvent<Tag>) => void;
  onBlur: (event: FocusEvent<Tag>) => void;
} {
  const ref = useRef<Tag>(null);
  const place = useRef<number | null>(null);
  const stops = () => [...(ref.current?.querySelectorAll<HTMLElement>(STOPS) ?? [])];
  useLayoutEffect(() => {
    if (place.current === null || document.activeElement !== document.body) return;
    const left = stops();
    (left[place.current] ?? left.at(-1) ?? ref.current)?.focus();
  });
  return {
    ref,
    tabIndex: -1,
    onFocus({ target }) {
      place.current = Math.max(0, stops().indexOf(target));
    },
    // What is taken away does not say that it lost the focus, or is no longer there when it does.
    onBlur({ target }) {
      if (target.isConnected) place.current = null;
    },
  };
}
