import type { StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { trackMessages } from './trackMessages.js';
import { trackToolCalls } from './trackToolCalls.js';

interface OutputItem {
  type: string;
  id: string;
  /** Where it is another than the item's own. */
  call_id?: string;
  name: string;
  arguments?: string;
  input?: string;
  status?: string;
  output?: unknown;
  error?: unknown;
}

interface ResponseObject {
  id?: string;
  error?: unknown;
  incomplete_details?: { reason?: string } | null;
  usage?: { input_tokens: number; output_tokens: number } | null;
}

/** The fields of every event; which of them are there depends on the type. */
interface WireEvent {
  type: string;
  delta?: unknown;
  arguments?: unknown;
  output_index: number;
  summary_index: number;
  item: OutputItem;
  response: ResponseObject;
  error?: unknown;
}

const CALLS = new Set(['function_call', 'custom_tool_call', 'mcp_call']);

/** OpenAI's Responses. */
export function openaiResponses(): Format {
  return {
    name: 'openai-responses',
    mediaType: 'text/event-stream',
    decode: (body) => readFrames(body, splitServerSentEvents, readResponse()),
  };
}

function readResponse(): FrameReader {
  const tools = trackToolCalls();
  const messages = trackMessages();
  /** Calls that were told of and are not done, under the id they were told of first. */
  const begun = new Map<number, string>();

  const startCall = (index: number, item: OutputItem): StreamEvent[] => {
    const id = item.call_id ?? item.id;
    messages.leave();
    begun.set(index, id);
    return tools.start(index, id, item.name);
  };
  /** No more arguments for this call; gateways may send the whole without its pieces. */
  const finishArguments = (index: number, whole: unknown): StreamEvent[] => [
    ...(tools.isEmpty(index) ? tools.add(index, whole) : []),
    ...tools.finish(index),
  ];
  const finishCall = (index: number, item: OutputItem): StreamEvent[] => {
    if (item.status === 'incomplete') return [];
    // The input of a custom tool is free text; arguments that a model can be sent again are JSON.
    const isFree = item.type === 'custom_tool_call';
    const events = begun.has(index) ? [] : startCall(index, item);
    const id = begun.get(index) ?? item.id;
    begun.delete(index);
    return [
      ...events,
      ...finishArguments(index, isFree ? JSON.stringify(item.input ?? '') : item.arguments),
      ...readTheirResult(id, item),
    ];
  };

  return {
    read(frame) {
      // Fields a known type always has are believed; an event that lacks one is a bad frame.
      const event = frame as WireEvent;
      switch (event.type) {
        case 'response.created':
          return event.response.id === undefined
            ? []
            : [{ type: 'start', messageId: event.response.id }];
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          return messages.add(event.output_index, event.delta);
        case 'response.reasoning_text.delta':
        case 'response.reasoning_summary_text.delta':
          return messages.think(event.delta);
        case 'response.reasoning_summary_part.added':
          return event.summary_index > 0 ? [{ type: 'reasoning', delta: '\n\n' }] : [];
        case 'response.output_item.added':
          return CALLS.has(event.item.type) ? startCall(event.output_index, event.item) : [];
        case 'response.function_call_arguments.delta':
        case 'response.mcp_call_arguments.delta':
          return tools.add(event.output_index, event.delta);
        case 'response.custom_tool_call_input.delta': {
          // Free text is no JSON: a sign of life, and no more.
          const id = tools.idOf(event.output_index);
          return id === undefined ? [] : [{ type: 'tool-arguments', id, delta: '' }];
        }
        case 'response.mcp_call_arguments.done': {
          const id = tools.idOf(event.output_index);
          if (id === undefined) return [];
          const events = finishArguments(event.output_index, event.arguments);
          // A call whose arguments were cut is still open, and does not run.
          const isOpen = tools.idOf(event.output_index) !== undefined;
          return isOpen ? events : [...events, { type: 'tool-running', id }];
        }
        case 'response.output_item.done':
          if (event.item.type === 'reasoning') return [{ type: 'reasoning-end' }];
          return CALLS.has(event.item.type) ? finishCall(event.output_index, event.item) : [];
        case 'response.completed':
          return [...usageOf(event.response), { type: 'done', reason: 'stop' }];
        case 'response.incomplete': {
          const reason = event.response.incomplete_details?.reason ?? 'incomplete';
          // What every other provider calls `length` is what makes an answer one that can be continued.
          const word = reason === 'max_output_tokens' ? 'length' : reason;
          return [...usageOf(event.response), { type: 'done', reason: word }];
        }
        case 'response.failed':
          return [
            ...usageOf(event.response),
            { type: 'error', error: providerError(event.response.error) },
          ];
        case 'error':
          return [{ type: 'error', error: providerError(event.error ?? event) }];
      }
      return [];
    },
  };
}

/** What a tool said that ran on OpenAI's side, of which its call itself tells. */
function readTheirResult(id: string, { type, status, error, output }: OutputItem): StreamEvent[] {
  if (type !== 'mcp_call') return [];
  const failed = status === 'failed' || error != null ? { failed: true } : {};
  return [{ type: 'tool-result', id, result: error ?? output ?? null, ...failed }];
}

function usageOf({ usage }: ResponseObject): StreamEvent[] {
  if (usage === undefined || usage === null) return [];
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage;
  return [{ type: 'usage', usage: { inputTokens, outputTokens } }];
}
