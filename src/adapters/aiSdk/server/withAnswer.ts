import type { Part } from '../../../core/index.js';
import type { RunSettled } from '../../../server/index.js';
import type { ChatMessage, MessagePart } from '../ChatLike.js';
import { cancelledText } from '../closeToolParts.js';
import { markOf, type MessageMark } from '../messageMark.js';
import { waitsForResult } from './recallTools.js';

/**
 * The messages to store when a run is over: those of the chat, and its answer as far as it came. What was
 * stopped is marked in its metadata, so that a page that is loaded again shows it so.
 */
export function withAnswer<Message extends ChatMessage>(
  messages: readonly Message[],
  run: RunSettled,
): Message[] {
  const id = run.messageId ?? run.id;
  const before = messages.find((message) => message.id === id);
  const parts = toMessageParts(run.parts, run.outcome === 'complete');
  if (parts.length === 0 && before === undefined) return [...messages];
  // An answer that goes on after a tool of the page is one message of several runs.
  const goesOn = before !== undefined && markOf(before)?.runId !== run.id;
  const message: ChatMessage = {
    ...before,
    id,
    role: 'assistant',
    parts: goesOn ? goOnFrom(before.parts, parts) : parts,
    metadata: { ...(before?.metadata as object | undefined), stopkit: toMark(run) },
  };
  // A message of the chat's own kind, but for metadata that only the app knows.
  const answer = message as Message;
  return before === undefined
    ? [...messages, answer]
    : messages.map((one) => (one === before ? answer : one));
}

/** The parts of a message that goes on: a call that the person was asked about has its result where it stands. */
function goOnFrom(
  before: readonly MessagePart[],
  parts: readonly MessagePart[],
): readonly MessagePart[] {
  const asked = before.filter(waitsForResult).map(({ toolCallId }) => toolCallId);
  const isResult = ({ toolCallId }: MessagePart): boolean =>
    toolCallId !== undefined && asked.includes(toolCallId);
  const withResult = (part: MessagePart): MessagePart => {
    const result = parts.find(({ toolCallId }) => toolCallId === part.toolCallId);
    if (result === undefined || !isResult(part)) return part;
    if (part.approval?.approved === false) return { ...part, state: 'output-denied' };
    return { ...part, ...result, type: part.type };
  };
  return [...before.map(withResult), ...parts.filter((part) => !isResult(part))];
}

function toMark(run: RunSettled): MessageMark {
  const { id, usage } = run;
  return { runId: id, ...(usage === null ? {} : { usage }), ...endOf(run) };
}

function endOf(run: RunSettled): Omit<MessageMark, 'runId' | 'usage'> {
  const { id, outcome, reason, by, limit, seenChars, error } = run;
  switch (outcome) {
    case 'complete':
      return {};
    case 'error':
      return { error: error ?? 'The answer failed.', errorRunId: id };
    // Nobody stopped it: the reader was gone, or the server.
    case 'disconnected':
    case 'interrupted':
      return { error: error ?? 'The connection was lost.', isCut: true, errorRunId: id };
    case 'stopped':
      return {
        stop: {
          runId: id,
          reason: reason ?? outcome,
          by: by ?? 'auto',
          ...(limit === undefined ? {} : { limit }),
          at: Date.now(),
          seenChars: seenChars ?? 0,
          confirmation: 'confirmed',
          persisted: 'backend',
        },
      };
  }
}

function toMessageParts(parts: readonly Part[], isComplete: boolean): MessagePart[] {
  const made: MessagePart[] = [];
  let afterTool = true;
  for (const part of parts) {
    const [next] = toMessagePart(part, isComplete);
    if (next === undefined) continue;
    const isTool = part.type === 'tool-call';
    // What follows a result is a step of its own: a model reads the result before it.
    if (afterTool && !isTool) made.push({ type: 'step-start' });
    made.push(next);
    afterTool = isTool;
  }
  return made;
}

function toMessagePart(part: Part, isComplete: boolean): MessagePart[] {
  if (part.type !== 'tool-call') return [{ type: part.type, text: part.text, state: 'done' }];
  const input = parse(part.arguments);
  // Arguments that were cut were never a call.
  if (input === undefined) return [];
  const call = { type: `tool-${part.name}`, toolCallId: part.id, input };
  switch (part.state) {
    case 'done':
      return [{ ...call, state: 'output-available', output: part.result }];
    case 'failed':
      return [{ ...call, state: 'output-error', errorText: toSentence(part.result) }];
    case 'open':
    case 'ready':
    case 'running':
    case 'cancelled':
      return isComplete
        ? // A tool of the page, which is yet to answer.
          [{ ...call, state: 'input-available' }]
        : [{ ...call, state: 'output-error', errorText: cancelledText(part.started) }];
  }
}

const toSentence = (result: unknown): string =>
  typeof result === 'string' ? result : JSON.stringify(result ?? null);

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
