import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderEvent, TurnScript } from './script.js';
import type { Trap, Traps } from './traps.js';

/** An event of a turn, as subscribers see it. */
export type AgentEvent = { type: string; conversationId: string; turnId: string } & Record<
  string,
  unknown
>;

/** A stored piece of history. */
export interface StoredChunk {
  seq: number;
  role: 'user' | 'assistant' | 'tool';
  chunk: { type: string } & Record<string, unknown>;
}

interface Turn {
  id: string;
  controller: AbortController;
  buffer: AgentEvent[];
}

/** What a conversation tells the server that holds it. */
export interface ConversationHost {
  traps: Traps;
  spring(trap: Trap): void;
  emit(event: AgentEvent): void;
  statusChanged(conversationId: string, status: string): void;
  nextScript(): TurnScript;
}

/** One conversation: its history, its queue, and at most one turn at a time. */
export interface TestConversation {
  readonly id: string;
  status: string;
  storedStatus: string;
  readonly chunks: StoredChunk[];
  queue: { id: string; text: string }[];
  activeTurn(): Turn | null;
  start(text: string): Turn | null;
  stop(): boolean;
}

/** Makes a conversation that behaves as Dispatch's do after and during a stop. */
export function createTestConversation(id: string, host: ConversationHost): TestConversation {
  const chunks: StoredChunk[] = [];
  let turn: Turn | null = null;

  const store = (role: StoredChunk['role'], chunk: StoredChunk['chunk']): void => {
    chunks.push({ seq: chunks.length + 1, role, chunk });
  };

  const conversation: TestConversation = {
    id,
    status: 'idle',
    storedStatus: 'idle',
    chunks,
    queue: [],
    activeTurn: () => turn,
    start(text) {
      if (turn !== null) return null;
      const started: Turn = { id: randomUUID(), controller: new AbortController(), buffer: [] };
      turn = started;
      setStatus('active');
      store('user', { type: 'text', text });
      void play(started, text);
      return started;
    },
    stop() {
      if (turn === null) {
        if (host.traps[6]) host.spring(6);
        return false;
      }
      turn.controller.abort();
      return true;
    },
  };

  function setStatus(status: string): void {
    host.statusChanged(id, status);
    // The end of a turn is told as idle, but opens nothing again.
    if (conversation.status === 'closed' && status === 'idle') return;
    conversation.status = status;
    // The row is written by a promise nobody awaits: the list may lag behind the event.
    setTimeout(() => {
      conversation.storedStatus = status;
    }, 20);
  }

  async function play(mine: Turn, text: string): Promise<void> {
    const { signal } = mine.controller;
    const say = (event: { type: string } & Record<string, unknown>): void => {
      const whole = { ...event, conversationId: id, turnId: mine.id };
      mine.buffer.push(whole);
      host.emit(whole);
    };
    const startedAt = Date.now();
    let step: ProviderEvent[] = [];
    const stepComplete = (aborted: boolean): void => {
      say({ type: 'step-complete' });
      storeStep(step, aborted, say);
      step = [];
    };
    say({ type: 'user-message', text });
    say({ type: 'turn-start' });
    try {
      for await (const event of read(host.nextScript()(signal), signal)) {
        if (isAborted(signal)) break;
        if (event.type === 'step-complete') {
          stepComplete(false);
          continue;
        }
        if (event.type === 'retry') {
          say({ ...event, type: 'provider-retry' });
          // The sleep can be aborted, so a stop in it is over at once.
          const asleep = host.traps[5] ? { signal } : {};
          await delay(event.delayMs, undefined, asleep).catch(() => undefined);
          if (!isAborted(signal)) continue;
          if (host.traps[5]) host.spring(5);
          break;
        }
        step.push(event);
        say(toAgentEvent(event));
      }
      if (step.length > 0) stepComplete(signal.aborted);
      const reason = signal.aborted ? 'aborted' : 'stop';
      say({ type: 'done', reason, durationMs: Date.now() - startedAt });
      say({ type: 'turn-sealed' });
    } catch (thrown) {
      say({ type: 'error', message: thrown instanceof Error ? thrown.message : 'failed' });
      if (host.traps[4]) {
        host.spring(4);
      } else {
        say({ type: 'done', reason: 'error' });
        say({ type: 'turn-sealed' });
      }
    }
    turn = null;
    const next = conversation.queue.shift();
    if (next !== undefined && (!signal.aborted || host.traps[2])) {
      if (signal.aborted) host.spring(2);
      conversation.start(next.text);
      return;
    }
    if (next !== undefined) conversation.queue = [];
    await delay(5);
    if (conversation.activeTurn() === null) setStatus('idle');
  }

  /** Reads a provider; with trap 1 a stop is noticed only when the provider says something next. */
  async function* read(
    provider: AsyncIterable<ProviderEvent>,
    signal: AbortSignal,
  ): AsyncGenerator<ProviderEvent> {
    const iterator = provider[Symbol.asyncIterator]();
    const aborted = new Promise<'aborted'>((resolve) => {
      if (!host.traps[1]) signal.addEventListener('abort', () => resolve('aborted'));
    });
    for (;;) {
      const result = await Promise.race([iterator.next(), aborted]);
      if (result === 'aborted' || result.done === true) return;
      if (signal.aborted) host.spring(1);
      yield result.value;
    }
  }

  function storeStep(
    step: ProviderEvent[],
    aborted: boolean,
    say: (event: { type: string } & Record<string, unknown>) => void,
  ): void {
    const calls = step.filter((event) => event.type === 'tool-call');
    const answered = new Set(step.flatMap((e) => (e.type === 'tool-result' ? [e.id] : [])));
    if (aborted) {
      for (const call of calls.filter(({ id }) => !answered.has(id))) {
        say({ type: 'tool-result', toolCallId: call.id, output: 'Aborted', isError: true });
      }
      if (calls.length > 0 && host.traps[3]) host.spring(3);
    }
    const strips = aborted && host.traps[3];
    for (const kind of ['reasoning', 'text'] as const) {
      const text = step.flatMap((e) => (e.type === kind ? [e.delta] : [])).join('');
      if (text !== '') store('assistant', { type: kind === 'text' ? 'text' : 'thinking', text });
    }
    if (strips) return;
    for (const event of step) {
      if (event.type === 'tool-call') {
        const { id: toolCallId, name, input } = event;
        store('assistant', { type: 'tool-call', toolCallId, name, input });
      }
      if (event.type === 'tool-result') {
        store('tool', { type: 'tool-result', toolCallId: event.id, output: event.output });
      }
    }
  }

  return conversation;
}

// A call, because the checker takes a property that was false for false ever after.
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

function toAgentEvent(
  event: Exclude<ProviderEvent, { type: 'step-complete' | 'retry' }>,
): { type: string } & Record<string, unknown> {
  switch (event.type) {
    case 'text':
      return { type: 'text-delta', delta: event.delta };
    case 'reasoning':
      return { type: 'reasoning-delta', delta: event.delta };
    case 'tool-call':
      return { type: 'tool-call', toolCallId: event.id, name: event.name, input: event.input };
    case 'tool-result':
      return { type: 'tool-result', toolCallId: event.id, output: event.output };
  }
}
