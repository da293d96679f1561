'use client';
import { memo, type ReactElement } from 'react';
import type { ToolCallPart } from '../core/index.js';
import { isJson } from '../core/isJson.js';
import { useClock } from '../react/useClock.js';
import type { AnswerLabels } from './answerLabels.js';
import { doneIcon, failedIcon, queuedIcon, runningIcon, stopIcon, toolIcon } from './icons.js';
import { secondsOf } from './secondsOf.js';

// Arguments are cut where they are shown: a line is all there is for them.
const SHOWN_ARGUMENTS = 200;

interface ToolCallsProps {
  tools: readonly ToolCallPart[];
  labels: AnswerLabels;
}

/** The tools that were called, one after another, on one card. */
export function ToolCalls({ tools, labels }: ToolCallsProps) {
  return (
    <ul data-part="tools" aria-label={labels.tools}>
      {tools.map((tool) => (
        <ToolCall key={tool.id} tool={tool} labels={labels} />
      ))}
    </ul>
  );
}

const ToolCall = memo(function ToolCall({
  tool,
  labels,
}: {
  tool: ToolCallPart;
  labels: AnswerLabels;
}) {
  const now = useClock(tool.state === 'running');
  const [icon, words] = stateOf(tool, now, labels);
  return (
    <li data-state={tool.state}>
      {toolIcon}
      <span data-part="call">
        <bdi>{tool.name}</bdi>{' '}
        <bdi data-part="arguments">{tool.arguments.slice(0, SHOWN_ARGUMENTS)}</bdi>
      </span>
      <span data-part="state">
        <span data-part="state-icon">{icon}</span>
        {tool.state === 'done' && words !== labels.toolDone && (
          <span data-part="hidden">{labels.toolDone}: </span>
        )}
        <span data-part="clock">{words}</span>
      </span>
      {tool.state === 'cancelled' && tool.started && <small>{labels.toolEffects}</small>}
    </li>
  );
});

function stateOf(
  tool: ToolCallPart,
  now: number,
  labels: AnswerLabels,
): [icon: ReactElement, words: string] {
  switch (tool.state) {
    case 'open':
    case 'ready':
      return [queuedIcon, labels.toolWaiting];
    case 'running':
      return [runningIcon, labels.toolRunning(secondsOf(tool, now))];
    case 'done': {
      const { startedAt, endedAt } = tool;
      const isTimed = startedAt !== undefined && endedAt !== undefined;
      return [doneIcon, isTimed ? labels.toolTook(endedAt - startedAt) : labels.toolDone];
    }
    case 'failed':
      return [failedIcon, labels.toolFailed];
    case 'cancelled': {
      // A whole call may have run without a word of it; one that was cut never does.
      const isCut = !tool.started && !isJson(tool.arguments);
      return [stopIcon, isCut ? labels.toolNotStarted : labels.toolCancelled];
    }
  }
}
