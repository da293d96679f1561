import {
  createGeneration,
  type Generation,
  mayGrow,
  type RequestStop,
  type Stoppable,
  type StopOptions,
  type StopRecord,
  type StreamEvent,
} from '../core/index.js';
import { answerOf } from './answerOf.js';
import { isElement, isHeard, type Sound } from './isHeard.js';

/** What is heard of an answer, and the ways to silence it. */
export interface Voice {
  /** What is heard: for a `StopButton` of scope `speech`. */
  speech: Stoppable;
  /** What is heard and the answer too: for a `StopButton` of scope `all`. */
  all: Stoppable;
  /** Begins to read aloud; what it returns queues a sentence, and nothing any more once it was silenced. */
  read(): (sentence: string | SpeechSynthesisUtterance) => void;
  /** Silences this as well; returns the way out. A track is heard again when the next answer is read or begins. */
  register(sound: Sound): () => void;
}

/** A voice and its end. */
export interface OwnVoice extends Voice {
  /** Says who tells the server from now on. */
  update(requestStop: RequestStop | undefined): void;
  /** Watches the answer: a new run is heard again. */
  follow(): () => void;
  leave(): void;
}

/** The tracks that were silenced, by whichever voice, for the next to be heard. */
const muted = new WeakSet<MediaStreamTrack>();

/** The voice of an answer; `requestStop` tells a server that speaks. */
export function createVoice(
  generation: Generation<never>,
  requestStop: RequestStop | undefined,
): OwnVoice {
  const sounds = new Set<Sound>();
  const waiting = new Set<SpeechSynthesisUtterance>();
  const silenced = new Set<Sound>();
  let said: StreamEvent[] = [];
  /** Changes with every silence, so that what was read before says no more. */
  let reading = {};
  let runId = generation.getSnapshot().runId;
  let tellServer = requestStop;
  /** What the stop that is going out is for, and the answer's own stop where that tells its server. */
  let press: Press = { scope: 'speech', told: null };
  let wake: () => void = () => undefined;

  const sounding = (): boolean => waiting.size > 0 || [...sounds].some(isHeard);

  const speaking = createGeneration<undefined>({
    async *source({ signal }) {
      signal.addEventListener('abort', () => wake());
      while (!signal.aborted && (sounding() || said.length > 0)) {
        const events = said;
        said = [];
        if (events.length > 0) yield events;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    ...(requestStop !== undefined && {
      async requestStop(request, init) {
        const { scope, told } = press;
        press = { scope, told: null };
        if (told !== null) return answerOf(await told);
        const runId = generation.getSnapshot().runId ?? '';
        const answer = await tellServer?.({ ...request, scope, runId }, init);
        return answer ?? { outcome: 'stopped' };
      },
    }),
    // What began to sound while the last was ending.
    onSettled: () => queueMicrotask(change),
  });

  function change(): void {
    wake();
    if (sounding() && !mayGrow(speaking.getSnapshot().status)) void speaking.start(undefined);
  }

  function silence(): void {
    reading = {};
    said = [];
    waiting.clear();
    if (typeof speechSynthesis !== 'undefined') {
      speechSynthesis.cancel();
      // One that was paused stays so after a cancel, and would say nothing the next time.
      speechSynthesis.resume();
    }
    for (const sound of sounds) {
      if (isElement(sound)) sound.pause();
      else if (sound.enabled) {
        sound.enabled = false;
        muted.add(sound);
        silenced.add(sound);
      }
    }
  }

  function unmute(): void {
    for (const sound of [...sounds, ...silenced]) {
      if (!isElement(sound) && muted.delete(sound)) sound.enabled = true;
    }
    silenced.clear();
    change();
  }

  function stop({ scope = 'generation', ...why }: StopOptions): Promise<StopRecord | null> {
    if (scope === 'generation') return generation.stop({ ...why, scope });
    silence();
    press = { scope, told: null };
    if (scope === 'speech' || !generation.isActive()) return speaking.stop(why);
    const answered = generation.stop({ ...why, scope });
    // A server that was told of both with the answer is not told again.
    const { confirmation, unsent } = generation.getSnapshot().stopRecord ?? {};
    const isTold = confirmation !== 'not-asked' || unsent === true;
    press = { scope, told: isTold && speaking.isActive() ? answered : null };
    if (speaking.isActive()) void speaking.stop(why);
    else if (!isTold) tellUnheard(scope, why.reason);
    return answered;
  }

  /** Nothing is shown of a voice that has not begun, which must not begin after the stop. */
  function tellUnheard(scope: 'all', reason = 'user'): void {
    const request = { scope, reason, runId: generation.getSnapshot().runId ?? '' };
    const ask = (): unknown => tellServer?.(request, { signal: AbortSignal.timeout(TOLD_MS) });
    Promise.resolve()
      .then(ask)
      .catch(() => undefined);
  }

  const main = (): Stoppable =>
    generation.isActive() || !speaking.isActive() ? generation : speaking;

  return {
    speech: { ...speaking, stop: (options) => stop({ scope: 'speech', ...options }) },
    all: {
      subscribe(listener) {
        const leaves = [generation.subscribe(listener), speaking.subscribe(listener)];
        return () => {
          for (const leave of leaves) leave();
        };
      },
      getSnapshot: () => main().getSnapshot(),
      isActive: () => main().isActive(),
      stop: (options) => stop({ scope: 'all', ...options }),
      retryStop: () => main().retryStop(),
      ...(generation.hold && { hold: generation.hold }),
      ...(generation.release && { release: generation.release }),
    },
    read() {
      if (sounding()) silence();
      const own = (reading = {});
      unmute();
      return (sentence) => {
        // Some web views cannot speak.
        if (own !== reading || typeof speechSynthesis === 'undefined') return;
        const utterance =
          typeof sentence === 'string' ? new SpeechSynthesisUtterance(sentence) : sentence;
        waiting.add(utterance);
        const over = (): void => {
          waiting.delete(utterance);
          wake();
        };
        utterance.addEventListener('start', () => {
          if (waiting.has(utterance)) said.push({ type: 'text', delta: utterance.text });
          wake();
        });
        utterance.addEventListener('end', over);
        utterance.addEventListener('error', over);
        speechSynthesis.speak(utterance);
        change();
      };
    },
    register(sound) {
      sounds.add(sound);
      const events = isElement(sound) ? ELEMENT_EVENTS : TRACK_EVENTS;
      for (const event of events) sound.addEventListener(event, change);
      change();
      return () => {
        sounds.delete(sound);
        for (const event of events) sound.removeEventListener(event, change);
        change();
      };
    },
    update(next) {
      tellServer = next;
    },
    follow: () =>
      generation.subscribe(() => {
        const now = generation.getSnapshot().runId;
        if (now === runId) return;
        runId = now;
        if (generation.isActive()) unmute();
      }),
    leave() {
      reading = {};
      press = { scope: 'speech', told: null };
      // Somebody else on the page may be speaking.
      if (sounding()) silence();
      speaking.dispose();
    },
  };
}

interface Press {
  scope: 'speech' | 'all';
  told: Promise<StopRecord | null> | null;
}

const TOLD_MS = 5_000;
const ELEMENT_EVENTS = ['play', 'pause', 'ended', 'emptied', 'error'];
const TRACK_EVENTS = ['mute', 'unmute', 'ended'];
