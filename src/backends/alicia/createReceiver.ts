import { createRecentNames } from '../../core/createRecentNames.js';
import { decodeEnvelope } from './decodeEnvelope.js';
import { type Envelope, FROM_CLIENT_ALONE, type ServerMessageName } from './messages.js';

/** Reads what a server sends, each message once. */
export interface Receiver {
  /** `null` for what was read before, cannot be read, or is nothing a server says. */
  receive(packet: Uint8Array): Envelope<ServerMessageName> | null;
  /** The number of the last message; 0 before the first. */
  lastSeen(): number;
}

// A replay repeats what was missed, and perhaps a few before it.
const MOST = 512;

/** Tells repeated messages by their number and what they are, so that a restarted server is heard. */
export function createReceiver(): Receiver {
  const seen = createRecentNames(MOST);
  let last = 0;
  return {
    receive(packet) {
      const envelope = read(packet);
      if (envelope === null || !isFromServer(envelope)) return null;
      const { stanzaId, name, body } = envelope;
      if (stanzaId >= 0) return envelope;
      const { id, previousId, sequence, acknowledgedStanzaId } = body as Marks;
      const mark = [stanzaId, name, id, previousId, sequence, acknowledgedStanzaId].join(' ');
      if (seen.has(mark)) return null;
      seen.add(mark);
      // Numbers that begin again are those of a new server, which knows no others.
      last = stanzaId;
      return envelope;
    },
    lastSeen: () => last,
  };
}

/** What tells messages of one name apart, each where it has it. */
interface Marks {
  id?: string;
  previousId?: string;
  sequence?: number;
  acknowledgedStanzaId?: number;
}

/** What cannot be read is none of ours: others may use the channel too. */
function read(packet: Uint8Array): Envelope | null {
  try {
    return decodeEnvelope(packet);
  } catch {
    return null;
  }
}

const isFromServer = (envelope: Envelope): envelope is Envelope<ServerMessageName> =>
  !FROM_CLIENT_ALONE.includes(envelope.name);
