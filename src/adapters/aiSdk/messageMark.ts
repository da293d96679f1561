import type { Snapshot, StopRecord, Usage } from '../../core/index.js';
import type { ChatMessage, MessagePart } from './ChatLike.js';
import { closeToolParts } from './closeToolParts.js';
import { withoutItems } from './withoutItems.js';

/** What stopkit keeps in a message's metadata, so that it is still known after a reload. */
export interface MessageMark {
  /** The run that wrote the message. */
  runId: string;
  usage?: Usage;
  /** Set when the run was stopped. */
  stop?: Partial<StopRecord> & Pick<StopRecord, 'reason' | 'by'>;
  /** What went wrong, in a sentence; set when the run failed. */
  error?: string;
  /** Set when it failed because it was cut off: the connection was lost, or the server ended. */
  isCut?: boolean;
  /** The run that failed. @default the run that wrote the message */
  errorRunId?: string;
}

/** What stopkit knows of a message; `null` when nothing. */
export function markOf({ metadata }: { metadata?: unknown }): MessageMark | null {
  const { stopkit } = (metadata ?? {}) as { stopkit?: Partial<MessageMark> };
  if (typeof stopkit?.runId !== 'string') return null;
  const { runId, usage, stop, error, isCut, errorRunId = runId } = stopkit;
  const hasFailed = typeof error === 'string' && errorRunId === runId;
  return {
    runId,
    ...(usage === undefined ? {} : { usage }),
    // It was stored by somebody: what has no reason is no mark; and the SDK leaves that of a run before.
    ...(typeof stop?.reason === 'string' && (stop.runId ?? runId) === runId ? { stop } : {}),
    ...(hasFailed ? { error, errorRunId } : {}),
    ...(hasFailed && isCut === true ? { isCut } : {}),
  };
}

/** The message with what became of its run. */
export function markMessage<Message extends ChatMessage>(
  message: Message,
  answer: Snapshot,
): Message {
  const { status, stopRecord } = answer;
  if (status === 'error') return withMark(message, answer, errorOf(answer));
  if (status !== 'complete' || stopRecord !== null) return markStop(message, answer);
  return isMarked(message) ? withMark(message, answer, {}) : message;
}

/** The message as its answer is on the screen: cut there, its tool calls closed, marked as stopped. */
function markStop<Message extends ChatMessage>(message: Message, answer: Snapshot): Message {
  const stop = answer.status === 'complete' ? null : answer.stopRecord;
  const closed = closeToolParts(withText(message.parts, answer.text));
  const parts = stop === null ? closed : withoutItems(closed);
  return { ...withMark(message, answer, stop === null ? {} : { stop }), parts };
}

/** The message with how its run ended; how one before it did is gone. */
function withMark<Message extends ChatMessage>(
  message: Message,
  { runId, usage }: Snapshot,
  end: Partial<MessageMark>,
): Message {
  const said = usage ?? markOf(message)?.usage;
  const mark: MessageMark = {
    runId: runId ?? '',
    ...(said === undefined ? {} : { usage: said }),
    ...end,
  };
  return { ...message, metadata: { ...(message.metadata as object | undefined), stopkit: mark } };
}

const errorOf = ({ runId, error }: Snapshot): Partial<MessageMark> => ({
  error: error?.message ?? '',
  ...(error?.code === 'interrupted' ? { isCut: true } : {}),
  ...(runId === null ? {} : { errorRunId: runId }),
});

/** Whether it says of any run that it did not come to its end. */
function isMarked({ metadata }: ChatMessage): boolean {
  const { stopkit } = (metadata ?? {}) as { stopkit?: Partial<MessageMark> };
  return stopkit?.stop !== undefined || stopkit?.error !== undefined;
}

/** The parts with exactly this text: what was not on the screen is cut off, what the server added is there. */
function withText(parts: readonly MessagePart[], text: string): readonly MessagePart[] {
  const kept: MessagePart[] = [];
  let left = text.length;
  let isCut = false;
  for (const part of parts) {
    if (part.type !== 'text') {
      if (!isCut || part.type !== 'reasoning') kept.push(part);
      continue;
    }
    const own = (part.text ?? '').slice(0, left);
    left -= own.length;
    isCut ||= own.length < (part.text ?? '').length;
    if (own !== '' || !isCut) kept.push({ ...part, text: own, state: 'done' });
  }
  if (left === 0) return kept;
  const rest = text.slice(text.length - left);
  const last = kept.at(-1);
  return last?.type === 'text'
    ? [...kept.slice(0, -1), { ...last, text: `${last.text ?? ''}${rest}` }]
    : [...kept, { type: 'text', text: rest, state: 'done' }];
}
