import {
  type ConversationInput,
  GenerationError,
  type Source,
  type StopAnswer,
  type StreamEvent,
} from '../../core/index.js';
import { pause } from '../../core/pause.js';
import { fetchSource } from '../../formats/fetchSource.js';
import { readFrames } from '../../formats/readFrames.js';
import type { ConnectionOptions } from '../../formats/sendRequest.js';
import { splitLines } from '../../formats/splitLines.js';
import { askUntilBegun } from '../askUntilBegun.js';
import type { Socket } from '../openSocket.js';
import { type AgentEvent, readAgentEvent, toStreamEvents } from './AgentEvent.js';

/** How a text gets to Dispatch, and what comes back besides the answer. */
export interface Sending {
  send: Source<ConversationInput>;
  /** Asks for a stop when the turn of what was sent last has begun, or will not. */
  stop(id: string, ask: () => Promise<StopAnswer>, signal?: AbortSignal): Promise<StopAnswer>;
  /** Whether the turn of what was sent last is due: it has not begun, and not for so long that it may be lost. */
  isAwaited(conversationId: string): boolean;
  /**
   * Keeps what the turn of another device says while the one that was sent here is due: it may be refused for that
   * one, and its words would stand under it.
   */
  holds(event: AgentEvent): boolean;
  /** A turn began; says whether it is the one that was sent from here. */
  heard(conversationId: string): boolean;
  failed(conversationId: string | null, error: GenerationError): void;
  connected(isOpen: boolean): void;
}

/** What sending needs. */
export interface SendingOptions {
  baseUrl: string;
  connection: ConnectionOptions;
  usesSocket: boolean;
  getSocket: () => Socket | null;
  /** Hears what was held. */
  hear: (event: AgentEvent) => void;
}

interface Waiting {
  conversationId: string;
  isSent: boolean;
  fail(error: GenerationError): void;
}

/** A turn that was asked for. */
interface Expected {
  text: string;
  /** The turn of another device that began first, and what it has said. */
  other: string | null;
  held: AgentEvent[];
  promise: Promise<boolean>;
  resolve: (isRefused: boolean) => void;
  isDue: boolean;
}

// A turn that was sent before a cut shows itself in the repetition after it, or was never heard.
const HEARD_MS = 5_000;

/** Sends over the socket, where the answer comes as events; without one, over HTTP. */
export function sendToDispatch(options: SendingOptions): Sending {
  const waiting = new Set<Waiting>();
  /** Sent, while nothing came back; also after the run here was stopped. */
  const unheard = new Map<string, Expected>();
  /** Sent over HTTP, while no word came back; also after the run here was stopped. */
  const onTheirWay = new Set<string>();
  let wake: (() => void)[] = [];

  const overHttp = fetchSource<ConversationInput>({
    ...options.connection,
    url: `${options.baseUrl}/chat`,
    body: ({ input }) => ({ conversationId: input.conversationId, message: input.text }),
    format: {
      name: 'dispatch',
      decode: (body) =>
        readFrames(body, splitLines, { read: (frame) => toStreamEvents(readAgentEvent(frame)) }),
    },
  });

  function expectTurn({ conversationId, text }: ConversationInput): void {
    let resolve: Expected['resolve'] = () => undefined;
    const promise = new Promise<boolean>((done) => {
      resolve = done;
    });
    const expected: Expected = { text, other: null, held: [], promise, resolve, isDue: true };
    unheard.set(conversationId, expected);
    // A message that was lost must not hold a stop for ever.
    setTimeout(() => {
      expected.isDue = false;
      resolve(false);
      // Once it has begun, what was held is over and stored.
      if (unheard.get(conversationId) !== expected) return;
      for (const event of expected.held) options.hear(event);
    }, HEARD_MS);
  }

  function refuse(conversationId: string): void {
    const expected = unheard.get(conversationId);
    if (expected === undefined) return;
    expected.resolve(true);
    // After the run here has heard of it.
    setTimeout(() => {
      if (unheard.get(conversationId) !== expected) return;
      unheard.delete(conversationId);
      for (const event of expected.held) options.hear(event);
    }, 0);
  }

  function stopExpecting(conversationId: string): boolean {
    unheard.get(conversationId)?.resolve(false);
    return unheard.delete(conversationId);
  }

  async function* overSocket(
    { conversationId, text }: ConversationInput,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent> {
    let fail: (error: GenerationError) => void = () => undefined;
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const left = pause(null, signal);
    const mine: Waiting = { conversationId, isSent: false, fail };
    waiting.add(mine);
    try {
      const message = { type: 'chat.send', conversationId, message: text };
      while (!signal.aborted && options.getSocket()?.send(message) !== true) {
        const opened = new Promise<void>((resolve) => wake.push(resolve));
        await Promise.race([opened, left]);
      }
      if (signal.aborted) return;
      mine.isSent = true;
      expectTurn({ conversationId, text });
      // The answer comes as events; all that comes here is a refusal.
      await Promise.race([failed, left]);
    } finally {
      waiting.delete(mine);
    }
    yield* [];
  }

  return {
    async *send(request) {
      const { input, signal } = request;
      if (options.usesSocket) {
        yield* overSocket(input, signal);
        return;
      }
      onTheirWay.add(input.conversationId);
      try {
        for await (const said of overHttp(request)) {
          onTheirWay.delete(input.conversationId);
          yield said;
        }
      } finally {
        // A stop may be on its way as well.
        const forget = (): void => void onTheirWay.delete(input.conversationId);
        if (signal.aborted) setTimeout(forget, HEARD_MS);
        else forget();
      }
    },
    holds(event) {
      const expected = unheard.get(event.conversationId);
      if (expected?.isDue !== true) return false;
      const { turnId, type, text = expected.text } = event;
      // It is told from the start, after a cut once more.
      if (type === 'user-message') {
        expected.other = text === expected.text ? null : turnId;
        expected.held = [];
      }
      if (expected.other !== turnId) return false;
      expected.held.push(event);
      return true;
    },
    heard(conversationId) {
      for (const one of [...waiting]) {
        if (one.isSent && one.conversationId === conversationId) waiting.delete(one);
      }
      return stopExpecting(conversationId);
    },
    async stop(id, ask, signal) {
      const isRefused = await unheard.get(id)?.promise;
      if (isRefused === true) return { outcome: 'idle', message: 'Nothing was running any more.' };
      const answer = await askUntilBegun(ask, () => onTheirWay.has(id), signal);
      onTheirWay.delete(id);
      return answer;
    },
    isAwaited: (conversationId) => unheard.get(conversationId)?.isDue ?? false,
    failed(conversationId, error) {
      const due = [...unheard].flatMap(([id, { isDue }]) => (isDue ? [id] : []));
      // Of one that names none, nobody knows which of several texts it is about, and their stops must leave.
      const refused = conversationId ?? (due.length === 1 ? due[0] : undefined);
      if (refused !== undefined) refuse(refused);
      for (const one of [...waiting]) {
        if (one.isSent && (conversationId === null || one.conversationId === conversationId)) {
          one.fail(error);
        }
      }
    },
    connected(isOpen) {
      if (!isOpen) return;
      const unsure = [...waiting].filter(({ isSent }) => isSent);
      const sentence =
        'The connection was lost while the message was sent. It may not have arrived.';
      setTimeout(() => {
        for (const one of unsure) {
          if (waiting.has(one)) one.fail(new GenerationError('network', sentence));
        }
      }, HEARD_MS);
      const woken = wake;
      wake = [];
      for (const each of woken) each();
    },
  };
}
