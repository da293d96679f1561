import { createRunId, type StopScope } from '../../../core/index.js';
import type { Logger, Runs } from '../../../server/index.js';
import type { Channel } from '../Channel.js';
import { decodeEnvelope } from '../decodeEnvelope.js';
import type { Envelope, MessageBody } from '../messages.js';
import { answerMessage, type AnswerSentences, type LiveAnswer } from './answerMessage.js';
import { createOutbox } from './createOutbox.js';

/** A stop command as it is to be audited; it is no part of the conversation's history. */
export interface ControlStopRecord {
  id: string;
  conversationId: string;
  /** The answer it stopped; `null` when there was none. */
  targetId: string | null;
  stopType: StopScope;
  reason: string;
  at: number;
}

/** One conversation of one user, whom the app has recognised. */
export interface DispatcherOptions {
  runs: Pick<Runs, 'response' | 'stop' | 'active'>;
  conversationId: string;
  userId: string;
  answer: AnswerSentences;
  /** Ends the server's own speech, at a stop of `speech` or `all`. */
  silence?: (target: { targetId: string | null; reason: string }) => unknown;
  /** Called once for each stop command that was carried out. */
  onStop?: (record: ControlStopRecord) => unknown;
  /** @default silent */
  logger?: Logger;
}

/** Answers and stops of one conversation, for all its connections. */
export interface Dispatcher {
  /** Lets a connection in; returns the way out. What runs goes on without it. */
  connect(channel: Channel): () => void;
  /** Lets go of what runs, as of a reader who has left. */
  close(): void;
}

const SCOPES: readonly string[] = ['generation', 'speech', 'all'] satisfies StopScope[];

/** The server side of a conversation: messages become runs, and stops end them. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { runs, conversationId, userId } = options;
  const outbox = createOutbox(conversationId);
  const live = new Map<string, LiveAnswer>();
  const life = new AbortController();

  const warn = (err: unknown, what = 'a callback failed'): void =>
    options.logger?.warn({ err, conversationId }, `stopkit: ${what}`);
  const quietly = (call: () => unknown): void =>
    void new Promise((resolve) => resolve(call())).catch(warn);

  /** Tells everybody, or the one whose packet it is about. */
  function fail(code: number, message: string, originatingId?: string, to?: Channel): void {
    const body = {
      id: `err_${createRunId()}`,
      conversationId,
      code,
      message,
      severity: 2,
      recoverable: true,
      ...(originatingId === undefined ? {} : { originatingId }),
    };
    if (to === undefined) outbox.say('ErrorMessage', body);
    else outbox.tell(to, 'ErrorMessage', body);
  }

  function acknowledge(to: Channel, acknowledgedStanzaId: number): void {
    outbox.tell(to, 'Acknowledgement', { conversationId, acknowledgedStanzaId, success: true });
  }

  function answer(message: MessageBody<'UserMessage'>): void {
    const place = { ...options, outbox, fail, signal: life.signal };
    const one = answerMessage(place, message);
    live.set(one.id, one);
    void one.over.then(() => live.delete(one.id));
  }

  /** The answer that is meant: on this node, or on another. */
  async function findTarget(targetId: string | undefined): Promise<string | null> {
    const here = targetId ?? [...live.keys()].at(-1);
    const one = here === undefined ? undefined : live.get(here);
    // What is only being kept has nothing left to stop.
    if (one !== undefined) return one.isSaid ? null : one.id;
    const active = (await runs.active(userId))
      .filter((run) => run.conversationId === conversationId)
      .filter(({ id }) => targetId === undefined || id === targetId)
      .sort((a, b) => a.startedAt - b.startedAt);
    return active.at(-1)?.id ?? null;
  }

  async function stop(
    channel: Channel,
    stanzaId: number,
    body: MessageBody<'ControlStop'>,
  ): Promise<void> {
    // What the document says of its absence; the implementation that is known takes it for "all".
    const { targetId, stopType = 'generation', reason = 'user_clicked_stop' } = body;
    if (!isScope(stopType)) {
      fail(101, `unknown stopType: ${stopType}`, targetId, channel);
      return;
    }
    const target = stopType === 'speech' ? (targetId ?? null) : await findTarget(targetId);
    if (target === null && targetId !== undefined && stopType === 'generation') {
      fail(501, `no active generation found for target: ${targetId}`, targetId, channel);
      return;
    }
    if (stopType !== 'speech' && target !== null) {
      const why = reason === 'user_clicked_stop' ? 'user' : reason;
      // Acknowledged once it is signalled; the last sentence says when it is over.
      quietly(() => runs.stop({ runId: target, conversationId, userId, reason: why }));
    }
    if (stopType !== 'generation') {
      quietly(() => options.silence?.({ targetId: targetId ?? null, reason }));
    }
    acknowledge(channel, stanzaId);
    quietly(() =>
      options.onStop?.({
        id: `stop_${createRunId()}`,
        conversationId,
        targetId: target,
        stopType,
        reason,
        at: Date.now(),
      }),
    );
  }

  function configure(channel: Channel, lastSeen = 0): void {
    acknowledge(channel, lastSeen);
    const current = [...live.values()].at(-1)?.firstStanza ?? null;
    // What runs is told from its start: the number may be from before a restart. What comes twice is skipped there.
    const start = current === null ? -Infinity : current + 1;
    outbox.replay(channel, Math.max(lastSeen < 0 ? lastSeen : -Infinity, start));
  }

  function hear(channel: Channel, { name, stanzaId, body }: Envelope): void {
    switch (name) {
      case 'UserMessage':
        answer(body);
        return;
      case 'ControlStop':
        stop(channel, stanzaId, body).catch(warn);
        return;
      case 'Configuration':
        configure(channel, body.lastSequenceSeen);
        return;
      case 'ControlVariation':
        fail(102, 'This server makes no variations.', body.targetId, channel);
        return;
      case 'Acknowledgement':
      case 'ErrorMessage':
      case 'AssistantMessage':
      case 'AudioChunk':
      case 'ReasoningStep':
      case 'ToolUseRequest':
      case 'ToolUseResult':
      case 'Transcription':
      case 'StartAnswer':
      case 'MemoryTrace':
      case 'Commentary':
      case 'AssistantSentence':
        return;
    }
  }

  function take(channel: Channel, packet: Uint8Array): void {
    let envelope: Envelope | null;
    try {
      envelope = decodeEnvelope(packet);
    } catch (error) {
      fail(101, error instanceof Error ? error.message : 'malformed', undefined, channel);
      return;
    }
    if (envelope === null) return;
    const { body } = envelope;
    if ((body.conversationId ?? envelope.conversationId) !== conversationId) {
      fail(201, 'conversation not found', targetOf(envelope), channel);
      return;
    }
    hear(channel, envelope);
  }

  return {
    connect(channel) {
      const unsubscribe = channel.subscribe((packet) => {
        try {
          take(channel, packet);
        } catch (error) {
          // Thrown into the socket, it would end the process.
          warn(error, 'a packet could not be answered');
        }
      });
      const leave = outbox.join(channel);
      return () => {
        unsubscribe();
        leave();
      };
    },
    close: () => life.abort(),
  };
}

const isScope = (word: string): word is StopScope => SCOPES.includes(word);

/** What an error is about, so that the other side can match it. */
const targetOf = ({ name, body }: Envelope): string | undefined =>
  name === 'ControlStop' ? body.targetId : name === 'UserMessage' ? body.id : undefined;
