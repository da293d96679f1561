'use client';
import { type Ref, type RefCallback, type RefObject, useCallback } from 'react';

/** One ref for two: the kit's own and the app's, which hears only of an element that comes or goes. */
export function useMergedRef<Tag>(
  own: RefObject<Tag | null>,
  theirs: Ref<Tag> | undefined,
): RefCallback<Tag> {
  return useCallback(
    (element: Tag | null) => {
      own.current = element;
      // What it returns is its clean-up, which React 19 calls in place of the ref.
      if (typeof theirs === 'function') return theirs(element);
      if (theirs) theirs.current = element;
      return undefined;
    },
    [own, theirs],
  );
}
