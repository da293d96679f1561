import { GenerationError, type StreamEvent } from '../../core/index.js';

/** An event of a turn, as Dispatch sends it. */
export interface AgentEvent {
  type: string;
  conversationId: string;
  turnId: string;
  /** What was asked, of a `user-message`. */
  text?: string;
  delta?: string;
  reason?: string;
  message?: string;
  toolCallId?: string;
  name?: string;
  input?: unknown;
  output?: unknown;
  isError?: unknown;
  usage?: unknown;
}

const TEXTS = ['text', 'delta', 'reason', 'message', 'toolCallId', 'name'] as const;

/** An event as it came over the wire, where what is no text counts as not said; `null` for what is none. */
export function readAgentEvent(said: unknown): AgentEvent | null {
  if (typeof said !== 'object' || said === null) return null;
  const event = said as Record<string, unknown>;
  const { type, conversationId, turnId, input, output, isError, usage } = event;
  if (typeof type !== 'string' || typeof conversationId !== 'string') return null;
  if (typeof turnId !== 'string') return null;
  const texts = Object.fromEntries(
    TEXTS.flatMap((key) => (typeof event[key] === 'string' ? [[key, event[key]]] : [])),
  );
  return { ...texts, input, output, isError, usage, type, conversationId, turnId };
}

/** What an event of Dispatch says about the answer; what says nothing about it is left out. */
export function toStreamEvents(event: AgentEvent | null): readonly StreamEvent[] {
  if (event === null) return [];
  const { delta = '', toolCallId: id = '', name = '' } = event;
  switch (event.type) {
    case 'turn-start':
      return [{ type: 'start', runId: event.turnId, messageId: event.turnId }];
    case 'text-delta':
      return [{ type: 'text', delta }];
    case 'reasoning-delta':
      return [{ type: 'reasoning', delta }];
    case 'tool-call':
      return [
        { type: 'tool-call', id, name, arguments: JSON.stringify(event.input ?? {}) },
        { type: 'tool-ready', id },
        { type: 'tool-running', id },
      ];
    case 'tool-result':
      return [{ type: 'tool-result', id, result: event.output, failed: event.isError === true }];
    case 'usage':
      return toUsage(event);
    case 'error':
      return [{ type: 'error', error: toError(event.message) }];
    case 'done':
      return [toEnd(event)];
    default:
      return [];
  }
}

function toUsage({ usage }: AgentEvent): readonly StreamEvent[] {
  const { inputTokens, outputTokens } = (usage ?? {}) as Record<string, unknown>;
  const said = {
    ...(typeof inputTokens === 'number' && { inputTokens }),
    ...(typeof outputTokens === 'number' && { outputTokens }),
  };
  return Object.keys(said).length === 0 ? [] : [{ type: 'usage', usage: said }];
}

function toEnd({ reason }: AgentEvent): StreamEvent {
  // Who asked for the abort, Dispatch does not say.
  if (reason === 'aborted') return { type: 'done', outcome: 'stopped', reason: 'server' };
  return { type: 'done', ...(reason === undefined ? {} : { reason }) };
}

/** What Dispatch says went wrong, as an error of a run. */
export function toError(message = 'The answer failed.'): GenerationError {
  const isBusy = /already (active|generating)/.test(message);
  return isBusy
    ? new GenerationError('busy', 'Another answer is still being written in this conversation.')
    : new GenerationError('provider', message);
}
