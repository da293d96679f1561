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
      if (typeof theirs !== 'function') {
        if (theirs) theirs.current = element;
        return undefined;
      }
      const cleanUp = theirs(element);
      if (typeof cleanUp !== 'function') return undefined;
      // React 19 calls it in place of the ref.
      return () => {
        own.current = null;
        cleanUp();
      };
    },
    [own, theirs],
  );
}
