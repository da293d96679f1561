import {
  type Backend,
  type BackendEvent,
  GenerationError,
  type StopAnswer,
  type StopRequest,
  type StreamEvent,
} from '../../core/index.js';
import { pause } from '../../core/pause.js';
import type { Channel } from './Channel.js';
import type { Answer } from './createAnswer.js';
import { createAnswers } from './createAnswers.js';
import { createReceiver } from './createReceiver.js';
import { createStops } from './createStops.js';
import { encodeFromClient } from './encodeEnvelope.js';
import type { ClientMessageName, Envelope, MessageBody, ServerMessageName } from './messages.js';

/** Where Alicia is. */
export interface AliciaBackendOptions {
  channel: Channel;
  /** The conversation, which is the room's name. */
  conversationId: string;
  /** How long a server that acknowledges nothing must be silent; less than `confirmWithinMs`. @default 4000 */
  silenceMs?: number;
}

// Sentences that came too early wait this long for those before them.
const GAP_MS = 5_000;
const FEATURES = ['streaming', 'partial_responses', 'reasoning_steps', 'tool_use'];

/** The conversation of one Alicia room. */
export function aliciaBackend(options: AliciaBackendOptions): Backend {
  const { channel, conversationId, silenceMs = 4_000 } = options;
  const answers = createAnswers();
  const stops = createStops(silenceMs);
  const receiver = createReceiver();
  /** Stopped before their answer began: it is stopped by name when it does. */
  const unstarted = new Map<string, StopRequest>();
  const stopped = new Set<string>();
  let stanzas = 0;
  let isOpen = channel.watch === undefined;
  let waiting: (() => void)[] = [];
  let heardAt = 0;
  let tell: (event: BackendEvent) => void = () => undefined;

  function say<N extends ClientMessageName>(name: N, body: MessageBody<N>): number {
    stanzas += 1;
    // A name and the body of this name: the pair that TypeScript cannot keep together.
    const envelope = { name, stanzaId: stanzas, conversationId, body };
    channel.send(encodeFromClient(envelope as Envelope<ClientMessageName>));
    return stanzas;
  }

  async function whenOpen(signal: AbortSignal): Promise<void> {
    while (!isOpen && !signal.aborted) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  function stream(turnId: string, events: readonly StreamEvent[]): void {
    for (const event of events) tell({ type: 'stream', conversationId, turnId, event });
  }

  function hear(envelope: Envelope<ServerMessageName>): void {
    if (envelope.name === 'Acknowledgement') {
      stops.acknowledge(envelope.body);
      return;
    }
    if (envelope.name === 'ErrorMessage') {
      hearError(envelope.body);
      return;
    }
    const heard = answers.hear(envelope);
    if (heard === null) return;
    heardAt = performance.now();
    const { answer, events } = heard;
    const missed = unstarted.get(answer.turnId);
    if (missed !== undefined) {
      unstarted.delete(answer.turnId);
      if (missed.scope !== 'speech') stopped.add(answer.id);
      // Nobody waits for this one: the stop before it was answered.
      sendStop(missed, answer).catch(() => undefined);
    }
    // What comes after a stop was cancelled too late: only its end is news.
    if (!stopped.has(answer.id)) stream(answer.turnId, events);
    hearEnd(answer);
    if (answer.hasGap()) setTimeout(() => fillGap(answer), GAP_MS);
  }

  function hearEnd(answer: Answer): void {
    if (answer.end === null) return;
    const wasStopped = answer.end === 'truncated' || stopped.has(answer.id);
    // Whether the end came of itself is known when the stop that is out is answered.
    if (answer.end === 'whole' && stops.isOpen(answer.id) && stopped.has(answer.id)) return;
    stream(answer.turnId, [{ type: 'done', outcome: wasStopped ? 'stopped' : 'complete' }]);
  }

  function fillGap(answer: Answer): void {
    if (!answer.hasGap() || answer.end !== null) return;
    if (!isOpen || performance.now() - answer.heardAt < GAP_MS) {
      setTimeout(() => fillGap(answer), GAP_MS);
      return;
    }
    const events = answer.giveUp();
    if (stopped.has(answer.id)) return;
    stream(answer.turnId, [...events, { type: 'done', outcome: 'interrupted' }]);
  }

  function hearError(error: MessageBody<'ErrorMessage'>): void {
    if (stops.fail(error)) return;
    const { originatingId, code, message, severity, recoverable } = error;
    const turnId = answers.failing(originatingId);
    if (turnId === undefined || (severity < 2 && recoverable)) return;
    const kind = code === 503 ? 'interrupted' : 'provider';
    const failure = new GenerationError(kind, message, { retryable: recoverable });
    stream(turnId, [{ type: 'error', error: failure }]);
  }

  async function sendStop(
    request: StopRequest,
    answer: Answer | undefined,
    signal?: AbortSignal,
  ): Promise<StopAnswer> {
    const { scope = 'generation', reason = 'user' } = request;
    const targetId = answer?.id ?? null;
    let sentAt = 0;
    const said = await stops.send({
      targetId,
      signal,
      write() {
        sentAt = performance.now();
        return say('ControlStop', {
          conversationId,
          ...(targetId === null ? {} : { targetId }),
          reason: reason === 'user' ? 'user_clicked_stop' : reason,
          // Always said: the two sides do not agree on what its absence means.
          stopType: scope,
        });
      },
      isSilent: () => (answer?.heardAt ?? heardAt) - sentAt < silenceMs / 2,
    });
    switch (said.outcome) {
      case 'stopping':
        // The end of the text tells nothing of a voice.
        return scope !== 'speech' && answer?.end != null ? { outcome: 'stopped' } : said;
      case 'finished':
        return answer?.end === 'whole' ? { ...said, text: answer.text() } : said;
      case 'stopped':
      case 'remembered':
      case 'idle':
      case 'refused':
        return said;
    }
  }

  return {
    name: 'alicia',
    saysWhenStopped: false,
    connect(listener) {
      tell = listener;
      const leave = channel.subscribe((packet) => {
        const envelope = receiver.receive(packet);
        if (envelope?.conversationId === conversationId) hear(envelope);
      });
      const onState = (next: boolean): void => {
        isOpen = next;
        if (next) {
          const lastSequenceSeen = receiver.lastSeen();
          say('Configuration', { conversationId, lastSequenceSeen, features: FEATURES });
          const woken = waiting;
          waiting = [];
          for (const wake of woken) wake();
        }
        stops.connected(next);
        listener({ type: 'connection', state: next ? 'open' : 'reconnecting' });
      };
      const unwatch = channel.watch?.(onState);
      if (unwatch === undefined) onState(true);
      return () => {
        leave();
        unwatch?.();
      };
    },
    async *send({ runId, input, signal }) {
      await whenOpen(signal);
      if (signal.aborted) return;
      stops.forgetNameless();
      answers.expect(runId);
      say('UserMessage', { id: runId, conversationId, content: input.text, timestamp: Date.now() });
      // The answer comes as events.
      await pause(null, signal);
      yield* [];
    },
    async stop(id, request, init) {
      if (id !== conversationId) {
        return { outcome: 'refused', message: 'This channel carries another conversation.' };
      }
      const { runId = '', turnId = runId, scope = 'generation' } = request;
      const speechOnly = scope === 'speech';
      const answer = answers.find(turnId) ?? answers.find(runId);
      if (answer !== undefined && !speechOnly) stopped.add(answer.id);
      if (answer === undefined && runId !== '' && answers.unanswered() !== runId) {
        // Without a target it would stop whatever runs now.
        return { outcome: 'idle', message: 'That answer was over already.' };
      }
      if (answer === undefined && runId !== '') unstarted.set(runId, request);
      return sendStop(request, answer, init?.signal);
    },
  };
}
