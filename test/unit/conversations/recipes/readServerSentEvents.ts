import { createParser } from 'eventsource-parser';
import type { StreamEvent } from 'stopkit/core';
import type { Format } from 'stopkit/formats';

/** A format of server-sent events with JSON in them: `read` says what each of them means. */
export function readServerSentEvents(
  name: string,
  read: (data: Record<string, unknown>) => readonly StreamEvent[],
): Format {
  return {
    name,
    async *decode(body) {
      const decoder = new TextDecoder();
      let events: StreamEvent[] = [];
      const parser = createParser({
        onEvent: ({ data }) => events.push(...read(JSON.parse(data) as Record<string, unknown>)),
      });
      for await (const bytes of body) {
        parser.feed(decoder.decode(bytes, { stream: true }));
        yield events;
        if (events.at(-1)?.type === 'done') return;
        events = [];
      }
      yield [{ type: 'done', outcome: 'interrupted' }];
    },
  };
}
