import {
  type Backend,
  type BackendEvent,
  GenerationError,
  type StopAnswer,
  type StopRequest,
  type StreamEvent,
} from '../../core/index.js';
import { pause } from '../../core/pause.js';
import { createGate } from '../createGate.js';
import type { Channel } from './Channel.js';
import type { Answer } from './createAnswer.js';
import { createAnswers } from './createAnswers.js';
import { createGaps } from './createGaps.js';
import { createReceiver } from './createReceiver.js';
import { createSender } from './createSender.js';
import { createStops } from './createStops.js';
import type { Envelope, MessageBody, ServerMessageName } from './messages.js';

/** Where Alicia is. */
export interface AliciaBackendOptions {
  channel: Channel;
  /** The conversation, which is the room's name. */
  conversationId: string;
  /** How long a server that acknowledges nothing must be silent; less than `confirmWithinMs`. @default 4000 */
  silenceMs?: number;
}

const FEATURES = ['streaming', 'partial_responses', 'reasoning_steps', 'tool_use'];

/** The conversation of one Alicia room. */
export function aliciaBackend(options: AliciaBackendOptions): Backend {
  const { channel, conversationId, silenceMs = 4_000 } = options;
  const answers = createAnswers();
  const say = createSender(channel, conversationId);
  const stops = createStops(silenceMs);
  const receiver = createReceiver();
  /** Stopped before their answer began: it is stopped by name when it does. */
  const unstarted = new Map<string, StopRequest>();
  const stopped = new Set<string>();
  /** Of those, the ones whose stop was not carried out. */
  const unmoved = new Set<string>();
  const gate = createGate(channel.watch === undefined);
  const gaps = createGaps((answer) => {
    const events = answer.giveUp();
    if (stopped.has(answer.id)) return;
    stream(answer.turnId, [...events, { type: 'done', outcome: 'interrupted' }]);
  });
  let askedAs = '';
  let heardAt = 0;
  let tell: (event: BackendEvent) => void = () => undefined;

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
    const missed = unstarted.get(answer.question);
    if (missed !== undefined) {
      unstarted.delete(answer.question);
      // Nobody waits for this one: the stop before it was answered.
      sendStop(missed, answer).catch(() => undefined);
    }
    // What comes after a stop was cancelled too late: only its end is news.
    if (!stopped.has(answer.id)) stream(answer.turnId, events);
    hearEnd(answer);
    if (answer.hasGap()) gaps.waitFor(answer);
  }

  function hearEnd(answer: Answer): void {
    if (answer.end === null) return;
    const isStopped = stopped.has(answer.id) && !unmoved.has(answer.id);
    const wasStopped = answer.end === 'truncated' || isStopped;
    // Whether the end came of itself is known when the stop that is out is answered.
    if (answer.end === 'whole' && stops.isOpen(answer.id) && isStopped) return;
    stream(answer.turnId, [{ type: 'done', outcome: wasStopped ? 'stopped' : 'complete' }]);
  }

  /** Not carried out, a stop says nothing of how its answer ends. */
  function hearUnmoved(answer: Answer | undefined): void {
    // Or a newer stop of it is out.
    if (answer === undefined || stops.isOpen(answer.id)) return;
    unmoved.add(answer.id);
    hearEnd(answer);
  }

  function hearError(error: MessageBody<'ErrorMessage'>): void {
    if (stops.fail(error)) return;
    const { originatingId, code, message, severity, recoverable } = error;
    // Some servers call a text by its number, which is another tab's as well: it counts until that text has an answer.
    const isMine = originatingId === askedAs && answers.unanswered() !== null;
    const turnId = answers.failing(isMine ? undefined : originatingId);
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
    const sent = { at: 0, times: 0 };
    // What becomes of a voice says nothing of the text.
    const stopping = scope === 'speech' ? undefined : answer;
    if (stopping !== undefined) {
      stopped.add(stopping.id);
      unmoved.delete(stopping.id);
    }
    const asked = stops.send({
      targetId,
      signal,
      write() {
        sent.at = performance.now();
        sent.times += 1;
        return say('ControlStop', {
          conversationId,
          ...(targetId === null ? {} : { targetId }),
          reason: reason === 'user' ? 'user_clicked_stop' : reason,
          // Always said: the two sides do not agree on what its absence means.
          stopType: scope,
        }).stanzaId;
      },
      isSilent: () => (answer?.heardAt ?? heardAt) - sent.at < silenceMs / 2,
    });
    const said = await asked.catch((error: unknown) => {
      hearUnmoved(stopping);
      throw error;
    });
    if (said.outcome === 'refused') hearUnmoved(stopping);
    switch (said.outcome) {
      case 'stopping':
        // The end of the text tells nothing of a voice.
        return scope !== 'speech' && answer?.end != null ? { outcome: 'stopped' } : said;
      case 'finished':
      case 'idle':
        if (answer?.end === 'whole') return { ...said, text: answer.text() };
        // Said again after a cut, it finds nothing: the first may have ended it.
        return sent.times > 1 ? { outcome: 'stopping' } : said;
      case 'refused':
      case 'stopped':
      case 'remembered':
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
        if (next) {
          const lastSequenceSeen = receiver.lastSeen();
          say('Configuration', { conversationId, lastSequenceSeen, features: FEATURES });
        }
        gate.set(next);
        stops.connected(next);
        gaps.connected(next);
        listener({ type: 'connection', state: next ? 'open' : 'reconnecting' });
      };
      const unwatch = channel.watch?.(onState);
      if (unwatch === undefined) onState(true);
      return () => {
        leave();
        unwatch?.();
        gaps.connected(false);
      };
    },
    // Stopped while the line is down, a text was never sent.
    whenFree: (_, signal) => (gate.isOpen() ? undefined : gate.pass(signal)),
    async *send({ runId, input, signal }) {
      if (signal.aborted) return;
      stops.forgetNameless();
      answers.expect(runId);
      const message = { id: runId, conversationId, content: input.text, timestamp: Date.now() };
      const { stanzaId, hasLeft } = say('UserMessage', message);
      askedAs = String(stanzaId);
      const over = pause(null, signal);
      const lose = (cause: unknown): never => {
        throw new GenerationError('network', 'The message could not be sent.', { cause });
      };
      // The answer comes as events.
      await Promise.race([hasLeft.then(() => over, lose), over]);
      yield* [];
    },
    async stop(id, request, init) {
      if (id !== conversationId) {
        return { outcome: 'refused', message: 'This channel carries another conversation.' };
      }
      const { runId = '', turnId = runId } = request;
      const answer = answers.find(turnId) ?? answers.find(runId);
      if (answer === undefined && runId !== '' && answers.unanswered() !== runId) {
        // Without a target it would stop whatever runs now.
        return { outcome: 'idle', message: 'That answer was over already.' };
      }
      if (answer === undefined && runId !== '') unstarted.set(runId, request);
      return sendStop(request, answer, init?.signal);
    },
  };
}
