'use client';
import { clsx } from 'clsx/lite';
import { type ComponentPropsWithoutRef, forwardRef } from 'react';
import type { Generation, Snapshot } from '../core/index.js';
import type { RenderText } from './MarkdownBlock.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { TextBlocks } from './TextBlocks.js';
import { useOutline } from './useSnapshot.js';

/** Props of `StreamingText`. */
export interface StreamingTextProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** A generation as it goes on, or a snapshot of one that is over. */
  generation: Generation<never> | Snapshot;
  /** Draws a block of Markdown; called once for each block that is settled. Without it the text is drawn as it is. */
  renderText?: RenderText;
  render?: RenderProp<'div'>;
}

/** The text of an answer while it is written, and after: nothing else, and nothing twice. */
export const StreamingText = forwardRef<HTMLDivElement, StreamingTextProps>(function StreamingText(
  { generation, renderText, render, className, ...rest },
  ref,
) {
  const { status, parts } = useOutline(generation);
  const props = {
    ...rest,
    ref,
    className: clsx('stopkit-streaming-text', className),
    'data-stopkit': 'streaming-text',
    'data-status': status,
    children: parts.map((part, index) => {
      if (part.type !== 'text') return null;
      const isLast = index === parts.length - 1;
      return (
        <TextBlocks
          key={`${index} ${renderText === undefined}`}
          part={part}
          live={isLast && status === 'streaming'}
          whole={!isLast || status === 'complete'}
          renderText={renderText}
          answer={'subscribe' in generation ? generation : null}
          index={index}
        />
      );
    }),
  };
  return renderElement('div', props, render);
});
