import type { StreamEvent } from '../core/index.js';
import { isJson } from '../core/isJson.js';

/** Tool calls whose arguments arrive in pieces, each under the key its format gives it. */
export interface ToolCallTracker {
  /** The id of the call that is open under this key. */
  idOf(key: string | number): string | undefined;
  start(key: string | number, id: string, name: string): StreamEvent[];
  add(key: string | number, delta: unknown): StreamEvent[];
  /** Whether it is open and nothing of its arguments has come. */
  isEmpty(key: string | number): boolean;
  /** No more arguments for this call: it is ready if they are whole, and stays open if they were cut. */
  finish(key: string | number): StreamEvent[];
  finishAll(): StreamEvent[];
}

/** Keeps the tool calls of one answer until their arguments are whole. */
export function trackToolCalls(): ToolCallTracker {
  const open = new Map<string | number, { id: string; json: string }>();

  const add = (key: string | number, delta: unknown): StreamEvent[] => {
    const call = open.get(key);
    if (call === undefined || typeof delta !== 'string' || delta === '') return [];
    call.json += delta;
    return [{ type: 'tool-arguments', id: call.id, delta }];
  };
  const finish = (key: string | number): StreamEvent[] => {
    const call = open.get(key);
    if (call === undefined) return [];
    // A call without arguments is sent as nothing at all; a model is to be told an empty object.
    const filled = call.json === '' ? add(key, '{}') : [];
    if (!isJson(call.json)) return [];
    open.delete(key);
    return [...filled, { type: 'tool-ready', id: call.id }];
  };
  return {
    idOf: (key) => open.get(key)?.id,
    start(key, id, name) {
      open.set(key, { id, json: '' });
      return [{ type: 'tool-call', id, name }];
    },
    add,
    isEmpty: (key) => open.get(key)?.json === '',
    finish,
    finishAll: () => [...open.keys()].flatMap(finish),
  };
}
