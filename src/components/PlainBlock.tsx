'use client';
import { memo, useRef, useState } from 'react';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';

// Text is added to the last node until it is this long: one long node costs more to grow than a new one.
const NODE = 4096;

/** A block of plain text, which grows in place: its nodes are never replaced, so a selection in it stays. */
export const PlainBlock = memo(function PlainBlock({
  text,
  live,
}: {
  text: string;
  live: boolean;
}) {
  const element = useRef<HTMLDivElement>(null);
  // React draws the text it began with and is never told of more.
  const [first] = useState(text);
  const length = useRef(first.length);

  useBrowserLayoutEffect(() => {
    const more = text.slice(length.current);
    length.current = text.length;
    const last = element.current?.lastChild;
    if (more === '') return;
    if (last instanceof Text && last.length < NODE) last.appendData(more);
    else element.current?.append(more);
  }, [text]);

  return (
    <div ref={element} data-part="block" data-caret={live || undefined}>
      {first}
    </div>
  );
});
