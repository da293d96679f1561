import { createParser } from 'eventsource-parser';
import { MAX_FRAME_CHARACTERS, type Splitter, tooLong } from './readFrames.js';

/** Cuts text into the data of server-sent events. */
export function splitServerSentEvents(onData: (data: string) => void): Splitter {
  const parser = createParser({
    maxBufferSize: MAX_FRAME_CHARACTERS,
    onEvent: ({ data }) => onData(data),
    // How a server of ours says in anybody's events that the answer was stopped.
    onComment: (comment) => {
      if (comment.startsWith('{"stopkit":')) onData(comment);
    },
    onError: ({ type }) => {
      // Unknown fields are no error: the specification says to ignore them.
      if (type === 'max-buffer-size-exceeded') throw tooLong();
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
    end: () => parser.feed('\n\n'),
  };
}
