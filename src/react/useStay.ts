'use client';
import { type FocusEvent, useState } from 'react';

/** Whether a pointer or the focus is inside an element, and the handlers that tell. */
export function useStay(): {
  isInside: boolean;
  handlers: {
    onPointerEnter(): void;
    onPointerLeave(): void;
    onFocus(): void;
    onBlur(event: FocusEvent): void;
  };
} {
  const [hasPointer, setHasPointer] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);
  return {
    isInside: hasPointer || hasFocus,
    handlers: {
      onPointerEnter: () => setHasPointer(true),
      onPointerLeave: () => setHasPointer(false),
      onFocus: () => setHasFocus(true),
      onBlur: ({ currentTarget, relatedTarget }) => {
        // A window that loses the focus leaves the element focused.
        const stays = currentTarget.matches(':focus-within');
        setHasFocus(
          stays || (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
        );
      },
    },
  };
}
