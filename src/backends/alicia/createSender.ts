import type { Channel } from './Channel.js';
import { encodeFromClient } from './encodeEnvelope.js';
import type { ClientMessageName, Envelope, MessageBody } from './messages.js';

/** A message that was given to the channel. */
export interface Sent {
  stanzaId: number;
  /** Rejects when it is known that the packet did not leave. */
  hasLeft: Promise<void>;
}

/** Says things on a channel; throws when that is known not to be possible. */
export type Sender = <N extends ClientMessageName>(name: N, body: MessageBody<N>) => Sent;

/** Numbers what a client says: 1, 2, 3 ... */
export function createSender(channel: Channel, conversationId: string): Sender {
  let said = 0;
  return (name, body) => {
    said += 1;
    // A name and the body of this name: the pair that TypeScript cannot keep together.
    const envelope = { name, stanzaId: said, conversationId, body };
    const packet = encodeFromClient(envelope as Envelope<ClientMessageName>);
    const hasLeft = Promise.resolve(channel.send(packet));
    // To whoever does not ask, it is silence.
    hasLeft.catch(() => undefined);
    return { stanzaId: said, hasLeft };
  };
}
