'use client';
import { memo, type RefObject, useRef, useState } from 'react';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';

// Text is added to the last node until it is this long: one long node costs more to grow than a new one.
const NODE = 4096;

/** Lets the block that is being written grow without a render. */
export type Grow = RefObject<((text: string) => void) | null>;

/** A block of plain text, which grows in place: its nodes are never replaced, so a selection in it stays. */
export const PlainBlock = memo(function PlainBlock({
  text,
  live,
  grow,
}: {
  text: string;
  live: boolean;
  grow: Grow;
}) {
  const element = useRef<HTMLDivElement>(null);
  // React draws the text it began with and is never told of more.
  const [first] = useState(text);
  const length = useRef(first.length);

  useBrowserLayoutEffect(() => {
    const growTo = (whole: string): void => {
      const more = whole.slice(length.current);
      if (more === '') return;
      length.current = whole.length;
      const last = element.current?.lastChild;
      if (last instanceof Text && last.length < NODE) last.appendData(more);
      else element.current?.append(more);
    };
    growTo(text);
    if (!live) return;
    grow.current = growTo;
    return () => {
      grow.current = null;
    };
  }, [text, live, grow]);

  return (
    <div ref={element} data-part="block" data-caret={live || undefined}>
      {first}
    </div>
  );
});
