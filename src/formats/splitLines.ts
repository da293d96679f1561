import { MAX_FRAME_CHARACTERS, type Splitter, tooLong } from './readFrames.js';

/** Cuts text into lines; blank ones are heartbeats and are left out. */
export function splitLines(onLine: (line: string) => void): Splitter {
  let rest = '';
  const give = (line: string): void => {
    if (line.trim() !== '') onLine(line);
  };
  return {
    push(text) {
      let from = 0;
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        give(rest + text.slice(from, to));
        rest = '';
        from = to + 1;
      }
      rest += text.slice(from);
      if (rest.length > MAX_FRAME_CHARACTERS) throw tooLong();
    },
    end: () => give(rest),
  };
}
