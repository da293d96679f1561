/**
 * Why nothing can be asked of a conversation of this id; `null` when it can. A URL takes one dot, and two, for parts
 * of its own, and many a proxy leaves out what is empty: a stop of it would be sent to where everything is stopped.
 */
export function refusalOf(id: string): string | null {
  if (!['', '.', '..'].includes(id)) return null;
  return `stopkit: the conversation "${id}" cannot be asked for, because a URL takes its id for a part of its own. Give it another id.`;
}
