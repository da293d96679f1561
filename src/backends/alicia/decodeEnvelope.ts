import { decode } from '@msgpack/msgpack';
import { type Fields, isMap, isReadable } from './fields.js';
import { type Envelope, type MessageName, MESSAGES } from './messages.js';

/** A packet that is none of this protocol, with a sentence that says what is wrong. */
export class PacketError extends Error {
  override readonly name = 'PacketError';
}

/** Reads a packet; `null` for a type that this version does not know. Throws a `PacketError`. */
export function decodeEnvelope(packet: Uint8Array): Envelope | null {
  const said = unpack(packet);
  if (!isMap(said)) throw bad('it is not a map');
  const { type, meta, body } = said;
  if (!Number.isSafeInteger(type)) throw bad('it has no type');
  const name = NAMES.get(Number(type));
  if (name === undefined) return null;
  if (!isMap(body)) throw bad(`its ${name} has no body`);
  const stanzaId = said.stanzaId ?? 0;
  if (!isReadable(stanzaId, 'int')) throw bad('its stanzaId is not a whole number');
  const conversationId = said.conversationId ?? body.conversationId;
  if (typeof conversationId !== 'string') throw bad('it has no conversationId');
  return {
    name,
    stanzaId: Number(stanzaId),
    conversationId,
    ...(isReadable(meta, 'map') ? { meta } : {}),
    body: readBody(name, { ...body, conversationId: body.conversationId ?? conversationId }),
    // The body was just read by the fields of this name.
  } as Envelope;
}

const NAMES = new Map(
  Object.entries(MESSAGES).map(([name, { type }]) => [type as number, name as MessageName]),
);

function unpack(packet: Uint8Array): unknown {
  // Nothing in a packet can be longer than the packet: what claims to be must not be made room for.
  const most = packet.byteLength;
  try {
    return decode(packet, {
      maxStrLength: most,
      maxBinLength: most,
      maxArrayLength: most,
      maxMapLength: most,
      maxExtLength: most,
    });
  } catch (cause) {
    throw new PacketError(
      'stopkit: a packet could not be read, because it is not MessagePack. Check who sends on this channel.',
      { cause },
    );
  }
}

function readBody(name: MessageName, said: Record<string, unknown>): Record<string, unknown> {
  const fields: Fields = MESSAGES[name].fields;
  const body: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = said[key];
    if (value === undefined || value === null) {
      if (!field.endsWith('?')) throw bad(`its ${name} has no ${key}`);
    } else if (!isReadable(value, field)) {
      throw bad(`the ${key} of its ${name} is not ${KINDS[field.replace('?', '')]}`);
    } else {
      body[key] = value;
    }
  }
  if (name === 'Acknowledgement') body.success ??= true;
  return body;
}

const KINDS: Record<string, string> = {
  text: 'text',
  int: 'a whole number',
  long: 'a whole number',
  float: 'a number',
  flag: 'true or false',
  bytes: 'bytes',
  texts: 'a list of texts',
  map: 'a map of at most 64 levels',
  any: 'a value of at most 64 levels',
};

const bad = (why: string): PacketError =>
  new PacketError(
    `stopkit: a packet could not be read, because ${why}. Check the version of the other side.`,
  );
