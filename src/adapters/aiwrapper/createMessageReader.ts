import type { StreamEvent } from '../../core/index.js';
import type { LangItem, LangMessage } from './LangMessage.js';

/** Tells what is new in messages that grow in place. */
export interface MessageReader {
  read(message: LangMessage): StreamEvent[];
  /** The message that grew is whole: its calls have all their arguments. */
  finish(): StreamEvent[];
  /** What became of a call; told once. */
  answer(callId: string, result: unknown): StreamEvent[];
  /** The name of the call that has this id now: some providers begin to count again with every message. */
  nameOf(callId: string): string;
}

/** Reads the growing messages of one run. */
export function createMessageReader(): MessageReader {
  const read = new WeakMap<LangItem, number>();
  const called = new Map<string, LangItem>();
  const ready = new Set<string>();
  const answered = new Set<string>();
  const names = new Map<string, { message: LangMessage; id: string }>();

  const nameOf = (callId: string): string => names.get(callId)?.id ?? callId;

  function nameCall(message: LangMessage, callId: string): string {
    if (names.get(callId)?.message !== message) {
      const id = names.has(callId) ? `${callId}_${called.size + 1}` : callId;
      names.set(callId, { message, id });
    }
    return nameOf(callId);
  }

  function readItem(message: LangMessage, item: LangItem): StreamEvent[] {
    const { type, text = '', callId = '', name = '' } = item;
    switch (type) {
      case 'text':
      case 'reasoning': {
        const from = read.get(item) ?? 0;
        read.set(item, text.length);
        return text.length > from ? [{ type, delta: text.slice(from) }] : [];
      }
      case 'tool': {
        const id = nameCall(message, callId);
        if (id === '' || called.has(id)) return [];
        called.set(id, item);
        return [{ type: 'tool-call', id, name }];
      }
      case 'tool-result':
        return answer(callId, item.result);
    }
    return [];
  }

  function answer(callId: string, result: unknown): StreamEvent[] {
    const id = nameOf(callId);
    if (answered.has(id)) return [];
    answered.add(id);
    return [{ type: 'tool-result', id, result, ...(isFailure(result) ? { failed: true } : {}) }];
  }

  function finish(): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const [id, item] of called) {
      if (ready.has(id)) continue;
      ready.add(id);
      const delta = JSON.stringify(item.arguments ?? {});
      events.push({ type: 'tool-arguments', id, delta }, { type: 'tool-ready', id });
    }
    return events;
  }

  return {
    read(message) {
      // Some providers hand out the last message, whosever it is.
      if (message.role === 'user') return [];
      const whole = message.role === 'tool-results' ? finish() : [];
      return [...whole, ...message.items.flatMap((item) => readItem(message, item))];
    },
    finish,
    answer,
    nameOf,
  };
}

/** How aiwrapper marks the result of a tool that threw. */
const isFailure = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'error' in result && result.error === true;
