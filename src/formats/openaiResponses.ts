import type { StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { addDelta } from './addDelta.js';
import { trackMessages } from './trackMessages.js';
import { trackToolCalls } from './trackToolCalls.js';

interface OutputItem {
  type: string;
  call_id: string;
  name: string;
  arguments?: string;
  input?: string;
  status?: string;
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
  output_index: number;
  summary_index: number;
  item: OutputItem;
  response: ResponseObject;
  error?: unknown;
}

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

  const startCall = (index: number, { call_id: id, name }: OutputItem): StreamEvent[] => {
    messages.leave();
    return tools.start(index, id, name);
  };
  const finishItem = (index: number, item: OutputItem): StreamEvent[] => {
    switch (item.type) {
      case 'reasoning':
        return [{ type: 'reasoning-end' }];
      case 'function_call': {
        if (item.status === 'incomplete') return [];
        // Gateways may send the whole without its pieces.
        const started = tools.idOf(index) === undefined ? startCall(index, item) : [];
        return [
          ...started,
          ...(tools.isEmpty(index) ? tools.add(index, item.arguments) : []),
          ...tools.finish(index),
        ];
      }
      case 'custom_tool_call':
        // Its input is free text; arguments that a model can be sent again are JSON.
        return [...tools.add(index, JSON.stringify(item.input ?? '')), ...tools.finish(index)];
    }
    return [];
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
          return addDelta([], 'reasoning', event.delta);
        case 'response.reasoning_summary_part.added':
          return event.summary_index > 0 ? [{ type: 'reasoning', delta: '\n\n' }] : [];
        case 'response.output_item.added':
          return event.item.type === 'function_call' || event.item.type === 'custom_tool_call'
            ? startCall(event.output_index, event.item)
            : [];
        case 'response.function_call_arguments.delta':
          return tools.add(event.output_index, event.delta);
        case 'response.output_item.done':
          return finishItem(event.output_index, event.item);
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

function usageOf({ usage }: ResponseObject): StreamEvent[] {
  if (usage === undefined || usage === null) return [];
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage;
  return [{ type: 'usage', usage: { inputTokens, outputTokens } }];
}
