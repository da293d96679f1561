import { MAX_FRAME_CHARACTERS, type Splitter, tooLong } from './readFrames.js';

/** Cuts text into lines, of which blank ones are heartbeats. */
export function splitLines(onLine: (line: string) => void): Splitter {
  let rest = '';
  return {
    push(text) {
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        onLine(rest + text.slice(from, to));
        rest = '';
        from = to + 1;
      }
      rest += text.slice(from);
      if (rest.length > MAX_FRAME_CHARACTERS) throw tooLong();
    },
    end: () => onLine(rest),
  };
}
