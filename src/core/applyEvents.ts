import { isJson } from './isJson.js';
import type { Part, ReasoningPart, Snapshot, ToolCallPart } from './Snapshot.js';
import type { StreamEvent } from './StreamEvent.js';
import { appendText } from './textPieces.js';

/** What a source says about the answer itself; how a run ends is `transition`'s business. */
export type ContentEvent = Exclude<StreamEvent, { type: 'done' | 'error' | 'replay' }>;

/** Whether it is a word of the answer itself; ids, figures, ends and empty words are none, but a tool's are signs of life. */
export const isWord = (event: StreamEvent): boolean =>
  event.type.startsWith('tool') || ('delta' in event && event.delta !== '');

/** UTF-16 units that the model wrote for it. */
export const writtenIn = (event: StreamEvent): number =>
  'delta' in event
    ? event.delta.length
    : event.type === 'tool-call'
      ? (event.arguments ?? '').length
      : 0;

/** Grows an answer by what a source said; the cost is that of the events, not of the answer. */
export function applyEvents(
  snapshot: Snapshot,
  events: readonly ContentEvent[],
  at: number,
): Snapshot {
  if (events.length === 0) return snapshot;
  const next = { ...snapshot };
  const parts = snapshot.parts.slice();
  // Neighbouring deltas are joined first, so that a frame makes one piece, not one per token.
  let kind: 'text' | 'reasoning' = 'text';
  let joined = '';
  const flush = (): void => {
    if (joined === '') return;
    if (kind === 'text') {
      addText(parts, joined, at);
      next.text += joined;
    } else {
      addReasoning(parts, joined, at);
    }
    joined = '';
  };
  for (const event of events) {
    if (event.type === 'text' || event.type === 'reasoning') {
      if (event.type !== kind) flush();
      kind = event.type;
      joined += event.delta;
      continue;
    }
    flush();
    switch (event.type) {
      case 'start':
        // The server's message id is adopted; the run keeps the id the client minted, unless it had none.
        if (event.messageId !== undefined) next.messageId = event.messageId;
        break;
      case 'reasoning-end':
        closeReasoning(parts, at);
        break;
      case 'tool-call':
        closeReasoning(parts, at);
        startToolCall(parts, event, at);
        break;
      case 'tool-arguments':
        changeTool(parts, event.id, ['open'], (tool) => ({
          arguments: tool.arguments + event.delta,
        }));
        break;
      case 'tool-ready':
        changeTool(parts, event.id, ['open'], () => ({ state: 'ready' }));
        break;
      case 'tool-running':
        changeTool(parts, event.id, ['open', 'ready'], () => ({
          state: 'running',
          started: true,
          startedAt: at,
        }));
        break;
      case 'tool-result':
        changeTool(parts, event.id, OPEN, () => ({
          state: event.failed === true ? 'failed' : 'done',
          started: true,
          result: event.result,
          endedAt: at,
        }));
        break;
      case 'usage':
        next.usage = { ...next.usage, ...event.usage };
        break;
    }
  }
  flush();
  next.parts = parts;
  return next;
}

function addText(parts: Part[], delta: string, at: number): void {
  closeReasoning(parts, at);
  const last = parts.at(-1);
  if (last?.type === 'text') parts[parts.length - 1] = appendText(last, delta);
  else parts.push(appendText(null, delta));
}

function addReasoning(parts: Part[], delta: string, at: number): void {
  const last = parts.at(-1);
  if (isThinking(last)) {
    parts[parts.length - 1] = { ...last, text: last.text + delta };
  } else {
    parts.push({ type: 'reasoning', text: delta, open: true, startedAt: at });
  }
}

function startToolCall(
  parts: Part[],
  event: Extract<ContentEvent, { type: 'tool-call' }>,
  at: number,
): void {
  if (parts.some((part) => part.type === 'tool-call' && part.id === event.id)) return;
  parts.push({
    type: 'tool-call',
    id: event.id,
    name: event.name,
    arguments: event.arguments ?? '',
    state: 'open',
    started: false,
    startedAt: at,
  });
}

/** Changes a tool call that is in one of these states; in any other the event comes too late. */
function changeTool(
  parts: Part[],
  id: string,
  states: readonly ToolCallPart['state'][],
  change: (tool: ToolCallPart) => Partial<ToolCallPart>,
): void {
  const index = parts.findLastIndex((part) => part.type === 'tool-call' && part.id === id);
  const tool = parts[index];
  if (tool?.type === 'tool-call' && states.includes(tool.state)) {
    parts[index] = { ...tool, ...change(tool) };
  }
}

function closeReasoning(parts: Part[], at: number): void {
  const last = parts.at(-1);
  if (isThinking(last)) parts[parts.length - 1] = { ...last, open: false, endedAt: at };
}

const isThinking = (part: Part | undefined): part is ReasoningPart =>
  part?.type === 'reasoning' && part.open;

/** The states of a tool call that has no result yet. */
const OPEN: readonly ToolCallPart['state'][] = ['open', 'ready', 'running'];

/** What a model is told about a tool that a stop cut off. */
export const CANCELLED_RESULT = Object.freeze({
  cancelled: true,
  message: 'Cancelled before it finished.',
});

/**
 * The parts of a run that is over: open reasoning ends, open tool calls are cancelled. Of one that is complete, whole
 * calls that nobody has begun stay for the app.
 */
export function closeParts(
  parts: readonly Part[],
  at: number,
  isComplete?: boolean,
): readonly Part[] {
  const isOpen = (part: Part): part is ReasoningPart | ToolCallPart => {
    if (part.type !== 'tool-call') return isThinking(part);
    const { state, arguments: text } = part;
    return isComplete
      ? state === 'running' || (state === 'open' && !isJson(text))
      : OPEN.includes(state);
  };
  if (!parts.some(isOpen)) return parts;
  return parts.map((part): Part => {
    if (!isOpen(part)) return part;
    return part.type === 'reasoning'
      ? { ...part, open: false, endedAt: at }
      : { ...part, state: 'cancelled', result: CANCELLED_RESULT, endedAt: at };
  });
}
