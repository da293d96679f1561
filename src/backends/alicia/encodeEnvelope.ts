import { encode } from '@msgpack/msgpack';
import { type Fields, isWritable } from './fields.js';
import {
  type ClientMessageName,
  type Envelope,
  FROM_CLIENT_ALONE,
  MESSAGES,
  type ServerMessageName,
} from './messages.js';

const FROM_CLIENT: readonly string[] = [...FROM_CLIENT_ALONE, 'Acknowledgement'];

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  stopType: ['generation', 'speech', 'all'],
  mode: ['regenerate', 'edit', 'continue'],
  execution: ['server', 'client', 'either'],
  answerType: ['text', 'voice', 'text+voice'],
};

/** Writes what a client says: nothing that a strict server would refuse. */
export function encodeFromClient(envelope: Envelope<ClientMessageName>): Uint8Array {
  if (!FROM_CLIENT.includes(envelope.name)) throw wrong(`a client sends no ${envelope.name}`);
  if (!(envelope.stanzaId > 0)) throw wrong('the stanzas of a client are 1, 2, 3 and so on');
  return write(envelope);
}

/** Writes what a server says: nothing that a strict client would refuse. */
export function encodeFromServer(envelope: Envelope<ServerMessageName>): Uint8Array {
  if (FROM_CLIENT_ALONE.includes(envelope.name)) throw wrong(`a server sends no ${envelope.name}`);
  if (!(envelope.stanzaId <= 0)) throw wrong('the stanzas of a server are -1, -2, -3 and so on');
  return write(envelope);
}

function write({ name, stanzaId, conversationId, meta, body }: Envelope): Uint8Array {
  const { type, fields }: { type: number; fields: Fields } = MESSAGES[name];
  if (!isWritable(stanzaId, 'int')) throw wrong('its stanzaId does not fit in 32 bits');
  if (conversationId === '') throw wrong('its conversationId is empty');
  for (const key of Object.keys(body)) {
    if (!(key in fields)) throw wrong(`a ${name} has no ${key}`);
  }
  const written: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = (body as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) {
      if (!field.endsWith('?')) throw wrong(`a ${name} needs its ${key}`);
      continue;
    }
    if (!isWritable(value, field)) throw wrong(`the ${key} of a ${name} is of the wrong kind`);
    if (CHOICES[key]?.includes(value) === false) {
      throw wrong(`the ${key} of a ${name} is one of ${CHOICES[key].join(', ')}`);
    }
    written[key] = value;
  }
  const envelope = { stanzaId, conversationId, type, ...(meta && { meta }), body: written };
  // A copy, because the encoder hands out a view of a buffer that may be larger.
  return encode(envelope, { ignoreUndefined: true }).slice();
}

const wrong = (why: string): TypeError =>
  new TypeError(`stopkit: this message cannot be sent, because ${why}. Change the message.`);
