import { decode, encode } from '@msgpack/msgpack';
import * as ygoe from '@ygoe/msgpack';
import fc from 'fast-check';
import notepack from 'notepack.io';
import {
  decodeEnvelope,
  encodeFromClient,
  type Envelope,
  MESSAGES,
  PacketError,
} from 'stopkit/alicia';
import { encodeFromServer } from 'stopkit/alicia/server';
import { describe, expect, test } from 'vitest';
import { VECTORS } from './vectors.js';
import { LONG } from '../../tier.js';

const PACKETS = LONG ? 100_000 : 10_000;

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Buffers are bytes too, but not equal to them. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const onWire = ({ name, body, ...envelope }: Envelope): unknown => ({
  ...envelope,
  type: MESSAGES[name].type,
  body,
});

// Each of these is refused where it does not belong; the test below says where.
const encodeAs = (side: 'client' | 'server', envelope: Envelope): Uint8Array =>
  side === 'client'
    ? encodeFromClient(envelope as Parameters<typeof encodeFromClient>[0])
    : encodeFromServer(envelope as Parameters<typeof encodeFromServer>[0]);

describe('the bytes of every message', () => {
  test('there is a vector for each of the sixteen types', () => {
    expect(VECTORS.map(({ envelope }) => MESSAGES[envelope.name].type)).toEqual(
      Array.from({ length: 16 }, (_, index) => index + 1),
    );
  });

  test.each(VECTORS)('$envelope.name is read from its bytes', ({ envelope, bytes }) => {
    expect(decodeEnvelope(fromHex(bytes))).toEqual(envelope);
  });

  test.each(VECTORS)('$envelope.name is written to the same bytes', ({ envelope, bytes }) => {
    const side = envelope.stanzaId > 0 ? 'client' : 'server';
    expect(toHex(encodeAs(side, envelope))).toBe(bytes);
  });

  // Two that share nothing with the codec, nor with each other.
  const LIBRARIES = [
    {
      library: 'notepack.io',
      read: (hex: string): unknown => notepack.decode(Buffer.from(hex, 'hex')),
      write: (value: unknown) => Uint8Array.from(notepack.encode(value) as Buffer),
    },
    {
      library: '@ygoe/msgpack',
      read: (hex: string): unknown => ygoe.decode(fromHex(hex)),
      write: (value: unknown) => ygoe.encode(value),
    },
  ];
  const BOTH = LIBRARIES.flatMap((library) =>
    VECTORS.map((vector) => ({ ...library, ...vector, name: vector.envelope.name })),
  );

  test.each(BOTH)('what is written of $name, $library reads alike', ({ envelope, bytes, read }) => {
    expect(plain(read(bytes))).toEqual(onWire(envelope));
  });

  test.each(BOTH)('what $library writes of $name is read alike', ({ envelope, write }) => {
    expect(decodeEnvelope(write(onWire(envelope)))).toEqual(envelope);
  });
});

describe('reading is tolerant', () => {
  const packet = (body: unknown, rest: object = {}): Uint8Array =>
    encode({ stanzaId: 7, conversationId: 'conv_1', type: 10, body, ...rest });

  test('nil is absent, as the Android client sends it', () => {
    const body = {
      conversationId: 'conv_1',
      stopType: 'all',
      reason: 'User requested stop',
      targetId: null,
    };
    expect(decodeEnvelope(packet(body))?.body).toEqual({
      conversationId: 'conv_1',
      stopType: 'all',
      reason: 'User requested stop',
    });
  });

  test('a type of tomorrow is skipped', () => {
    expect(decodeEnvelope(packet({}, { type: 33 }))).toBeNull();
  });

  test('fields of tomorrow are skipped', () => {
    expect(decodeEnvelope(packet({ conversationId: 'conv_1', colour: 'red' }))?.body).toEqual({
      conversationId: 'conv_1',
    });
  });

  test('a stanza that is a clock is a number, in 64 bits or as a float', () => {
    const now = 1_767_225_600_000;
    const body = { conversationId: 'conv_1' };
    expect(decodeEnvelope(packet(body, { stanzaId: now }))?.stanzaId).toBe(now);
    const asFloat = encode(
      { stanzaId: now, conversationId: 'conv_1', type: 10, body },
      { forceIntegerToFloat: true },
    );
    expect(decodeEnvelope(asFloat)?.stanzaId).toBe(now);
  });

  test('an acknowledgement is read as the specification and as the implementations write it', () => {
    const spec = { conversationId: 'conv_1', acknowledgedMessageId: 'msg_1', notes: 'heard' };
    expect(decodeEnvelope(packet(spec, { type: 8 }))?.body).toEqual({ ...spec, success: true });
    const built = { conversationId: 'conv_1', acknowledgedStanzaId: 3, success: false };
    expect(decodeEnvelope(packet(built, { type: 8 }))?.body).toEqual(built);
  });

  test('the conversation of the envelope is the body’s too', () => {
    expect(decodeEnvelope(packet({}))?.body).toEqual({ conversationId: 'conv_1' });
  });
});

