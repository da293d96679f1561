import { CANCELLED, toolsOf } from './bindTools.js';
import type { LangItem, LangMessage, LangMessages } from './LangMessage.js';

/** The same messages in a list of their own, which nothing that holds the old one can change. */
export const copyMessages = (messages: LangMessages): LangMessages =>
  toList(messages, toPlain(messages));

/**
 * The messages of a run that was cut off as the next one can take them: a call whose arguments may be cut is
 * left out, one that was whole has a result, and an answer that says nothing is no message. It is a copy, so
 * that what the old run still writes is lost.
 */
export function settleMessages(
  messages: LangMessages,
  isWhole: boolean,
  results: ReadonlyMap<LangItem, unknown>,
): LangMessages {
  const copies = toPlain(messages);
  const last = copies.at(-1);
  if (last?.role === 'assistant') {
    // The provider's name of an answer that it never finished is good for nothing.
    delete last.meta;
    const calls = messages.at(-1)?.items.filter(isCall) ?? [];
    if (!isWhole) last.items = last.items.filter((item) => !isCall(item));
    else if (calls.length > 0) {
      const items = calls.map((call) =>
        toResult(call, results.has(call) ? results.get(call) : CANCELLED),
      );
      copies.push({ role: 'tool-results', items });
    }
    // Providers refuse the whole next turn for an empty message, and a thought is none.
    if (!last.items.some(isSaid)) copies.pop();
  }
  return toList(messages, copies);
}

const isCall = ({ type }: LangItem): boolean => type === 'tool';

const isSaid = ({ type, text = '' }: LangItem): boolean =>
  type === 'text' ? text.trim() !== '' : type !== 'reasoning';

// Not `map`, which would make another of the library's lists.
const toPlain = (messages: LangMessages): LangMessage[] =>
  Array.from(messages, ({ role, items, meta }) => ({
    role,
    items: items.map((item) => ({ ...item })),
    ...(meta === undefined ? {} : { meta }),
  }));

function toList(like: LangMessages, messages: LangMessage[]): LangMessages {
  // The library's own class, which is not imported here so that it stays an optional peer.
  const Messages = like.constructor as new (
    initial: LangMessage[],
    options: { tools?: LangMessages['availableTools'] },
  ) => LangMessages;
  const { instructions } = like;
  const tools = toolsOf(like);
  const list = new Messages(messages, tools === undefined ? {} : { tools });
  if (instructions !== undefined) list.instructions = instructions;
  return list;
}

const toResult = ({ name = '', callId = '' }: LangItem, result: unknown): LangItem => ({
  type: 'tool-result',
  name,
  callId,
  result,
});
