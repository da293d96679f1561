import { isToolPart, type MessagePart } from './ChatLike.js';

/** What a model is told about a tool call that a stop cut off. */
export const CANCELLED = 'Cancelled before it finished.';

/** The parts with every tool call closed; the same list when none was open. */
export function closeToolParts(parts: readonly MessagePart[]): readonly MessagePart[] {
  if (!parts.some(isDangling)) return parts;
  return parts.flatMap((part) => {
    if (!isDangling(part)) return [part];
    // Arguments that were cut were never a call.
    if (part.state === 'input-streaming') return [];
    const closed: MessagePart = { ...part, state: 'output-error', errorText: CANCELLED };
    delete closed.output;
    delete closed.preliminary;
    return [closed];
  });
}

function isDangling(part: MessagePart): boolean {
  if (!isToolPart(part)) return false;
  const { state } = part;
  if (state === 'output-available') return part.preliminary === true;
  return state !== 'output-error' && state !== 'output-denied';
}
