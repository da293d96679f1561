import { closeParts } from '../../core/applyEvents.js';
import {
  GenerationError,
  idleSnapshot,
  type Part,
  type Snapshot,
  type StopRecord,
  type ToolCallPart,
} from '../../core/index.js';
import { type ChatMessage, isToolPart, type MessagePart } from './ChatLike.js';
import { hasStarted, isCancelled } from './closeToolParts.js';
import { markOf, type MessageMark } from './messageMark.js';
import { isStopOut } from './stopsOut.js';

const settled = new WeakMap<ChatMessage, Snapshot>();
/** As they are while their stop is out in this page. */
const waiting = new WeakMap<ChatMessage, Snapshot>();

/** A stored message as `AssistantMessage` shows it; stopped when it was, also after a reload. */
export function snapshotFromMessage(message: ChatMessage): Snapshot {
  const mark = markOf(message);
  const isPending = mark?.stop?.confirmation === 'pending' && isStopOut(mark.runId);
  const known = isPending ? waiting : settled;
  // The same message is the same snapshot, so that nothing is rendered twice.
  const before = known.get(message);
  if (before !== undefined) return before;
  const stopRecord = mark?.stop === undefined ? null : toRecord(mark.runId, mark.stop, isPending);
  const error =
    mark?.error === undefined
      ? null
      : new GenerationError(mark.isCut === true ? 'interrupted' : 'provider', mark.error);
  const isOverEarly = stopRecord !== null || error !== null;
  const parts = joinTexts(message.parts.flatMap(toPart));
  const snapshot: Snapshot = {
    ...idleSnapshot,
    status: error !== null ? 'error' : statusOf(stopRecord),
    runId: mark?.runId ?? null,
    messageId: message.id,
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    parts: closeParts(parts, stopRecord?.at ?? 0, !isOverEarly),
    stopRecord,
    error,
    usage: mark?.usage ?? null,
  };
  known.set(message, snapshot);
  return snapshot;
}

/** Words that nothing stands between are one text, as they are while they come. */
function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type !== 'text' || last?.type !== 'text') joined.push(part);
    else joined[joined.length - 1] = { ...last, text: `${last.text}${part.text}` };
  }
  return joined;
}

function statusOf(stop: StopRecord | null): Snapshot['status'] {
  if (stop === null) return 'complete';
  return stop.confirmation === 'pending' ? 'stopping' : 'stopped';
}

function toRecord(
  runId: string,
  stop: NonNullable<MessageMark['stop']>,
  isPending: boolean,
): StopRecord {
  const { confirmation = 'confirmed' } = stop;
  return {
    runId,
    at: 0,
    seenChars: 0,
    frozenMs: 0,
    answeredMs: null,
    ...stop,
    // After a reload nobody waits for the answer any more.
    confirmation: confirmation === 'pending' && !isPending ? 'unconfirmed' : confirmation,
  };
}

/** The answer at the end of stored messages; nothing where there is none. */
export function lastAnswer(messages: readonly ChatMessage[]): Snapshot {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? snapshotFromMessage(last) : idleSnapshot;
}

/** What the tool of a call is called. */
export const toolNameOf = ({ toolName, type }: MessagePart): string =>
  toolName ?? type.slice('tool-'.length);

function toPart(part: MessagePart): Part[] {
  const { type, text = '', toolCallId, state } = part;
  if (type === 'text') return [{ type, text }];
  if (type === 'reasoning') return [{ type, text, open: false }];
  if (!isToolPart(part) || toolCallId === undefined) return [];
  const isCut = state === 'input-streaming';
  return [
    {
      type: 'tool-call',
      id: toolCallId,
      name: toolNameOf(part),
      // The SDK guesses at the rest of what was cut: nothing of it is an argument.
      arguments: isCut || part.input === undefined ? '' : JSON.stringify(part.input),
      started: hasStarted(part),
      ...outcomeOf(part),
    },
  ];
}

function outcomeOf({ state, output, errorText, preliminary }: MessagePart): {
  state: ToolCallPart['state'];
  result?: unknown;
} {
  if (state === 'output-available') {
    return preliminary === true ? { state: 'running' } : { state: 'done', result: output };
  }
  if (state === 'output-error' || state === 'output-denied') {
    return { state: isCancelled(errorText) ? 'cancelled' : 'failed', result: errorText };
  }
  return { state: state === 'input-streaming' ? 'open' : 'ready' };
}
