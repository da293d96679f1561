import { CANCELLED_RESULT } from './applyEvents.js';
import { isJson } from './isJson.js';
import type { Message } from './Message.js';
import type { Snapshot, ToolCallPart } from './Snapshot.js';

/** One turn of a conversation: what somebody said, or an answer in any state. */
export type Turn = { role: 'user' | 'system'; text: string } | Snapshot;

/** A tool call whose arguments are whole. */
export interface ModelToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** What a tool said, or that it was cancelled. */
export interface ModelToolResult {
  toolCallId: string;
  name: string;
  result: unknown;
  /** True for a tool that failed or was cancelled, so that nobody takes it for a success. */
  failed?: true;
}

/** One message of a prompt; every tool call is answered by the `tool` message that follows it. */
export type ModelMessage =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls: readonly ModelToolCall[] }
  | { role: 'tool'; results: readonly ModelToolResult[] };

const BETWEEN = '\n\n';

/**
 * What of a conversation may be sent to a model: no empty message, no tool call without a result, no
 * reasoning, no word about a stop; roles that alternate after one leading system message. A call that was cut
 * off inside its arguments was never made and is left out; any other call without a result is told as cancelled.
 */
export function toMessages(turns: readonly (Turn | Message)[]): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let system = '';
  for (const turn of turns.map(toTurn)) {
    if (!('role' in turn)) {
      for (const message of messagesOf(turn)) append(messages, message);
    } else if (turn.role === 'system') {
      system = join(system, turn.text);
    } else {
      append(messages, turn);
    }
  }
  return isBlank(system) ? messages : [{ role: 'system', text: system }, ...messages];
}

function toTurn(turn: Turn | Message): Turn {
  if (!('snapshot' in turn)) return turn;
  const { role, snapshot } = turn;
  return role === 'assistant' ? snapshot : { role, text: snapshot.text };
}

/** An answer in the order it was given: words, the calls after them, their results, words again. */
function messagesOf({ parts }: Snapshot): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let text = '';
  let tools: ToolCallPart[] = [];
  const flush = (): void => {
    // White space alone is not a message: a strict server refuses it.
    messages.push({
      role: 'assistant',
      text: isBlank(text) ? '' : text,
      toolCalls: tools.map(toCall),
    });
    if (tools.length > 0) messages.push({ role: 'tool', results: tools.map(toResult) });
    text = '';
    tools = [];
  };
  for (const part of parts) {
    if (part.type === 'text') {
      if (tools.length > 0) flush();
      text += part.text;
    } else if (part.type === 'tool-call' && isWhole(part)) {
      tools.push(part);
    }
  }
  flush();
  return messages;
}

function append(messages: ModelMessage[], message: ModelMessage): void {
  const last = messages.at(-1);
  switch (message.role) {
    case 'tool':
      messages.push(message);
      return;
    case 'assistant':
      if (message.text === '' && message.toolCalls.length === 0) return;
      // Calls are followed by their results, so a neighbour of the same role has none.
      if (last?.role === 'assistant') {
        last.text = join(last.text, message.text);
        last.toolCalls = message.toolCalls;
      } else {
        messages.push(message);
      }
      return;
    case 'user':
    case 'system':
      if (isBlank(message.text)) return;
      if (last?.role === 'user') last.text = join(last.text, message.text);
      else messages.push({ role: 'user', text: message.text });
  }
}

/** Whether the model had said all arguments: a tool that ran had them, any other shows it by valid JSON. */
function isWhole({ arguments: text, started }: ToolCallPart): boolean {
  return started || isJson(text);
}

const toCall = ({ id, name, arguments: text }: ToolCallPart): ModelToolCall => ({
  id,
  name,
  // A call that failed because its arguments were cut has a result to go with, and none to be sent.
  arguments: isJson(text) ? text : '{}',
});

function toResult({ id, name, state, result }: ToolCallPart): ModelToolResult {
  switch (state) {
    case 'done':
      return { toolCallId: id, name, result: result ?? null };
    case 'failed':
      return { toolCallId: id, name, result: result ?? null, failed: true };
    case 'open':
    case 'ready':
    case 'running':
    case 'cancelled':
      return { toolCallId: id, name, result: result ?? CANCELLED_RESULT, failed: true };
  }
}

const isBlank = (text: string): boolean => text.trim() === '';

const join = (before: string, text: string): string =>
  isBlank(before) ? text : isBlank(text) ? before : before + BETWEEN + text;
