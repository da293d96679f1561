import { CANCELLED } from './bindTools.js';
import type { LangItem, LangMessages } from './LangMessage.js';

/**
 * The messages of a stopped run as the next one can take them: a call whose arguments may be cut is
 * left out, one that was whole has a result. It is a copy, so that what the old run still writes is lost.
 */
export function settleMessages(messages: LangMessages, isWhole: boolean): LangMessages {
  // The library's own class, which is not imported here so that it stays an optional peer.
  const Messages = messages.constructor as new (
    initial: { role: string; items: LangItem[] }[],
    options: { tools?: LangMessages['availableTools'] },
  ) => LangMessages;
  // Not `map`, which would make another of the library's lists.
  const copies = Array.from(messages, ({ role, items }) => ({
    role,
    items: items.map((item) => ({ ...item })),
  }));
  const last = copies.at(-1);
  if (last?.role === 'assistant') {
    const calls = last.items.filter(({ type }) => type === 'tool');
    if (!isWhole) last.items = last.items.filter(({ type }) => type !== 'tool');
    else if (calls.length > 0) copies.push({ role: 'tool-results', items: calls.map(cancelled) });
    if (last.items.length === 0) copies.pop();
  }
  const { availableTools } = messages;
  return new Messages(copies, availableTools === undefined ? {} : { tools: availableTools });
}

const cancelled = ({ name = '', callId = '' }: LangItem): LangItem => ({
  type: 'tool-result',
  name,
  callId,
  result: CANCELLED,
});
