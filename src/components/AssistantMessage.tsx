'use client';
import { type ComponentPropsWithoutRef, forwardRef, memo, type ReactNode, useMemo } from 'react';
import { type Generation, mayGrow, type Snapshot, type ToolCallPart } from '../core/index.js';
import { AnswerEnd } from './AnswerEnd.js';
import { type AnswerLabels, answerLabels } from './answerLabels.js';
import type { AssistantMessageLabels } from './assistantMessageLabels.js';
import { chain } from './chain.js';
import type { RenderText } from './MarkdownBlock.js';
import { ReasoningBlock } from './ReasoningBlock.js';
import { renderElement, type RenderProp } from './renderElement.js';
import { sameProps } from './sameProps.js';
import { drawText } from './TextBlocks.js';
import { ToolCalls } from './ToolCalls.js';
import { useKeptFocus } from './useKeptFocus.js';
import { useMergedRef } from './useMergedRef.js';
import { useOutline } from './useSnapshot.js';
import { Waiting } from './Waiting.js';

/** Props of `AssistantMessage`; an action without a function to call is not offered. */
export interface AssistantMessageProps extends Omit<
  ComponentPropsWithoutRef<'article'>,
  'children'
> {
  /** A generation as it goes on, or a snapshot of one that is over. */
  generation: Generation<never> | Snapshot;
  /** Offers Regenerate, and Try again after a failure. */
  onRegenerate?: (() => void) | undefined;
  /** Offers Continue, where the snapshot says that it can. */
  onContinue?: (() => void) | undefined;
  /** Offers Show the rest of an answer that had already finished. */
  onShowRest?: (() => void) | undefined;
  /** Asks the server to stop once more. @default the generation's own `retryStop` */
  onRetryStop?: (() => void) | undefined;
  /** Draws a block of Markdown; called once for each block that is settled. Without it the text is drawn as it is. */
  renderText?: RenderText | undefined;
  labels?: Partial<AssistantMessageLabels> | undefined;
  render?: RenderProp<'article'> | undefined;
}

const Message = forwardRef<HTMLElement, AssistantMessageProps>(function AssistantMessage(
  {
    generation,
    onRegenerate,
    onContinue,
    onShowRest,
    onRetryStop,
    renderText,
    labels,
    render,
    ...rest
  },
  ref,
) {
  const snapshot = useOutline(generation);
  const words = useMemo(() => ({ ...answerLabels, ...labels }), [labels]);
  const focus = useKeptFocus<HTMLElement>();
  const root = useMergedRef(focus.ref, ref);
  const { status, parts, stopRecord } = snapshot;
  // Nothing was asked yet: an empty message would only be in the way.
  if (status === 'idle' && parts.length === 0) return null;

  const retry = 'retryStop' in generation ? () => void generation.retryStop() : undefined;
  const isBusy = mayGrow(status);
  return renderElement(
    'article',
    'assistant-message',
    {
      'aria-label': words.assistant,
      tabIndex: -1,
      ...rest,
      ref: root,
      onFocus: chain(rest.onFocus, focus.onFocus),
      onBlur: chain(rest.onBlur, focus.onBlur),
      'data-status': status,
      'data-confirmation': stopRecord?.confirmation,
      'aria-busy': isBusy || undefined,
      children: (
        <>
          {drawParts(snapshot, generation, words, renderText)}
          {status === 'connecting' && <Waiting labels={words} />}
          {!isBusy && (
            <AnswerEnd
              snapshot={snapshot}
              labels={words}
              handlers={{
                'retry-stop': onRetryStop ?? retry,
                'show-rest': onShowRest,
                continue: snapshot.canContinue ? onContinue : undefined,
                regenerate: onRegenerate,
                'try-again': onRegenerate,
              }}
            />
          )}
        </>
      ),
    },
    render,
  );
});

function drawParts(
  snapshot: Snapshot,
  answer: AssistantMessageProps['generation'],
  labels: AnswerLabels,
  renderText: RenderText | undefined,
): ReactNode[] {
  const { parts, status } = snapshot;
  const isCut = status === 'stopping' || status === 'stopped' || status === 'error';
  const lastText = parts.findLastIndex(({ type }) => type === 'text');
  const drawn: ReactNode[] = [];
  let tools: ToolCallPart[] = [];
  parts.forEach((part, index) => {
    switch (part.type) {
      case 'reasoning':
        drawn.push(
          <ReasoningBlock
            key={index}
            part={part}
            cut={isCut && index > lastText}
            labels={labels}
          />,
        );
        break;
      case 'text':
        drawn.push(drawText(part, index, snapshot, answer, renderText));
        break;
      case 'tool-call':
        // Calls that follow one another share a card.
        if (parts[index - 1]?.type !== 'tool-call') tools = [];
        tools.push(part);
        if (parts[index + 1]?.type !== 'tool-call') {
          drawn.push(<ToolCalls key={index + 1 - tools.length} tools={tools} labels={labels} />);
        }
        break;
    }
  });
  return drawn;
}

/** An answer: what the model thought, did and wrote, and below it one quiet line that says how it ended. */
export const AssistantMessage = memo(Message, sameProps);
