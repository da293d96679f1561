import type { StreamEvent } from '../../core/index.js';
import { encodeStopkitStream } from '../../formats/stopkitStream.js';

/** The lines of stopkit's stream for who reads along. One event at a time: a call takes only so many arguments. */
export function linesOf(events: readonly StreamEvent[]): string {
  let lines = '';
  for (const event of events) lines += lineOf(event);
  return lines;
}

function lineOf(event: StreamEvent): string {
  try {
    return encodeStopkitStream(event);
  } catch {
    // A result that JSON cannot say must not end the reading; that there was one is told.
    return event.type === 'tool-result' ? encodeStopkitStream({ ...event, result: null }) : '';
  }
}
