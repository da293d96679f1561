import type { GenerationError } from './GenerationError.js';
import type { StopRecord } from './StopRecord.js';

/** Where a run is. */
export type Status =
  | 'idle'
  | 'connecting'
  | 'streaming'
  | 'stopping'
  | 'stopped'
  | 'complete'
  | 'error';

/** What a run cost, as far as anybody said. */
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  /** True when the figures were estimated, not reported by the model. */
  estimated?: boolean;
}

/** A piece of the answer that is text. */
export interface TextPart {
  type: 'text';
  text: string;
}

/** A piece of the answer that is the model's reasoning. */
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  open: boolean;
  startedAt?: number;
  /** 0 where nobody knows when. */
  endedAt?: number;
}

/** A tool call and what became of it. */
export interface ToolCallPart {
  type: 'tool-call';
  id: string;
  name: string;
  arguments: string;
  state: 'open' | 'ready' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Whether the tool had begun to run, so that it may have had effects. */
  started: boolean;
  result?: unknown;
  startedAt?: number;
  /** 0 where nobody knows when. */
  endedAt?: number;
}

/** A piece of an answer. */
export type Part = TextPart | ReasoningPart | ToolCallPart;

/** Everything there is to know about a run; replaced whole, never mutated: `===` means nothing changed. */
export interface Snapshot {
  status: Status;
  runId: string | null;
  messageId: string | null;
  /** All text parts, joined. */
  text: string;
  parts: readonly Part[];
  finishReason: string | null;
  stopRecord: StopRecord | null;
  error: GenerationError | null;
  usage: Usage | null;
  canContinue: boolean;
}

/** The snapshot of a generation that never ran. */
export const idleSnapshot: Snapshot = Object.freeze({
  status: 'idle',
  runId: null,
  messageId: null,
  text: '',
  parts: Object.freeze([]),
  finishReason: null,
  stopRecord: null,
  error: null,
  usage: null,
  canContinue: false,
});

/** Whether an answer in this status may still grow. */
export const mayGrow = (status: Status): status is 'connecting' | 'streaming' =>
  status === 'connecting' || status === 'streaming';

/** Whether a run in this status is still alive, so that Stop must be offered. */
export const isActive = (status: Status): boolean => mayGrow(status) || status === 'stopping';
