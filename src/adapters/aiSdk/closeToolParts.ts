import { CANCELLED_RESULT } from '../../core/applyEvents.js';
import { isToolPart, type MessagePart } from './ChatLike.js';

// What a model is told is all that a stored call keeps: a page that is loaded again reads from it whether the tool ran.
const UNHEARD = CANCELLED_RESULT.message;
const STARTED = 'Cancelled while it ran: it may have had effects.';

/** What a model is told about a tool call that a stop cut off. */
export const cancelledText = (started: boolean): string => (started ? STARTED : UNHEARD);

/** Whether a stop cut off a call that ended with this text. */
export const isCancelled = (text: string | undefined): boolean =>
  text === UNHEARD || text === STARTED;

/** Whether somebody said that the tool of a call has begun to run. */
export const hasStarted = (part: MessagePart): boolean => {
  const { type, state, errorText, providerExecuted } = part;
  if (isCancelled(errorText)) return errorText === STARTED;
  if (state === 'input-available') return providerExecuted === true && type !== 'dynamic-tool';
  return state?.startsWith('output-') === true;
};

/** The parts with every tool call closed; the same list when none was open. */
export function closeToolParts(parts: readonly MessagePart[]): readonly MessagePart[] {
  if (!parts.some(isDangling)) return parts;
  return parts.flatMap((part) => {
    if (!isDangling(part)) return [part];
    // Arguments that were cut were never a call.
    if (part.state === 'input-streaming') return [];
    if (part.approval?.approved === false) return [{ ...part, state: 'output-denied' }];
    const errorText = cancelledText(hasStarted(part));
    const closed: MessagePart = { ...part, state: 'output-error', errorText };
    delete closed.output;
    delete closed.preliminary;
    // The SDK takes no error of a call that nobody allowed.
    if (part.approval?.approved !== true) delete closed.approval;
    return [closed];
  });
}

function isDangling(part: MessagePart): boolean {
  if (!isToolPart(part)) return false;
  const { state } = part;
  if (state === 'output-available') return part.preliminary === true;
  return state !== 'output-error' && state !== 'output-denied';
}
