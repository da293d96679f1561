import { setTimeout as wait } from 'node:timers/promises';
import type { ModelMessage, ModelToolCall, StreamEvent } from 'stopkit/core';
import { encodeStopkitStream } from 'stopkit/formats';
import type { Faults } from '../Faults.js';
import type { Model } from './askModel.js';

const TOOL_MS = 1_500;

/** An answer with its tools, in stopkit's own stream: asks the model, runs what it calls, and asks again. */
export async function* answerTurn(
  model: Model,
  turn: { runId: string; messages: readonly ModelMessage[]; faults: Faults },
  signal: AbortSignal,
): AsyncGenerator<string> {
  let messages = turn.messages;
  for (;;) {
    const response = await model.ask({ ...turn, messages, signal });
    if (!response.ok || response.body === null) {
      throw new Error(`The model answered ${response.status}.`);
    }
    const calls = new Map<string, ModelToolCall>();
    let end: Extract<StreamEvent, { type: 'done' }> = { type: 'done' };
    // Node's streams are async iterables; the DOM's type does not say so.
    const body = response.body as unknown as AsyncIterable<Uint8Array>;
    for await (const events of model.format().decode(body)) {
      for (const event of events) noteCall(calls, event);
      const last = events.at(-1);
      if (last?.type === 'done') end = last;
      yield encodeStopkitStream(...events.filter(({ type }) => type !== 'done'));
      if (last?.type === 'error') return;
    }
    if (calls.size === 0 || end.outcome === 'interrupted') {
      yield encodeStopkitStream(end);
      return;
    }
    const results = [];
    for (const { id, name } of calls.values()) {
      yield encodeStopkitStream({ type: 'tool-running', id });
      await wait(TOOL_MS, undefined, { signal });
      const result = { found: 3, first: 'A tool that has begun may have had effects.' };
      yield encodeStopkitStream({ type: 'tool-result', id, result });
      results.push({ toolCallId: id, name, result });
    }
    messages = [
      ...messages,
      { role: 'assistant', text: '', toolCalls: [...calls.values()] },
      { role: 'tool', results },
    ];
  }
}

function noteCall(calls: Map<string, ModelToolCall>, event: StreamEvent): void {
  if (event.type === 'tool-call') {
    const { id, name, arguments: given = '' } = event;
    calls.set(id, { id, name, arguments: given });
  } else if (event.type === 'tool-arguments') {
    const call = calls.get(event.id);
    if (call !== undefined) {
      calls.set(event.id, { ...call, arguments: call.arguments + event.delta });
    }
  }
}
