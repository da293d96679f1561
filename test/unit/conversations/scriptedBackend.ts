import {
  type Backend,
  type BackendEvent,
  type ListedConversation,
  type Message,
  type StopAnswer,
  type StopRequest,
  storedSnapshot,
} from 'stopkit/core';
import { scriptedSource, type ScriptedSource } from 'stopkit/testing';

/** A backend whose every word the test says itself. */
export interface ScriptedBackend extends Backend {
  send: ScriptedSource<{ conversationId: string; text: string }>;
  say(event: BackendEvent): void;
  /** The stops it was asked for, each answered by the test. */
  stops: { request: StopRequest; answer(answer: StopAnswer): void; fail(): void }[];
  rows: ListedConversation[];
  stored: Map<string, Message[]>;
  asked: { list: number; history: number };
}

export function scriptedBackend(without: readonly ('list' | 'history')[] = []): ScriptedBackend {
  let listener: ((event: BackendEvent) => void) | null = null;
  const send = scriptedSource<{ conversationId: string; text: string }>();
  const backend: ScriptedBackend = {
    name: 'scripted',
    send,
    stops: [],
    rows: [],
    stored: new Map(),
    asked: { list: 0, history: 0 },
    say: (event) => listener?.(event),
    stop: (_conversationId, request) =>
      new Promise((resolve, reject) => {
        backend.stops.push({ request, answer: resolve, fail: () => reject(new Error('down')) });
      }),
    connect(next) {
      listener = next;
      return () => {
        listener = null;
      };
    },
    list() {
      backend.asked.list += 1;
      return Promise.resolve(backend.rows);
    },
    history(id) {
      backend.asked.history += 1;
      return Promise.resolve(backend.stored.get(id) ?? []);
    },
  };
  if (without.includes('list')) delete backend.list;
  if (without.includes('history')) delete backend.history;
  return backend;
}

export const stored = (id: string, role: Message['role'], text: string): Message => ({
  id,
  role,
  snapshot: storedSnapshot(text),
});
