import { createRunId, type StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitLines } from './splitLines.js';
import { addDelta } from './addDelta.js';

interface ToolCall {
  id?: string;
  function: { name: string; arguments?: unknown };
}

interface Line {
  error?: unknown;
  /** `/api/chat` */
  message?: { content?: unknown; thinking?: unknown; tool_calls?: ToolCall[] | null } | null;
  /** `/api/generate` */
  response?: unknown;
  thinking?: unknown;
  done?: boolean;
  done_reason?: string;
  prompt_eval_count?: unknown;
  eval_count?: unknown;
}

/** Ollama's own `/api/chat` and `/api/generate`. */
export function ollama(): Format {
  return {
    name: 'ollama',
    decode: (body) => readFrames(body, splitLines, readLines()),
  };
}

function readLines(): FrameReader {
  const readToolCall = ({ id, function: { name, arguments: input } }: ToolCall): StreamEvent[] => {
    // Of its own in every answer: a later call must not be taken for this one.
    const callId = id ?? `call-${createRunId()}`;
    return [
      { type: 'tool-call', id: callId, name, arguments: JSON.stringify(input ?? {}) },
      { type: 'tool-ready', id: callId },
    ];
  };

  return {
    read(frame) {
      // The wire's promise, not a fact: every leaf is looked at before it is used.
      const line = frame as Line;
      if (line.error !== undefined) return [{ type: 'error', error: providerError(line.error) }];
      const events: StreamEvent[] = [];
      addDelta(events, 'reasoning', line.message?.thinking ?? line.thinking);
      addDelta(events, 'text', line.message?.content ?? line.response);
      events.push(...(line.message?.tool_calls ?? []).flatMap(readToolCall));
      if (line.done === true) events.push(...finish(line));
      return events;
    },
  };
}

function finish(line: Line): StreamEvent[] {
  // A prompt that is still in the cache is not counted again, and then not reported at all.
  const { prompt_eval_count: input, eval_count: output, done_reason: reason } = line;
  const usage = {
    ...(typeof input === 'number' ? { inputTokens: input } : {}),
    ...(typeof output === 'number' ? { outputTokens: output } : {}),
  };
  return [
    ...(Object.keys(usage).length === 0 ? [] : [{ type: 'usage', usage } as const]),
    reason === undefined ? { type: 'done' } : { type: 'done', reason },
  ];
}
