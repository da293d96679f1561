import fc from 'fast-check';
import type { Format } from 'stopkit/formats';
import { describe, expect, test } from 'vitest';
import { type Answer, bodyOf, cutAt, readEvents, toAnswer } from './readAnswer.js';

/** What a format promises, and the bytes to hold it to that. */
export interface FormatContract {
  create: () => Format;
  wire: 'server-sent-events' | 'lines';
  /** The frames of a whole answer, in order; text with characters of two, three and four bytes among them. */
  frames: readonly string[];
  answer: Answer;
  /** How many of the frames make the answer whole; what comes after is only the marker or the figures. */
  wholeAfter: number;
  /** A frame with which the model's server says that it failed, and the sentence in it. */
  errorFrame: { frame: string; sentence: string };
  /** Frames that a later version of the format might send. */
  unknownFrames: readonly string[];
  /** Whether every server-sent event also has its type as its name. */
  namesEvents?: boolean;
}

const encoder = new TextEncoder();
const TOO_MUCH = 64 * 1_048_576;
const CR = 13;
const NO_LAST_LINE_END = 'no line end after the last line';

/** Holds a format to the contract of all formats. */
export function describeFormat(contract: FormatContract): void {
  const { create, frames, wire } = contract;
  const write = (some: readonly string[]): string =>
    some.map((frame) => encodeFrame(contract, frame)).join('');
  const read = async (pieces: Iterable<Uint8Array>): Promise<Answer> =>
    toAnswer(await readEvents(create(), bodyOf(pieces)));
  const readText = (text: string): Promise<Answer> => read([encoder.encode(text)]);
  const whole = encoder.encode(write(frames));
  // Somewhere in the middle of the text.
  const half = frames.slice(0, Math.ceil(contract.wholeAfter / 2));

  describe(`${create().name}: the contract of all formats`, () => {
    test('a whole answer is read whole', async () => {
      expect(await read([whole])).toEqual(contract.answer);
    });

    test('B9, B10: cut in two at any byte, it is the same answer', async () => {
      for (let place = 0; place <= whole.length; place++) {
        expect(await read(cutAt(whole, [place])), `cut at ${place}`).toEqual(contract.answer);
      }
    });

    test('B9, B10: byte by byte, it is the same answer', async () => {
      expect(await read(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(contract.answer);
    });

    test('B10: in any pieces, empty ones too, it is the same answer', async () => {
      const places = fc
        .array(fc.integer({ min: 0, max: whole.length }), { maxLength: 40 })
        .map((some) => some.toSorted((a, b) => a - b));
      await fc.assert(
        fc.asyncProperty(places, async (some) => {
          expect(await read(cutAt(whole, some))).toEqual(contract.answer);
        }),
        { numRuns: 150 },
      );
    });

    test('B14, D3: cut off at any byte, it is interrupted unless it is whole, and only whole arguments are ready', async () => {
      const wholeLength = encoder.encode(write(frames.slice(0, contract.wholeAfter))).length;
      const seen = new Set<string>();
      for (let place = 0; place <= whole.length; place++) {
        const { end, text, tools } = await read([whole.slice(0, place)]);
        seen.add(end);
        expect(contract.answer.text.startsWith(text), `cut off at ${place}: ${text}`).toBe(true);
        if (place < wholeLength - frameEnd(wire).length) {
          expect(end, `cut off at ${place}`).toBe('interrupted');
        } else if (end !== 'interrupted') {
          expect(end).toBe(contract.answer.end);
          expect(text).toBe(contract.answer.text);
        }
        for (const tool of tools) {
          if (tool.state !== 'open') expect(() => void JSON.parse(tool.arguments)).not.toThrow();
        }
      }
      expect(seen).toContain('interrupted');
      expect(seen).toContain(contract.answer.end);
    });

    test('B9: stopped in the middle, at any byte, nothing but whole characters was said', async () => {
      for (let place = 1; place < whole.length; place++) {
        let wasLeft = false;
        const body = async function* (): AsyncGenerator<Uint8Array> {
          try {
            yield* bodyOf(cutAt(whole, [place]));
          } finally {
            wasLeft = true;
          }
        };
        let text = '';
        for await (const events of create().decode(body())) {
          text += toAnswer(events).text;
          break;
        }
        expect(text).not.toContain('\uFFFD');
        expect(contract.answer.text.startsWith(text)).toBe(true);
        expect(wasLeft, 'the body is let go').toBe(true);
      }
    });

    test('B8: when the model fails in the middle, the partial stays and the reason is a sentence', async () => {
      const partial = await readText(write(half));
      const { text, end } = await readText(
        write([...half, contract.errorFrame.frame, ...frames.slice(half.length)]),
      );
      expect(text).toBe(partial.text);
      expect(text).not.toBe('');
      expect(end).toBe(`provider: ${contract.errorFrame.sentence}`);
    });

    test('unknown events and fields change nothing', async () => {
      const grown = frames.map((frame) =>
        frame.startsWith('{') ? frame.replace('{', '{"x_future":{"a":[1,null]},') : frame,
      );
      const mixed = grown.flatMap((frame) => [...contract.unknownFrames, frame]);
      expect(await readText(write(mixed))).toEqual(contract.answer);
    });

    test('a bad frame is a clear error, and the partial stays', async () => {
      const partial = await readText(write(half));
      for (const bad of ['{"type": ', 'null', '<html>busy</html>', '"']) {
        const { text, end } = await readText(write([...half, bad, ...frames.slice(half.length)]));
        expect(text).toBe(partial.text);
        expect(end, bad).toBe('format: The server sent something that could not be read.');
      }
    });

    test('a frame that never ends is given up after some megabytes', async () => {
      let sent = 0;
      const body = async function* (): AsyncGenerator<Uint8Array> {
        yield encoder.encode(write(half) + (wire === 'lines' ? '{"a":"' : 'data: {"a":"'));
        const junk = encoder.encode('a'.repeat(65_536));
        for (; sent < TOO_MUCH; sent += junk.length) yield await Promise.resolve(junk);
      };
      const { text, end } = toAnswer(await readEvents(create(), body()));
      expect(text).not.toBe('');
      expect(end).toBe('format: The server sent more at once than can be read.');
      expect(sent).toBeLessThan(TOO_MUCH / 4);
    });

    test('a frame of more than eight megabytes is refused, in however many pieces it comes', async () => {
      const bytes = encoder.encode(write([...half, `{"a":"${'a'.repeat(8_500_000)}"}`]));
      for (const places of [[], [bytes.length / 2], [1_000, 500_000, bytes.length - 1]]) {
        expect((await read(cutAt(bytes, places))).end).toBe(
          'format: The server sent more at once than can be read.',
        );
      }
    });

    test('a frame of two megabytes is read, as one that holds an image', async () => {
      const padded = frames.map((frame, at) =>
        at === 0 && frame.startsWith('{')
          ? frame.replace('{', `{"x_pad":"${'a'.repeat(2_000_000)}",`)
          : frame,
      );
      expect(await readText(write(padded))).toEqual(contract.answer);
    });

    test('a frame of 40 kB is read', async () => {
      const padded = frames.map((frame) =>
        frame.startsWith('{') ? frame.replace('{', `{"x_pad":"${'é'.repeat(20_480)}",`) : frame,
      );
      expect(await readText(write(padded))).toEqual(contract.answer);
    });

    test('B14: an empty body is an interrupted answer', async () => {
      expect((await read([])).end).toBe('interrupted');
      expect((await readText(frameEnd(wire))).end).toBe('interrupted');
    });

    test('every chunk of the body is one array of events', async () => {
      let arrays = 0;
      const pieces = cutAt(whole, [100, 200, 300]);
      for await (const events of create().decode(bodyOf(pieces))) {
        arrays += 1;
        expect(events.length).toBeGreaterThan(0);
      }
      expect(arrays).toBeLessThanOrEqual(pieces.length);
    });

    for (const [what, vary] of Object.entries(VARIANTS[wire])) {
      test(`B10: ${what}, in any pieces`, async () => {
        const bytes = encoder.encode(vary(write(frames)));
        expect(await read([bytes])).toEqual(contract.answer);
        expect(await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(
          contract.answer,
        );
        for (const [index, byte] of bytes.entries()) {
          // Only a carriage return is one thing before its line feed comes, and another after.
          if (byte !== CR) continue;
          expect(await read(cutAt(bytes, [index + 1])), `cut at ${index + 1}`).toEqual(
            contract.answer,
          );
        }
      });

      // Only the end of the body tells that such a last line is whole.
      if (what === NO_LAST_LINE_END) continue;
      test(`${what}: the end marker ends the answer, however long the body stays open`, async () => {
        const body = async function* (): AsyncGenerator<Uint8Array> {
          yield encoder.encode(vary(write(frames)));
          await new Promise(() => undefined);
        };
        for await (const events of create().decode(body())) {
          expect(toAnswer(events)).toEqual(contract.answer);
          break;
        }
      });
    }
  });
}

const spread = (text: string): string =>
  text.replace(/^data: (\{.*)$/gm, (_, json: string) =>
    JSON.stringify(JSON.parse(json), null, 1).replace(/^/gm, 'data: '),
  );

type Variants = Record<string, (text: string) => string>;

const VARIANTS: Record<FormatContract['wire'], Variants> = {
  'server-sent-events': {
    'lines that end in LF': (text) => text,
    'lines that end in CRLF': (text) => text.replaceAll('\n', '\r\n'),
    'lines that end in CR': (text) => text.replaceAll('\n', '\r'),
    'a byte order mark': (text) => `\uFEFF${text}`,
    'comments and heartbeats': (text) =>
      `: hello\n\n${text.replaceAll('\n\n', '\n: OPENROUTER PROCESSING\n\n:\n\n')}`,
    'empty data as heartbeats': (text) => `data:\n\n${text.replaceAll('\n\n', '\n\ndata: \n\n')}`,
    'no space after the colon': (text) => text.replace(/^(data|event): /gm, '$1:'),
    'ids, retry and unknown fields': (text) =>
      text.replace(/^data:/gm, 'id: 7\nretry: 3000\nfuture: field\nlonely\ndata:'),
    'data on several lines': spread,
    'data on several lines that end in CRLF': (text) => spread(text).replaceAll('\n', '\r\n'),
    [NO_LAST_LINE_END]: (text) => text.trimEnd(),
  },
  lines: {
    'lines that end in LF': (text) => text,
    'lines that end in CRLF': (text) => text.replaceAll('\n', '\r\n'),
    'a byte order mark': (text) => `\uFEFF${text}`,
    'empty lines as heartbeats': (text) => `\n\n${text.replaceAll('\n', '\n\n \n')}`,
    [NO_LAST_LINE_END]: (text) => text.trimEnd(),
  },
};

const frameEnd = (wire: FormatContract['wire']): string => (wire === 'lines' ? '\n' : '\n\n');

function encodeFrame({ wire, namesEvents }: FormatContract, frame: string): string {
  if (wire === 'lines') return `${frame}\n`;
  const name = namesEvents === true ? /"type":"([^"]+)"/.exec(frame)?.[1] : undefined;
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${frame}\n\n`;
}
