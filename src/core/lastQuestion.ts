import type { Message } from './Message.js';

/** The question of the answer that is last, as it is stored; `names` are the answer's, `null` where nothing was seen of it. */
export function lastQuestion(
  stored: readonly Message[],
  names: readonly (string | null)[] | null,
): string | null {
  const at = stored.findLastIndex(({ role }) => role === 'user');
  // While the last answer is not stored, the last stored question is another one's.
  const isIts = names === null || stored.slice(at + 1).some(({ id }) => names.includes(id));
  return isIts ? (stored[at]?.snapshot.text ?? null) : null;
}
