import type { StreamEvent, Usage } from '../core/index.js';
import { addDelta } from './addDelta.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { trackToolCalls } from './trackToolCalls.js';

interface WireUsage {
  input_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_read_input_tokens?: number;
  output_tokens?: number;
}

interface ContentBlock {
  type: string;
  id: string;
  name: string;
  input?: unknown;
  tool_use_id?: string;
  is_error?: boolean;
  content?: unknown;
  text?: unknown;
  thinking?: unknown;
}

/** The fields of every event; which of them are there depends on the type. */
interface WireEvent {
  type: string;
  index: number;
  message: { id?: string; usage?: WireUsage | null };
  content_block: ContentBlock;
  delta: {
    type?: string;
    text?: string;
    thinking?: string;
    partial_json?: string;
    stop_reason?: string | null;
  };
  usage?: WireUsage | null;
  error: unknown;
}

/** Anthropic's Messages. */
export function anthropic(): Format {
  return {
    name: 'anthropic',
    mediaType: 'text/event-stream',
    decode: (body) => readFrames(body, splitServerSentEvents, readMessage()),
  };
}

function readMessage(): FrameReader {
  const tools = trackToolCalls();
  const thinking = new Set<number>();
  /** Tools that run on Anthropic's side, so that a whole call is a running one. */
  const theirs = new Map<number, string>();
  /** Calls that ended before their first argument: without any, or cut. */
  let empty: number[] = [];
  let usage: WireUsage = {};
  let reason: string | null = null;

  const startBlock = (index: number, block: ContentBlock): StreamEvent[] => {
    switch (block.type) {
      case 'thinking':
        thinking.add(index);
        return addDelta([], 'reasoning', block.thinking);
      case 'text':
        return addDelta([], 'text', block.text);
      case 'server_tool_use':
      case 'mcp_tool_use':
        theirs.set(index, block.id);
        return startTool(index, block);
      case 'tool_use':
        return startTool(index, block);
      default:
        return readTheirResult(block);
    }
  };
  const startTool = (index: number, { id, name, input }: ContentBlock): StreamEvent[] => {
    const events = tools.start(index, id, name);
    // Servers that only speak the protocol may send the whole input at once.
    const isGiven = typeof input === 'object' && input !== null && Object.keys(input).length > 0;
    return isGiven ? [...events, ...tools.add(index, JSON.stringify(input))] : events;
  };
  const stopBlock = (index: number): StreamEvent[] => {
    if (thinking.delete(index)) return [{ type: 'reasoning-end' }];
    if (tools.isEmpty(index) && !theirs.has(index)) {
      empty.push(index);
      return [];
    }
    const events = tools.finish(index);
    const id = theirs.get(index);
    return id === undefined || events.length === 0
      ? events
      : [...events, { type: 'tool-running', id }];
  };

  return {
    read(frame) {
      // Fields a known type always has are believed; an event that lacks one is a bad frame.
      const event = frame as WireEvent;
      switch (event.type) {
        case 'message_start': {
          const { id } = event.message;
          usage = mergeUsage(usage, event.message.usage);
          // The output tokens given here are a beginning, not a figure.
          const { inputTokens } = toUsage(usage);
          return [
            ...(id === undefined ? [] : [{ type: 'start', messageId: id } as const]),
            ...(inputTokens === undefined
              ? []
              : [{ type: 'usage', usage: { inputTokens } } as const]),
          ];
        }
        case 'content_block_start':
          return startBlock(event.index, event.content_block);
        case 'content_block_delta':
          return readDelta(event.delta, (json) => tools.add(event.index, json));
        case 'content_block_stop':
          return stopBlock(event.index);
        case 'message_delta': {
          reason = event.delta.stop_reason ?? reason;
          const isCut = reason === null || isLength(reason) || reason === 'refusal';
          const ready = isCut ? [] : empty.flatMap(tools.finish);
          if (ready.length > 0) empty = [];
          if (event.usage == null) return ready;
          usage = mergeUsage(usage, event.usage);
          return [...ready, { type: 'usage', usage: toUsage(usage) }];
        }
        case 'message_stop':
          return [finished(reason)];
        case 'error':
          return [{ type: 'error', error: providerError(event.error) }];
      }
      return [];
    },
    end: () => (reason === null ? null : [finished(reason)]),
  };
}

function readDelta(
  delta: WireEvent['delta'],
  addJson: (json: string) => StreamEvent[],
): StreamEvent[] {
  if (typeof delta.text === 'string') return [{ type: 'text', delta: delta.text }];
  if (typeof delta.thinking === 'string') return [{ type: 'reasoning', delta: delta.thinking }];
  return typeof delta.partial_json === 'string' ? addJson(delta.partial_json) : [];
}

/** `web_search_tool_result` and its kin: the result of a tool that ran on Anthropic's side. */
function readTheirResult({ tool_use_id: id, is_error, content }: ContentBlock): StreamEvent[] {
  if (id === undefined) return [];
  const failed =
    is_error === true ||
    (typeof content === 'object' && content !== null && 'error_code' in content)
      ? { failed: true }
      : {};
  return [{ type: 'tool-result', id, result: content, ...failed }];
}

/** The figures are totals, and an absent, empty or zero one takes nothing back. */
function mergeUsage(before: WireUsage, now: WireUsage | null | undefined): WireUsage {
  const said = Object.entries(now ?? {}).filter(
    ([, count]) => typeof count === 'number' && count > 0,
  );
  return { ...before, ...Object.fromEntries(said) };
}

/** Tokens read from and written to the cache were input too. */
function toUsage(usage: WireUsage): Usage {
  const { input_tokens: input = 0, output_tokens: outputTokens } = usage;
  const { cache_creation_input_tokens: written = 0, cache_read_input_tokens: read = 0 } = usage;
  const inputTokens = input + written + read;
  return {
    ...(inputTokens === 0 ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

/** What every other provider calls `length` is what makes an answer one that can be continued. */
function finished(reason: string | null): StreamEvent {
  if (reason === null) return { type: 'done' };
  return { type: 'done', reason: isLength(reason) ? 'length' : reason };
}

const isLength = (reason: string): boolean =>
  reason === 'max_tokens' || reason === 'model_context_window_exceeded';
