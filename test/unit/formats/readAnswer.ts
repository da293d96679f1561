import type { Format } from 'stopkit/formats';
import type { StreamEvent, Usage } from 'stopkit/core';

/** A body that arrives in these pieces. */
export async function* bodyOf(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

/** Bytes cut at these places. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
}

/** Everything a format says about a body. */
export async function readEvents(
  format: Format,
  body: AsyncIterable<Uint8Array>,
): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const chunk of format.decode(body)) events.push(...chunk);
  return events;
}

/** An answer, as a person would tell it. */
export interface Answer {
  messageId: string | null;
  text: string;
  reasoning: string;
  tools: { name: string; arguments: string; state: string; result?: unknown }[];
  usage: Usage | null;
  end: string;
}

/** Sums events up, so that two ways to cut the same bytes can be compared. */
export function toAnswer(events: readonly StreamEvent[]): Answer {
  const tools = new Map<string, Answer['tools'][number]>();
  const answer: Answer = {
    messageId: null,
    text: '',
    reasoning: '',
    tools: [],
    usage: null,
    end: 'none',
  };
  for (const event of events) {
    if (answer.end !== 'none') throw new Error(`${event.type} came after the end`);
    const tool = 'id' in event ? tools.get(event.id) : undefined;
    switch (event.type) {
      case 'start':
        answer.messageId = event.messageId ?? answer.messageId;
        break;
      case 'text':
        answer.text += event.delta;
        break;
      case 'reasoning':
        answer.reasoning += event.delta;
        break;
      case 'tool-call':
        if (tool !== undefined) throw new Error(`the call ${event.id} began twice`);
        tools.set(event.id, {
          name: event.name,
          arguments: event.arguments ?? '',
          state: 'open',
        });
        break;
      case 'tool-arguments':
        if (tool === undefined) throw new Error(`arguments of the unknown call ${event.id}`);
        tool.arguments += event.delta;
        break;
      case 'tool-ready':
      case 'tool-running':
        if (tool === undefined) throw new Error(`the unknown call ${event.id} is ready`);
        tool.state = event.type === 'tool-ready' ? 'ready' : 'running';
        break;
      case 'tool-result':
        if (tool === undefined) throw new Error(`a result of the unknown call ${event.id}`);
        tool.state = event.failed === true ? 'failed' : 'done';
        tool.result = event.result;
        break;
      case 'usage':
        answer.usage = { ...answer.usage, ...event.usage };
        break;
      case 'done':
        answer.end = event.outcome ?? `complete: ${event.reason ?? ''}`;
        break;
      case 'error':
        answer.end = `${event.error.code}: ${event.error.message}`;
        break;
      case 'replay':
      case 'reasoning-end':
        break;
    }
  }
  return { ...answer, tools: [...tools.values()] };
}
