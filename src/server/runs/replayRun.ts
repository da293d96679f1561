import { GenerationError, type Part, type StreamEvent } from '../../core/index.js';
import type { Tombstone } from './Bus.js';
import type { ToldEnd } from '../wire.js';
import type { LiveRun } from './LiveRun.js';

/** What a run has said so far, as events that say it again. */
export function soFar({ info, content }: LiveRun): readonly StreamEvent[] {
  const { parts, messageId, text } = content();
  return [
    { type: 'start', runId: info.id, ...(messageId === null ? {} : { messageId }) },
    { type: 'replay', chars: text.length },
    ...parts.flatMap(eventsOfPart),
  ];
}

/** The events of the answer itself; how it ended is told when it is kept. */
export function contentOf(events: readonly StreamEvent[]): readonly StreamEvent[] {
  return events.filter(({ type }) => type !== 'done' && type !== 'error');
}

/** That a run was stopped, as its readers are told. */
export function toldStop({ reason, by, limit }: Tombstone): ToldEnd {
  return {
    outcome: 'stopped',
    ...(reason === null ? {} : { reason }),
    ...(by === null ? {} : { by }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** How a run ended, as its readers are told. */
export function endEvents(tombstone: Tombstone): readonly StreamEvent[] {
  const { outcome, reason, usage } = tombstone;
  const last: StreamEvent[] = usage === null ? [] : [{ type: 'usage', usage }];
  switch (outcome) {
    case 'complete':
      return [...last, { type: 'done', outcome, ...(reason === null ? {} : { reason }) }];
    case 'stopped':
      return [...last, { type: 'done', ...toldStop(tombstone) }];
    // Who comes back to what ended because nobody read it has lost a connection, and stopped nothing.
    case 'disconnected':
    case 'interrupted':
      return [...last, { type: 'done', outcome: 'interrupted' }];
    case 'error':
      return [
        ...last,
        { type: 'error', error: new GenerationError('provider', 'The model failed.') },
      ];
  }
}

function eventsOfPart(part: Part): readonly StreamEvent[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ type: 'text', delta: part.text }];
    case 'reasoning': {
      const said: StreamEvent = { type: 'reasoning', delta: part.text };
      return part.open ? [said] : [said, { type: 'reasoning-end' }];
    }
    case 'tool-call': {
      const { id, name, state } = part;
      const called: StreamEvent[] = [
        {
          type: 'tool-call',
          id,
          name,
          ...(part.arguments === '' ? {} : { arguments: part.arguments }),
        },
      ];
      if (state === 'open' || state === 'cancelled') return called;
      called.push({ type: 'tool-ready', id });
      if (state === 'ready') return called;
      if (part.started) called.push({ type: 'tool-running', id });
      if (state === 'running') return called;
      return [
        ...called,
        {
          type: 'tool-result',
          id,
          result: part.result,
          ...(state === 'failed' ? { failed: true } : {}),
        },
      ];
    }
  }
}
