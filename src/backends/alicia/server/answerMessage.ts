import { createRunId } from '../../../core/index.js';
import type { Runs } from '../../../server/index.js';
import { needsSpace } from '../createAnswer.js';
import type { MessageBody } from '../messages.js';
import type { Outbox } from './createOutbox.js';

/** What an answer is made from. */
export interface AnswerRequest {
  message: MessageBody<'UserMessage'>;
  /** The answer's id, which a stop may name. */
  runId: string;
  /** Aborts at a stop: pass it to the model's request. */
  signal: AbortSignal;
}

/** Makes an answer, sentence by sentence. */
export type AnswerSentences = (request: AnswerRequest) => AsyncIterable<string>;

/** What an answer needs of its conversation. */
export interface AnswerPlace {
  runs: Pick<Runs, 'response' | 'stop'>;
  conversationId: string;
  userId: string;
  answer: AnswerSentences;
  outbox: Outbox;
  /** Says that something went wrong with this message. */
  fail(code: number, message: string, originatingId: string): void;
  /** Aborts when nobody is left to hear it. */
  signal: AbortSignal;
}

/** An answer that is being made. */
export interface LiveAnswer {
  readonly id: string;
  /** The number of its first packet, once it has begun. */
  readonly firstStanza: number | null;
  /** Whether its model says no more; it may still be being kept. */
  readonly isSaid: boolean;
  /** Settles when its end was said; never rejects. */
  readonly over: Promise<void>;
}

// How the registry refuses a run.
const REFUSED = 409;
const CLOSED = 503;
const CLOSING = 'The server is shutting down. Try again.';

/** Answers a message as a run of the registry, which keeps the answer and can stop it. */
export function answerMessage(place: AnswerPlace, message: MessageBody<'UserMessage'>): LiveAnswer {
  const { runs, conversationId, userId, outbox } = place;
  const id = `msg_${createRunId()}`;
  let firstStanza: number | null = null;
  let sequence = 0;
  let end: 'whole' | 'failed' | null = null;

  function begin(): void {
    firstStanza ??= outbox.say('StartAnswer', {
      id,
      previousId: message.id,
      conversationId,
      answerType: 'text',
    });
  }

  function say(text: string, isFinal: boolean, meta?: { truncated: true }): void {
    sequence += 1;
    const body = { id: `${id}_${sequence}`, previousId: id, conversationId, sequence, text };
    outbox.say('AssistantSentence', { ...body, isFinal }, meta);
  }

  async function* speak(signal: AbortSignal): AsyncGenerator<string> {
    begin();
    let last = '';
    try {
      for await (const text of place.answer({ message, runId: id, signal })) {
        // What a model says after its stop is nobody's.
        if (signal.aborted) return;
        if (text === '') continue;
        say(text, false);
        yield needsSpace(last, text) ? ` ${text}` : text;
        last = text;
      }
      if (!signal.aborted) end = 'whole';
    } catch (error) {
      // An error after the stop is the stop.
      if (!signal.aborted) end = 'failed';
      throw error;
    }
  }

  /** A run that was stopped before its first word is told like one that was refused. */
  async function wasStopped(): Promise<boolean> {
    const { abortedTurn } = await runs.stop({ runId: id });
    return abortedTurn;
  }

  async function make(): Promise<void> {
    const request = new Request('http://alicia.invalid/', { signal: place.signal });
    const response = await runs.response(request, {
      runId: id,
      conversationId,
      userId,
      upstream: ({ signal }) => speak(signal),
    });
    // The sentences are said as they come; the body ends when the answer is kept.
    await response.text().catch(() => undefined);
    if (firstStanza === null && response.status === REFUSED && !(await wasStopped())) {
      place.fail(202, 'An answer is still being written. Stop it first.', message.id);
    } else if (firstStanza === null && response.status === CLOSED) {
      place.fail(503, CLOSING, message.id);
    } else if (end === 'failed') {
      place.fail(501, 'The answer could not be written.', message.id);
    } else if (end === null && !place.signal.aborted && !(await wasStopped())) {
      // Nobody stopped it: a last sentence would say that somebody did.
      place.fail(503, CLOSING, message.id);
    } else {
      begin();
      say('', true, end === 'whole' ? undefined : { truncated: true });
    }
  }

  const over = make().catch(() => undefined);
  return {
    id,
    get firstStanza() {
      return firstStanza;
    },
    get isSaid() {
      return end !== null;
    },
    over,
  };
}
