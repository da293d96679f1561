import type { StopAnswer } from '../../core/index.js';
import type { MessageBody } from './messages.js';

/** A stop as it goes out. */
export interface OutgoingStop {
  /** The answer it names, if it names one. */
  targetId: string | null;
  /** Sends it; returns its stanza. */
  write: () => number;
  /** Whether nothing was said lately, so that no answer is one too. */
  isSilent: () => boolean;
  signal: AbortSignal | undefined;
}

/** The stops that wait for an answer. */
export interface Stops {
  /** Sends when the channel is open, and again after a cut; rejects when nothing can be said. */
  send(stop: OutgoingStop): Promise<StopAnswer>;
  connected(isOpen: boolean): void;
  /** A text is sent: said again, a stop that names no answer would hit the answer to that one. */
  forgetNameless(): void;
  acknowledge(ack: MessageBody<'Acknowledgement'>): void;
  /** Whether the error was about a stop. */
  fail(error: MessageBody<'ErrorMessage'>): boolean;
  isOpen(targetId: string): boolean;
}

interface Waiting {
  /** Its numbers, as often as it was said. */
  stanzaIds: number[];
  targetId: string | null;
  madeAt: number;
  send(): void;
  /** Silence says nothing while the channel is closed. */
  pause(): void;
  /** A text was sent since: said again, it would hit the answer to that one. */
  isSpent: boolean;
  settle(answer: StopAnswer): void;
  fail(why: string): void;
}

const SPENT = 'stopkit: nobody answered this stop before the next text was sent.';
const TOO_LATE = 'stopkit: the stop failed, because the connection was away too long. Stop again.';
// Who pressed waits this long; what runs after it without a name may be the answer to somebody else.
const NAMELESS_MS = 5_000;

/** Matches what the server says to the stops that are out. */
export function createStops(silenceMs: number): Stops {
  const waiting = new Set<Waiting>();
  let isConnected = false;

  return {
    send({ targetId, write, isSilent, signal }) {
      return new Promise((resolve, reject) => {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const over = (): void => {
          waiting.delete(one);
          clearTimeout(timer);
          signal?.removeEventListener('abort', abandon);
        };
        const fail = (why: string): void => {
          over();
          reject(new Error(why));
        };
        const abandon = (): void =>
          fail('stopkit: nobody waits for this stop any more, because another one was sent.');
        const one: Waiting = {
          stanzaIds: [],
          targetId,
          madeAt: performance.now(),
          send() {
            clearTimeout(timer);
            try {
              one.stanzaIds.push(write());
            } catch {
              // Kept, it would go out when nobody expects it any more.
              fail('stopkit: the stop failed, because it could not be sent. Stop again.');
              return;
            }
            timer = setTimeout(() => {
              if (isSilent()) one.settle({ outcome: 'stopping' });
              else fail('stopkit: the stop failed, because words kept coming. Stop again.');
            }, silenceMs);
          },
          pause: () => clearTimeout(timer),
          isSpent: false,
          settle(answer) {
            over();
            resolve(answer);
          },
          fail,
        };
        waiting.add(one);
        signal?.addEventListener('abort', abandon);
        if (isConnected) one.send();
      });
    },
    connected(next) {
      isConnected = next;
      for (const one of waiting) {
        if (!next) one.pause();
        else if (one.isSpent) one.fail(SPENT);
        else if (one.targetId === null && performance.now() - one.madeAt > NAMELESS_MS) {
          one.fail(TOO_LATE);
        } else one.send();
      }
    },
    forgetNameless() {
      for (const one of waiting) one.isSpent ||= one.targetId === null;
    },
    acknowledge({ acknowledgedStanzaId, acknowledgedMessageId, lastSeenStanzaId, success }) {
      // It is about a reconnect, not about a stop.
      if (acknowledgedStanzaId === undefined && lastSeenStanzaId !== undefined) return;
      const all = [...waiting];
      const one =
        acknowledgedStanzaId === undefined
          ? all.find(({ targetId }) => (acknowledgedMessageId ?? targetId) === targetId)
          : all.find(({ stanzaIds }) => stanzaIds.includes(acknowledgedStanzaId));
      one?.settle(
        success === false
          ? { outcome: 'refused', message: 'The server did not carry out the stop.' }
          : { outcome: 'stopping' },
      );
    },
    fail({ code, message, originatingId }) {
      if (waiting.size === 0) return false;
      const all = [...waiting];
      const one =
        originatingId === undefined
          ? all[0]
          : all.find(
              ({ stanzaIds, targetId }) =>
                originatingId === targetId || stanzaIds.map(String).includes(originatingId),
            );
      if (one === undefined) return false;
      switch (code) {
        case 501:
          // Said of a target that has ended, and of none that was ever there: only seen answers are named.
          one.settle({ outcome: one.targetId === null ? 'idle' : 'finished' });
          return true;
        case 202:
          one.settle({ outcome: 'idle', message });
          return true;
        case 101:
        case 102:
        case 201:
          one.settle({ outcome: 'refused', message });
          return true;
      }
      return false;
    },
    isOpen: (targetId) => [...waiting].some((one) => (one.targetId ?? targetId) === targetId),
  };
}
