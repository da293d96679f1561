import { createParser } from 'eventsource-parser';
import { GenerationError } from '../core/index.js';
import { MAX_FRAME_CHARACTERS, type Splitter, tooLong } from './readFrames.js';
import { wrongFormat } from './wrongFormat.js';

const FIELDS = ['data', 'event', 'id', 'retry'];

/** Cuts text into the data of server-sent events; `mediaType` is what the server calls the text. */
export function splitServerSentEvents(onData: (data: string) => void, mediaType = ''): Splitter {
  let isKnown = false;
  let isForeign = false;
  let isEnding = false;
  const parser = createParser({
    maxBufferSize: MAX_FRAME_CHARACTERS,
    onEvent({ data }) {
      isKnown = true;
      onData(data);
    },
    // How a server of ours says in anybody's events that the answer was stopped.
    onComment(comment) {
      isKnown = true;
      if (comment.startsWith('{"stopkit":')) onData(comment);
    },
    onError({ type, line = '' }) {
      // Unknown fields are no error: the specification says to ignore them.
      if (type === 'max-buffer-size-exceeded') throw tooLong();
      // The last line of a body that was cut may be the beginning of a field.
      isForeign ||= !isEnding || !FIELDS.some((field) => field.startsWith(line));
    },
  });
  let endedInReturn = false;
  return {
    push(text) {
      if (text === '') return;
      // A carriage return at the end of a chunk is a line end, whether or not its line feed follows: the parser
      // would hold the event back until it knew.
      const fresh = endedInReturn && text.startsWith('\n') ? text.slice(1) : text;
      endedInReturn = text.endsWith('\r');
      parser.feed(endedInReturn ? `${fresh}\n` : fresh);
    },
    // Many servers leave out the empty line after their last event.
    end() {
      isEnding = true;
      parser.feed('\n\n');
      if (isForeign && !isKnown) throw notEvents(mediaType);
    },
  };
}

/** The error of a body in which not one event was found. */
function notEvents(mediaType: string): GenerationError {
  const label = mediaType === '' ? 'no content type' : `the content type ${mediaType}`;
  const cause = wrongFormat(
    `an answer was read as server-sent events, and there were none in it: it has ${label}.`,
  );
  const isNamed = mediaType !== '' && mediaType !== 'text/event-stream';
  return new GenerationError(
    'format',
    isNamed
      ? `The server answered with ${mediaType}, which cannot be read here.`
      : 'The server sent something that could not be read.',
    { cause },
  );
}
