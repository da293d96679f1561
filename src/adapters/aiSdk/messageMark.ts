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
}

/** What stopkit knows of a message; `null` when nothing. */
export function markOf({ metadata }: { metadata?: unknown }): MessageMark | null {
  const { stopkit } = (metadata ?? {}) as { stopkit?: Partial<MessageMark> };
  if (typeof stopkit?.runId !== 'string') return null;
  const { runId, usage, stop, error, isCut } = stopkit;
  return {
    runId,
    ...(usage === undefined ? {} : { usage }),
    // It was stored by somebody: what has no reason is no mark; and the SDK leaves that of a run before.
    ...(typeof stop?.reason === 'string' && (stop.runId ?? runId) === runId ? { stop } : {}),
    ...(typeof error === 'string' ? { error } : {}),
    ...(isCut === true ? { isCut } : {}),
  };
}

/** The message as its answer is on the screen: cut there, its tool calls closed, marked as stopped. */
export function markMessage<Message extends ChatMessage>(
  message: Message,
  { runId, status, text, stopRecord, usage }: Snapshot,
): Message {
  const stop = status === 'complete' ? null : stopRecord;
  const mark: MessageMark = {
    ...markOf(message),
    runId: runId ?? '',
    ...(usage === null ? {} : { usage }),
    ...(stop === null ? {} : { stop }),
  };
  if (stop === null) delete mark.stop;
  // What failed before was another run of this message.
  delete mark.error;
  delete mark.isCut;
  const closed = closeToolParts(withText(message.parts, text));
  const parts = stop === null ? closed : withoutItems(closed);
  const metadata = { ...(message.metadata as object | undefined), stopkit: mark };
  return { ...message, parts, metadata };
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
