'use client';
import { type ComponentPropsWithoutRef, forwardRef } from 'react';
import type { Generation, Snapshot } from '../core/index.js';
import type { RenderText } from './MarkdownBlock.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { drawText } from './TextBlocks.js';
import { useOutline } from './useSnapshot.js';

/** Props of `StreamingText`. */
export interface StreamingTextProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** A generation as it goes on, or a snapshot of one that is over. */
  generation: Generation<never> | Snapshot;
  /** Draws a block of Markdown; called once for each block that is settled. Without it the text is drawn as it is. */
  renderText?: RenderText | undefined;
  render?: RenderProp<'div'> | undefined;
}

/** The text of an answer while it is written, and after: nothing else, and nothing twice. */
export const StreamingText = forwardRef<HTMLDivElement, StreamingTextProps>(function StreamingText(
  { generation, renderText, render, ...rest },
  ref,
) {
  const snapshot = useOutline(generation);
  const props = {
    ...rest,
    ref,
    'data-status': snapshot.status,
    children: snapshot.parts.map((part, index) =>
      part.type === 'text' ? drawText(part, index, snapshot, generation, renderText) : null,
    ),
  };
  return renderElement('div', 'streaming-text', props, render);
});
