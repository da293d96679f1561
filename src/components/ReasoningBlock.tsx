'use client';
import { memo, useMemo } from 'react';
import type { ReasoningPart, TextPart } from '../core/index.js';
import { useClock } from '../react/useClock.js';
import type { AnswerLabels } from './answerLabels.js';
import { chevronIcon } from './icons.js';
import { secondsOf } from './secondsOf.js';
import { TextBlocks } from './TextBlocks.js';

interface ReasoningBlockProps {
  part: ReasoningPart;
  /** The run ended before the reasoning had led to an answer. */
  cut: boolean;
  labels: AnswerLabels;
}

/** What the model thought: open while it thinks, closed once it answers, its clock frozen by a stop. */
export const ReasoningBlock = memo(function ReasoningBlock({
  part,
  cut,
  labels,
}: ReasoningBlockProps) {
  const now = useClock(part.open);
  const text = useMemo((): TextPart => ({ type: 'text', text: part.text }), [part.text]);
  const title = part.open ? labels.thinking : cut ? labels.thinkingStopped : labels.thought;
  return (
    <details data-part="reasoning" data-open={part.open || undefined} open={part.open}>
      <summary>
        {chevronIcon}
        <span data-part="clock">{title(secondsOf(part, now))}</span>
      </summary>
      <TextBlocks part={text} live={false} whole renderText={undefined} />
    </details>
  );
});
