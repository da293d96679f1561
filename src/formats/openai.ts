import { createRunId, type StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { addDelta } from './addDelta.js';
import { trackToolCalls } from './trackToolCalls.js';

interface ToolCallDelta {
  index?: number;
  id?: string | null;
  function?: { name?: string | null; arguments?: unknown } | null;
}

interface Choice {
  index?: number;
  delta?: {
    content?: unknown;
    refusal?: unknown;
    reasoning_content?: unknown;
    reasoning?: unknown;
    tool_calls?: ToolCallDelta[] | null;
  } | null;
  finish_reason?: string | null;
}

interface Chunk {
  id?: unknown;
  error?: unknown;
  choices?: Choice[] | null;
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown } | null;
}

/** OpenAI's Chat Completions, and what the many servers that speak it have made of them. */
export function openai(): Format {
  return {
    name: 'openai',
    mediaType: 'text/event-stream',
    decode: (body) => readFrames(body, splitServerSentEvents, readChatCompletion()),
  };
}

function readChatCompletion(): FrameReader {
  const tools = trackToolCalls();
  /** Ids that came and have no call yet. */
  const ids = new Map<number, string>();
  const names = new Map<number, string>();
  let hasBegun = false;
  let reason: string | null = null;

  const readToolCall = (call: ToolCallDelta, position: number): StreamEvent[] => {
    // Some servers leave the index out, or send it as null.
    const key = call.index ?? position;
    const name = call.function?.name;
    const events: StreamEvent[] = [];
    // Some servers send the id before the name, and some an empty one.
    if (call.id && call.id !== tools.idOf(key)) ids.set(key, call.id);
    const id = ids.get(key);
    if (typeof name === 'string' && name !== '') {
      // Some servers send every call under the same index: without an id it is another once the arguments are whole.
      // A name that is only said once more, with nothing behind it, begins none.
      const isNext =
        !call.id && !tools.isEmpty(key) && (name !== names.get(key) || !!call.function?.arguments);
      if (id !== undefined || isNext) events.push(...tools.finish(key));
      if (id !== undefined || tools.idOf(key) === undefined) {
        ids.delete(key);
        names.set(key, name);
        events.push(...tools.start(key, id ?? `call-${createRunId()}`, name));
      }
    }
    events.push(...tools.add(key, call.function?.arguments));
    return events;
  };

  return {
    read(frame) {
      // The wire's promise, not a fact: every leaf is looked at before it is used.
      const chunk = frame as Chunk;
      if (chunk.error !== undefined && chunk.error !== null) {
        return [{ type: 'error', error: providerError(chunk.error) }];
      }
      const events: StreamEvent[] = [];
      if (!hasBegun && typeof chunk.id === 'string' && chunk.id !== '') {
        hasBegun = true;
        events.push({ type: 'start', messageId: chunk.id });
      }
      for (const choice of chunk.choices ?? []) {
        // Of several answers at once the first is shown.
        if ((choice.index ?? 0) !== 0) continue;
        const { delta } = choice;
        if (delta != null) {
          addDelta(events, 'reasoning', delta.reasoning_content ?? delta.reasoning);
          addContent(events, 'text', delta.content);
          addDelta(events, 'text', delta.refusal);
          if (delta.tool_calls != null) events.push(...delta.tool_calls.flatMap(readToolCall));
        }
        const { finish_reason: said } = choice;
        // Some servers say "" or "null" in every chunk before the last.
        if (typeof said !== 'string' || said === '' || said === 'null') continue;
        reason = said;
        // Cut off by a limit, a call's arguments are not whole even when they happen to parse.
        if (reason !== 'length' && reason !== 'content_filter') events.push(...tools.finishAll());
      }
      const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = chunk.usage ?? {};
      if (typeof inputTokens === 'number' && typeof outputTokens === 'number') {
        events.push({ type: 'usage', usage: { inputTokens, outputTokens } });
      }
      return events;
    },
    // Servers that leave `[DONE]` out still give a reason.
    end: (marked) => (marked || reason !== null ? [finished(reason)] : null),
  };
}

/** Mistral sends lists: pieces of text, and pieces that are thought, each a list again. */
function addContent(events: StreamEvent[], type: 'text' | 'reasoning', said: unknown): void {
  if (!Array.isArray(said)) {
    addDelta(events, type, said);
    return;
  }
  // The wire's promise: what is no text in the end is left out.
  for (const { text, thinking } of said as { text?: unknown; thinking?: unknown }[]) {
    addContent(events, thinking === undefined ? type : 'reasoning', thinking ?? text);
  }
}

const finished = (reason: string | null): StreamEvent =>
  reason === null ? { type: 'done' } : { type: 'done', reason };
