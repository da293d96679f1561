import { isWord } from './applyEvents.js';
import type { Backend, ConversationInput } from './Backend.js';
import { type ConversationTurn, isSentHere } from './conversationTurn.js';
import type { EngineOptions } from './createGenerationEngine.js';
import type { Said } from './createEventFeed.js';
import { GenerationError } from './GenerationError.js';
import { createRejoin, type Rejoin } from './createRejoin.js';
import { isChunk } from './readSource.js';
import type { RunRequest, Source } from './Source.js';
import type { StreamEvent } from './StreamEvent.js';

/** Where the turns of a conversation are read from. */
export interface TurnSource extends Required<Pick<EngineOptions<string>, 'source' | 'recover'>> {
  /** Reads a turn that goes on elsewhere; a backend that cannot be attached to tells it by events. */
  attach(turn: ConversationTurn): void;
  /** Lets go of such a turn, which goes on. */
  leave(turn: ConversationTurn): void;
}

/** What reading turns needs. */
export interface TurnSourceOptions {
  id: string;
  backend: Backend;
  newest: () => ConversationTurn | null;
  isWatched: () => boolean;
  /** The first words came, or the first after a cut. */
  onFlow: (turn: ConversationTurn) => void;
  onCut: () => void;
  onLost: (turn: ConversationTurn) => void;
}

/** Reads what is sent, what is attached to, and what a backend tells by itself, as one source. */
export function createTurnSource(options: TurnSourceOptions): TurnSource {
  const { id, backend, newest } = options;
  const rejoins = new WeakMap<ConversationTurn, Rejoin>();
  let asked: RunRequest<string> | null = null;

  const inputOf = (turn: ConversationTurn): ConversationInput => ({
    conversationId: id,
    text: turn.input ?? '',
  });

  const source: Source<string> = (request) => {
    const turn = newest();
    if (turn === null) throw new Error('stopkit: a run has no turn. Please report this.');
    turn.runId = request.runId;
    asked = request;
    if (request.mode === 'attach') {
      if (options.isWatched()) attach(turn);
    } else {
      const { send } = backend;
      if (send === undefined) {
        throw new GenerationError('protocol', 'Nothing can be sent to this conversation.');
      }
      turn.hasLeft = true;
      turn.feed.follow((signal) =>
        told(turn, send({ ...request, input: inputOf(turn), signal }), signal),
      );
    }
    return turn.feed.read(request.signal);
  };
  if (backend.send?.continues !== undefined) source.continues = backend.send.continues;

  function attach(turn: ConversationTurn): void {
    const request = asked;
    if (request === null || (backend.attaches !== true && !isSentHere(turn))) return;
    turn.readsSource = backend.attaches === true;
    const rejoin = rejoins.get(turn) ?? createRejoin(backend, () => options.onLost(turn));
    rejoins.set(turn, rejoin);
    turn.feed.follow((signal) =>
      told(turn, rejoin.attach({ ...request, input: inputOf(turn), signal }), signal),
    );
  }

  async function* told(
    turn: ConversationTurn,
    said: AsyncIterable<Said>,
    signal: AbortSignal,
  ): AsyncGenerator<Said> {
    let isFirst = true;
    for await (const item of said) {
      // Not all that is let go of falls silent at once.
      if (signal.aborted) return;
      turn.saidAt = performance.now();
      for (const event of isChunk(item) ? item : [item]) {
        if (event.type === 'replay') turn.toldBefore = event.chars ?? 0;
        else if (turn.toldBefore === Infinity && isWord(event)) turn.toldBefore = 0;
        if (turn.turnId === null) adoptName(turn, event);
        rejoins.get(turn)?.hear(event);
      }
      if (isFirst) {
        isFirst = false;
        turn.isKnown = true;
        options.onFlow(turn);
      }
      yield item;
    }
  }

  return {
    source,
    attach,
    leave(turn) {
      if (backend.attaches !== true) return;
      turn.feed.follow(null);
      // Let go of on purpose, it is no lost connection.
      rejoins.delete(turn);
      turn.saidAt = -Infinity;
      // Whoever comes back is told by the replay; words without one were not said before.
      turn.toldBefore = Infinity;
    },
    recover(runId) {
      const turn = newest();
      if (turn?.runId !== runId || !turn.isKnown || turn.isGivenUp) return null;
      if (backend.attaches !== true && backend.history === undefined) return null;
      options.onCut();
      return (request) => {
        asked = request;
        attach(turn);
        return turn.feed.read(request.signal);
      };
    },
  };
}

function adoptName(turn: ConversationTurn, event: StreamEvent): void {
  if (event.type === 'start' && event.runId !== undefined) turn.turnId = event.runId;
}
