import { type Channel, decodeEnvelope, type Envelope } from 'stopkit/alicia';
import { createDispatcher, encodeFromServer } from 'stopkit/alicia/server';
// Not `stopkit/server`, which holds what only Node can run: this one runs in a page too.
import { createRuns } from '../../../src/server/runs/createRuns.js';

/** The kit's own dispatcher with a model that says a sentence whenever it is told to; it runs in a page and in Node. */
export function createAssistant(conversationId: string, sentences: number) {
  const heard: Envelope[] = [];
  const kept: { outcome: string; text: string }[] = [];
  const silenced: string[] = [];
  const channels = new Set<Channel>();
  const sent: Uint8Array[] = [];
  let swallowed: readonly string[] = [];
  let waiting: (() => void)[] = [];

  const runs = createRuns({
    authorize: () => ({ userId: 'ann' }),
    onSettled: ({ outcome, text }) => void kept.push({ outcome, text }),
  });
  const dispatcher = createDispatcher({
    runs,
    conversationId,
    userId: 'ann',
    silence: ({ reason }) => silenced.push(reason),
    async *answer({ signal }) {
      for (let at = 1; at <= sentences; at += 1) {
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => {
            // A stopped answer is not held: the next sentence is for the next answer.
            waiting = waiting.filter((wake) => wake !== resolve);
            reject(new Error('The connection was cut.'));
          });
        });
        yield `Sentence ${at}.`;
      }
    },
  });
  const toAll = (packet: Uint8Array): void => {
    for (const channel of channels) void channel.send(packet);
  };

  return {
    connect(channel: Channel): () => void {
      channels.add(channel);
      const leave = dispatcher.connect({
        send(packet) {
          if (swallowed.includes(decodeEnvelope(packet)?.name ?? '')) return;
          sent.push(packet);
          void channel.send(packet);
        },
        subscribe: (listener) =>
          channel.subscribe((packet) => {
            const envelope = decodeEnvelope(packet);
            if (envelope !== null) heard.push(envelope);
            listener(packet);
          }),
      });
      return () => {
        channels.delete(channel);
        leave();
      };
    },
    /** Says one sentence in what is being answered. */
    speak(): void {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    /** Says a sentence that the model had almost ready at a stop. */
    sayLate(previousId: string, sequence: number): void {
      const body = { previousId, conversationId, sequence, text: 'Late.', isFinal: false };
      toAll(encodeFromServer({ name: 'AssistantSentence', stanzaId: 0, conversationId, body }));
    },
    /** Sends everything once more, as it was. */
    repeat: () => sent.forEach(toAll),
    /** Keeps messages of these names from the wire. */
    swallow(...names: string[]): void {
      swallowed = names;
    },
    isHeld: () => waiting.length > 0,
    heard: () => heard,
    kept: () => kept,
    silenced: () => silenced,
  };
}
