'use client';
import { memo, type ReactNode, useRef } from 'react';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';
import { closeMarkdown } from './closeMarkdown.js';
import { sameText } from './sameProps.js';

/** Draws one block of Markdown. */
export type RenderText = (markdown: string) => ReactNode;

interface MarkdownBlockProps {
  text: string;
  live: boolean;
  whole: boolean;
  renderText: RenderText;
}

/** A block of Markdown; what is open in an unfinished one is closed as it is drawn. */
export const MarkdownBlock = memo(function MarkdownBlock({
  text,
  live,
  whole,
  renderText,
}: MarkdownBlockProps) {
  const element = useRef<HTMLDivElement>(null);

  useBrowserLayoutEffect(() => {
    const block = element.current;
    if (!live || block === null) return;
    const last = lastWords(block);
    // Renderers end a code block with a line break, after which the caret would stand alone.
    if (last?.data.endsWith('\n') === true) last.deleteData(last.length - 1, 1);
    const holder = last?.parentElement ?? block;
    holder.dataset['caret'] = 'true';
    return () => {
      delete holder.dataset['caret'];
    };
  }, [text, live]);

  return (
    // A list has its marks, and a table its first column, on the side on which its first words begin.
    <div ref={element} data-part="block" data-markdown dir="auto">
      {renderText(whole ? text : closeMarkdown(text))}
    </div>
  );
}, sameText);

function lastWords(block: HTMLElement): Text | null {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (node) =>
    node.nodeValue?.trim() === '' ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_ACCEPT,
  );
  let last: Node = block;
  while (walker.lastChild() !== null) last = walker.currentNode;
  return last instanceof Text ? last : null;
}
