'use client';
import { type FocusEvent, type RefObject, useRef } from 'react';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';

/** What keeps the focus when an element that has it is taken away: `ref` names who gets it, and must be able to have it. */
export interface KeptFocus<Tag extends HTMLElement> {
  ref: RefObject<Tag | null>;
  onFocus: (event: FocusEvent) => void;
  onBlur: (event: FocusEvent) => void;
}

/** Takes the focus to an element of one's own, not to the page, when a button that has it is gone. */
export function useKeptFocus<Tag extends HTMLElement>(): KeptFocus<Tag> {
  const ref = useRef<Tag>(null);
  const isInside = useRef(false);
  useBrowserLayoutEffect(() => {
    if (!isInside.current || document.activeElement !== document.body) return;
    ref.current?.focus({ preventScroll: true });
  });
  return {
    ref,
    onFocus() {
      isInside.current = true;
    },
    // An element that is taken away does not say that it lost the focus, or is no longer there when it does; one that is
    // left with its window is the active one still, though Chrome does not match `:focus` then.
    onBlur({ target }) {
      if (target.isConnected && document.activeElement !== target) isInside.current = false;
    },
  };
}
