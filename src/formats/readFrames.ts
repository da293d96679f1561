import { GenerationError, type StreamEvent } from '../core/index.js';
import type { AnswerBody } from './Format.js';

/** How long one frame may be, which may hold an image: what is longer is a server gone wrong, and must not fill the memory. */
export const MAX_FRAME_CHARACTERS = 8 * 1_048_576;

/** Cuts text into frames, whatever the pieces it comes in. */
export interface Splitter {
  push(text: string): void;
  /** What is left when the body ends is a frame too, if it is whole. */
  end(): void;
}

/** What the frames of one answer mean. */
export interface FrameReader {
  /** A `done` or an `error` among the events ends the answer. */
  read(frame: unknown): readonly StreamEvent[];
  /**
   * The frames are over: `marked` by `[DONE]`, else only by the end of the body. `null` when the answer is not,
   * so that it was cut; always so when this is absent.
   */
  end?(marked: boolean): readonly StreamEvent[] | null;
}

/** Reads a body of JSON frames: one array of events per chunk, the last with a `done` or an `error` at its end. */
export async function* readFrames(
  body: AnswerBody,
  split: (onFrame: (frame: string) => void, mediaType?: string) => Splitter,
  reader: FrameReader,
): AsyncGenerator<readonly StreamEvent[]> {
  // In stream mode a character that was cut in two waits for its rest; what is left at the end is dropped.
  const decoder = new TextDecoder();
  let events: StreamEvent[] = [];
  let isEnding = false;
  let isOver = false as boolean;

  const say = (said: readonly StreamEvent[]): void => {
    for (const event of said) {
      if (isOver) return;
      events.push(event);
      isOver = event.type === 'done' || event.type === 'error';
    }
  };
  const end = (marked: boolean): void =>
    say(reader.end?.(marked) ?? [{ type: 'done', outcome: 'interrupted' }]);
  const splitter = split((frame) => {
    // A blank frame is a heartbeat.
    if (isOver || frame.trim() === '') return;
    if (frame.length > MAX_FRAME_CHARACTERS) throw tooLong();
    if (frame === '[DONE]') {
      end(true);
      return;
    }
    let json: unknown;
    try {
      json = JSON.parse(frame);
    } catch (cause) {
      // The last frame of a body that was cut is not whole: that is no fault of the format.
      if (isEnding) return;
      throw cause;
    }
    const { stopkit } = (json ?? {}) as { stopkit?: object };
    say(stopkit === undefined ? reader.read(json) : [{ type: 'done', ...stopkit }]);
  }, body.mediaType);
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (thrown) {
      say([{ type: 'error', error: toFormatError(thrown) }]);
    }
  };

  for await (const bytes of body) {
    attempt(() => splitter.push(decoder.decode(bytes, { stream: true })));
    if (events.length > 0) yield events;
    if (isOver) return;
    events = [];
  }
  isEnding = true;
  attempt(() => splitter.end());
  attempt(() => end(false));
  yield events;
}

/** The error of a frame that does not end. */
export const tooLong = (): GenerationError =>
  new GenerationError('format', 'The server sent more at once than can be read.');

function toFormatError(thrown: unknown): GenerationError {
  return thrown instanceof GenerationError
    ? thrown
    : new GenerationError('format', 'The server sent something that could not be read.', {
        cause: thrown,
      });
}
