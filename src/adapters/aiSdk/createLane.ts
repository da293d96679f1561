import { idleSnapshot, isActive, type RequestStop, type Snapshot } from '../../core/index.js';
import { createRecentNames } from '../../core/createRecentNames.js';
import { createRunner } from '../../core/createRunner.js';
import { createStoredStop } from '../../core/createStoredStop.js';
import { askUnlessWhole } from './askUnlessWhole.js';
import type { ChatLane } from './ChatLane.js';
import { type ChatLike, type ChatMessage, rewriteMessages } from './ChatLike.js';
import { type ChatRun, createChatRun } from './createChatRun.js';
import { createPlaces } from './createPlaces.js';
import { createWriter } from './createWriter.js';
import { markOf } from './messageMark.js';
import { publishHere } from './publishHere.js';
import { lastAnswer, snapshotFromMessage } from './snapshotFromMessage.js';
import { noteStop } from './stopsOut.js';

/** Keeps the answers of one chat. */
export function createLane(requestStop: RequestStop | undefined): ChatLane {
  const publish = publishHere();
  const listeners = new Set<() => void>();
  const notify = (): void => [...listeners].forEach((listener) => listener());
  const lastStops = createRecentNames(100);
  const places = createPlaces();
  let chat: ChatLike | null = null;
  const writer = createWriter(places, (change) => rewriteMessages(chat, change));
  let stored: Snapshot = idleSnapshot;
  let run: ChatRun | null = null;
  let before: ChatRun | null = null;
  /** The message whose answer it is, when it was sent with the run. */
  let question: string | null = null;
  /** Whether the chat has shown the message of the run. */
  let isThere = false;
  /** What the run goes on from: its stream says only the rest. */
  let base: Snapshot | null = null;
  /** Whether its message may hold how a run before it ended. */
  let goesOn = false;
  let known: Snapshot['stopRecord'] = null;
  let begun: () => void = () => undefined;
  let settled: Promise<Snapshot> = Promise.resolve(idleSnapshot);

  const asking = requestStop && {
    requestStop: askUnlessWhole(requestStop, () => [run, before]),
  };
  const runner = createRunner<ChatRun>({
    source: ({ input, signal }) => input.read(signal),
    ...asking,
    publish,
    onLate(snapshot) {
      noteStop(snapshot);
      // A run that is read once more is not over.
      if (snapshot.runId !== own.getSnapshot().runId) writer.write(snapshot);
    },
    onSettled(snapshot) {
      const { runId, status } = snapshot;
      if (runId !== run?.runId) return;
      // A stop is written when it is made.
      const isNews = status === 'error' ? !hasStop(snapshot) : status === 'complete' && goesOn;
      if (isNews) writer.write(snapshot);
    },
  });
  const own = runner.generation;
  own.subscribe(() => {
    const snapshot = own.getSnapshot();
    noteStop(snapshot);
    const sooner = known;
    known = snapshot.stopRecord;
    // What the stream itself told is in the message already.
    if (known !== sooner && known !== null && run?.saidStop() === false) {
      if (sooner === null) {
        lastStops.add(known.runId);
        // Not awaited: it waits for tools and transports, and may never settle.
        chat?.stop().catch(() => undefined);
      }
      if (known.unsent !== true) writer.write(snapshot);
    }
    const unsent = known !== sooner && known?.unsent === true ? question : null;
    notify();
    if (unsent !== null) writer.withdraw(unsent);
  });

  /** Whether its message has the mark of the stop that it goes on from, and nothing was added to its words. */
  function hasStop(snapshot: Snapshot): boolean {
    const shown = chat?.messages ?? [];
    const message = shown[places.indexOf(shown, snapshot)];
    return (
      base?.stopRecord != null &&
      snapshot.text === base.text &&
      snapshot.parts.length === base.parts.length &&
      message !== undefined &&
      markOf(message)?.stop !== undefined
    );
  }

  function begin(next: ChatRun, mode: 'start' | 'continue' | 'attach', from: Snapshot): ChatRun {
    before = run;
    run = next;
    isThere = false;
    base = mode === 'continue' ? from : null;
    goesOn = mode !== 'start';
    writer.begin(next.runId);
    settled = runner.begin(
      { runId: next.runId, input: next, mode },
      from,
      goesOn ? 'answer' : 'nothing',
    );
    void settled.then(() => next.over());
    begun();
    return next;
  }

  const make = (runId: string, replays: boolean): ChatRun =>
    createChatRun({ runId, replays, publish });

  /** The answer to what the chat is asked for, or what there was when it asked nobody. */
  async function answerTo(call: (chat: ChatLike) => Promise<void>): Promise<Snapshot> {
    if (chat === null) return getSnapshot();
    const begins = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const sooner = settled;
    await Promise.race([begins, call(chat).catch(() => undefined)]);
    return settled === sooner ? getSnapshot() : settled;
  }

  const getSnapshot = (): Snapshot => {
    const snapshot = own.getSnapshot();
    return snapshot.status === 'idle' ? stored : snapshot;
  };

  function setStored(next: Snapshot): void {
    stored = next;
    if (next.stopRecord?.confirmation !== 'pending') writer.write(next);
    notify();
  }

  const retryStored = createStoredStop(() => stored, setStored, asking ?? {});

  return {
    generation: {
      ...own,
      getSnapshot,
      isActive: () => isActive(getSnapshot().status),
      retryStop: () => (own.getSnapshot().status === 'idle' ? retryStored() : own.retryStop()),
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      start: (text) => answerTo((asked) => asked.sendMessage({ text })),
      regenerate: () => answerTo((asked) => asked.regenerate()),
      reset() {
        stored = idleSnapshot;
        own.reset();
      },
    },
    isIdle: () => listeners.size === 0 && !own.isActive(),
    use(next) {
      chat = next;
      // What a server draws, and a page at first: nobody looks yet, who would have to be told.
      const isNew = listeners.size === 0 && own.getSnapshot().status === 'idle';
      if (isNew) stored = lastAnswer(next.messages);
    },
    see(messages) {
      const snapshot = own.getSnapshot();
      const index = places.indexOf(messages, snapshot);
      isThere ||= index !== -1;
      if (own.isActive()) return;
      // What ran here is truer than its message; it goes when the chat shows something else.
      const isOwn =
        index === -1
          ? !isThere && places.isNext(messages, snapshot)
          : index === messages.length - 1;
      if (snapshot.status !== 'idle' && isOwn) return;
      const next = lastAnswer(messages);
      if (snapshot.status === 'idle' && next === stored) return;
      stored = next;
      own.reset();
    },
    send(runId, { messages = [], trigger, messageId }) {
      const last = trigger === 'regenerate-message' ? undefined : messages.at(-1);
      const continued = last?.role === 'assistant' ? last : null;
      // The SDK names what was there before; and what is given back as a draft is only text.
      const isNew = messageId === undefined && last?.parts.every(({ type }) => type === 'text');
      question = isNew && last?.role === 'user' ? last.id : null;
      places.give(runId, messages, messages.length - (continued === null ? 0 : 1));
      return continued === null
        ? begin(make(runId, false), 'start', idleSnapshot)
        : begin(make(runId, false), 'continue', snapshotFromMessage(reopened(continued)));
    },
    upToDate: writer.upToDate,
    attach(runId, messageId) {
      if (lastStops.has(runId)) return null;
      const messages = chat?.messages ?? [];
      const last = messages.at(-1);
      const snapshot = own.getSnapshot();
      // One without a name goes on with the answer that was read here, or is another one.
      const isLast =
        messageId === undefined
          ? last !== undefined && places.indexOf(messages, snapshot) === messages.length - 1
          : last?.role === 'assistant' && messageId === last.id;
      places.give(runId, messages, messages.length - (isLast ? 1 : 0));
      question = null;
      const replay = make(runId, true);
      if (snapshot.runId !== runId) return begin(replay, 'attach', idleSnapshot);
      return base === null ? begin(replay, 'attach', snapshot) : begin(replay, 'continue', base);
    },
    leave(left) {
      // A microtask later: a newer request of the chat has then taken its place, and is not to be stopped.
      queueMicrotask(() => {
        if (!left.isOver()) void runner.named(left.runId)?.stop({ by: 'user', reason: 'user' });
      });
    },
  };
}

/** A message that failed as one that goes on: its calls may still be answered. */
const reopened = (message: ChatMessage): ChatMessage =>
  markOf(message)?.error === undefined ? message : { ...message, metadata: undefined };