describe('writing is strict', () => {
  const stop = (body: object, stanzaId = 1): (() => Uint8Array) => {
    const envelope = { name: 'ControlStop', stanzaId, conversationId: 'c', body } as Envelope;
    return () => encodeAs('client', envelope);
  };

  test.each(VECTORS)('only the side that says $envelope.name may write it', ({ envelope }) => {
    const isClients = envelope.stanzaId > 0;
    const other = { ...envelope, stanzaId: -envelope.stanzaId };
    if (envelope.name === 'Acknowledgement') {
      expect(decodeEnvelope(encodeAs('client', other))).toEqual(other);
    } else {
      expect(() => encodeAs(isClients ? 'server' : 'client', other)).toThrow(
        /^stopkit: .*sends no/,
      );
    }
  });

  test.each([
    ['an unknown stopType', stop({ conversationId: 'c', stopType: 'music' })],
    ['a missing field', stop({ stopType: 'all' })],
    ['a field of another message', stop({ conversationId: 'c', text: 'hello' })],
    ['nil', stop({ conversationId: 'c', targetId: null })],
    ['a stanza that is a clock', stop({ conversationId: 'c' }, Date.now())],
    ['a stanza of the other side', stop({ conversationId: 'c' }, -1)],
  ])('%s is not sent', (_what, write) => {
    expect(write).toThrow(/^stopkit: this message cannot be sent, because .+\. Change/);
  });

  test('what is undefined is left out', () => {
    const bytes = stop({ conversationId: 'c', targetId: undefined })();
    expect(decode(bytes)).toEqual({
      stanzaId: 1,
      conversationId: 'c',
      type: 10,
      body: { conversationId: 'c' },
    });
  });
});

describe('packets that went wrong', () => {
  const mutation = fc.oneof(
    fc.record({ how: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
    fc.record({ how: fc.constant('cut' as const), at: fc.nat(), byte: fc.constant(0) }),
    fc.record({ how: fc.constant('insert' as const), at: fc.nat(), byte: fc.nat(255) }),
  );
  const mutate = (
    bytes: Uint8Array,
    { how, at, byte }: { how: 'set' | 'cut' | 'insert'; at: number; byte: number },
  ): Uint8Array => {
    const place = at % Math.max(1, bytes.length);
    const head = [...bytes.subarray(0, place)];
    switch (how) {
      case 'set':
        return new Uint8Array([...head, byte, ...bytes.subarray(place + 1)]);
      case 'cut':
        return new Uint8Array(head);
      case 'insert':
        return new Uint8Array([...head, byte, ...bytes.subarray(place)]);
    }
  };

  test(`${PACKETS} mutated packets: each is read, skipped, or refused with a clear sentence, at once`, () => {
    // One of them is of a type that nobody knows: by chance alone none may become such a one.
    const unknown = encode({ type: 99, conversationId: 'c', body: {} });
    const whole = [...VECTORS.map(({ bytes }) => fromHex(bytes)), unknown];
    const counts = { read: 0, skipped: 0, refused: 0 };
    let slowestMs = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (bytes, mutations) => {
          const packet = mutations.reduce(mutate, bytes);
          const startedAt = performance.now();
          try {
            counts[decodeEnvelope(packet) === null ? 'skipped' : 'read'] += 1;
          } catch (error) {
            counts.refused += 1;
            expect(error).toBeInstanceOf(PacketError);
            expect((error as Error).message).toMatch(/^stopkit: .+, because .+\. Check .+\.$/);
          }
          slowestMs = Math.max(slowestMs, performance.now() - startedAt);
        },
      ),
      { numRuns: PACKETS },
    );
    expect(slowestMs).toBeLessThan(1_000);
    // The run is worth something only if every way out was taken.
    expect(Math.min(counts.read, counts.skipped, counts.refused)).toBeGreaterThan(0);
  });

  test('a length that nothing can have makes no room', () => {
    for (const claim of ['dd7fffffff', 'df7fffffff', 'db7fffffff', 'c67fffffff']) {
      expect(() => decodeEnvelope(fromHex(claim))).toThrow(PacketError);
    }
  });

  test('arguments nested deeper than any tool takes are refused', () => {
    let parameters: object = {};
    for (let level = 0; level < 80; level += 1) parameters = { parameters };
    const ids = { id: 'a', messageId: 'b', conversationId: 'c' };
    const body = { ...ids, toolName: 'd', execution: 'server', parameters };
    const packet = encode({ stanzaId: -1, conversationId: 'c', type: 6, body });
    expect(() => decodeEnvelope(packet)).toThrow('parameters of its ToolUseRequest is not a map');
  });
});
