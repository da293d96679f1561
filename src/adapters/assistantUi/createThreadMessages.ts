import type {
  ExportedMessageRepository,
  MessageStatus,
  ThreadAssistantMessagePart,
  ThreadMessage,
  ToolCallMessagePart,
} from '@assistant-ui/react';
import type { Message, Part, Snapshot, ToolCallPart } from '../../core/index.js';

/** What stopkit knows of a message of assistant-ui: its stop, and how it was confirmed; `null` when nothing. */
export function snapshotOf(message: {
  metadata: { custom: Record<string, unknown> };
}): Snapshot | null {
  // Nobody else writes it.
  return (message.metadata.custom.stopkit as Snapshot | undefined) ?? null;
}

/**
 * Turns messages into a thread of assistant-ui. A message that did not change is the same object again, so that
 * a token renders nothing but its own message.
 */
export function createThreadMessages(): (
  messages: readonly Message[],
) => ExportedMessageRepository {
  let known = new Map<string, { message: Message; shown: ThreadMessage }>();
  return (messages) => {
    let parentId: string | null = null;
    const items: ExportedMessageRepository['messages'] = [];
    const next: typeof known = new Map();
    for (const message of messages) {
      const before = known.get(message.id);
      const now =
        before !== undefined && isSame(before.message, message, DEPTH)
          ? before
          : { message, shown: toThreadMessage(message, before?.shown.createdAt ?? new Date()) };
      next.set(message.id, now);
      items.push({ message: now.shown, parentId });
      parentId = message.id;
    }
    known = next;
    return { headId: parentId, messages: items };
  };
}

// A message, its snapshot, the parts and the record in it, a part and a receipt.
const DEPTH = 4;

/** Whether two plain values say the same; where they differ they mostly differ in length, which is cheap to see. */
function isSame(one: unknown, other: unknown, depth: number): boolean {
  if (Object.is(one, other)) return true;
  if (depth === 0 || !isPlain(one) || !isPlain(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && isSame(one[key], other[key], depth - 1))
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}

function toThreadMessage({ id, role, snapshot }: Message, createdAt: Date): ThreadMessage {
  const common = { id, createdAt };
  switch (role) {
    case 'user':
      return { ...common, role, content: [textOf(snapshot)], attachments: [], metadata: NOTHING };
    case 'system':
      return { ...common, role, content: [textOf(snapshot)], metadata: NOTHING };
    case 'assistant':
      return {
        ...common,
        role,
        content: snapshot.parts.map(toPart),
        status: toStatus(snapshot),
        metadata: {
          unstable_state: null,
          unstable_annotations: [],
          unstable_data: [],
          steps: [],
          custom: { stopkit: snapshot },
        },
      };
  }
}

const NOTHING = { custom: {} };

const textOf = ({ text }: Snapshot) => ({ type: 'text', text }) as const;

function toStatus({ status, error, finishReason }: Snapshot): MessageStatus {
  switch (status) {
    case 'connecting':
    case 'streaming':
      return { type: 'running' };
    // Over here; what the server says of it is in the snapshot.
    case 'stopping':
    case 'stopped':
      return { type: 'incomplete', reason: 'cancelled' };
    case 'error':
      return { type: 'incomplete', reason: 'error', error: error?.message ?? null };
    case 'idle':
    case 'complete':
      return finishReason === 'length'
        ? { type: 'incomplete', reason: 'length' }
        : { type: 'complete', reason: 'stop' };
  }
}

const toolParts = new WeakMap<ToolCallPart, ToolCallMessagePart>();

/** A part as assistant-ui has it; text and reasoning are alike in both, and stay the same objects. */
function toPart(part: Part): ThreadAssistantMessagePart {
  if (part.type !== 'tool-call') return part;
  const before = toolParts.get(part);
  if (before !== undefined) return before;
  const { id, name, arguments: argsText, state, result } = part;
  const shown: ToolCallMessagePart = {
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    argsText,
    args: toArguments(argsText),
    ...(result === undefined ? {} : { result }),
    ...(state === 'failed' || state === 'cancelled' ? { isError: true } : {}),
  };
  toolParts.set(part, shown);
  return shown;
}

/** Arguments that are not whole are nothing yet: they may never be run. */
function toArguments(text: string): ToolCallMessagePart['args'] {
  try {
    const parsed: unknown = JSON.parse(text);
    // What was parsed of JSON can be nothing else.
    return isPlain(parsed) ? (parsed as ToolCallMessagePart['args']) : {};
  } catch {
    return {};
  }
}
