import type { ServerResponse } from 'node:http';

const frame = (chunk: object): string => `data: ${JSON.stringify(chunk)}\n\n`;

const HEAD =
  frame({ type: 'start', messageId: 'hostile-1' }) +
  frame({ type: 'start-step' }) +
  frame({ type: 'text-start', id: 't' });
const word = (delta: string): string => frame({ type: 'text-delta', id: 't', delta });

/** Tokens of a flood: enough for seconds of work in one task. */
const FLOOD = 6_000;

/** What a server may do that nobody hopes for. */
export function hostileStream(kind: string, res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  switch (kind) {
    case 'end':
      // It ends as if all was well, and has not finished.
      res.end(`${HEAD}${word('Half an answ')}`);
      return;
    case 'abort':
      // The SDK's own word for a run that its server stopped.
      res.end(`${HEAD}${word('Half an answ')}${frame({ type: 'abort' })}data: [DONE]\n\n`);
      return;
    case 'flood':
      // As much as a model makes in minutes, at once.
      res.end(`${HEAD}${word('drip ').repeat(FLOOD)}${frame({ type: 'finish' })}data: [DONE]\n\n`);
      return;
    default:
      // Nothing, ever.
      res.flushHeaders();
  }
}
