import type { Channel } from '../Channel.js';
import { encodeFromServer } from '../encodeEnvelope.js';
import type { Envelope, MessageBody, ServerMessageName } from '../messages.js';

/** What a server says in a conversation, to everybody who is there. */
export interface Outbox {
  /** Sends and remembers it; returns its number: -1, -2, -3 ... */
  say<N extends ServerMessageName>(
    name: N,
    body: MessageBody<N>,
    meta?: Readonly<Record<string, unknown>>,
  ): number;
  /** Says it to one alone: it has no number, and nobody is told it again. */
  tell<N extends ServerMessageName>(channel: Channel, name: N, body: MessageBody<N>): void;
  /** Says again, under their own numbers, what came after this one. */
  replay(channel: Channel, lastSeen: number): void;
  join(channel: Channel): () => void;
}

// What a client may have missed while it was away.
const MOST = 1_000;

/** Numbers what a server says, and keeps it for those who come back. */
export function createOutbox(conversationId: string): Outbox {
  const channels = new Set<Channel>();
  const packets = new Map<number, Uint8Array>();
  let said = 0;

  return {
    say(name, body, meta) {
      said += 1;
      const stanzaId = -said;
      // A name and the body of this name: the pair that TypeScript cannot keep together.
      const envelope = { name, stanzaId, conversationId, body } as Envelope<ServerMessageName>;
      const packet = encodeFromServer({ ...envelope, ...(meta && { meta }) });
      packets.set(stanzaId, packet);
      packets.delete(stanzaId + MOST);
      for (const channel of [...channels]) void send(channel, packet);
      return stanzaId;
    },
    tell(channel, name, body) {
      const envelope = { name, stanzaId: 0, conversationId, body } as Envelope<ServerMessageName>;
      void send(channel, encodeFromServer(envelope));
    },
    replay(channel, lastSeen) {
      for (const [stanzaId, packet] of packets) if (stanzaId < lastSeen) void send(channel, packet);
    },
    join(channel) {
      channels.add(channel);
      return () => {
        channels.delete(channel);
      };
    },
  };
}

async function send(channel: Channel, packet: Uint8Array): Promise<void> {
  try {
    await channel.send(packet);
  } catch {
    // Whoever has gone asks for what was missed when they come back.
  }
}
