import type { Source } from '../../core/index.js';
import { bindTools } from './bindTools.js';
import { createMessageReader, type MessageReader } from './createMessageReader.js';
import type { LangItem, LangMessage, LangMessages } from './LangMessage.js';
import { readRun } from './readRun.js';
import { copyMessages, settleMessages } from './settleMessages.js';

/** The part of an aiwrapper `Agent` that is used here; a `ChatAgent` is one. */
export interface AgentLike {
  run(input: LangMessage[], options: { signal: AbortSignal }): Promise<unknown>;
  subscribe(listener: (event: AgentEvent) => void): () => void;
  /** The conversation, where the agent keeps one. */
  messages?: LangMessages;
}

/** What an agent tells. */
export interface AgentEvent {
  type: string;
  data?: unknown;
  partial?: unknown;
}

/** The runs of an agent: each has a signal of its own, down to the requests of its tools. */
export function sourceFromAgent(agent: unknown): Source<string | readonly LangMessage[]> {
  // By shape: the library's own types name its classes, which differ from version to version.
  const own = agent as AgentLike;
  /** The lists of runs that were cut off, which the library may put back in place when such a run ends at last. */
  const stale = new WeakSet<LangMessages>();
  /** Who read a message first: one that is left behind grows on. */
  const readers = new WeakMap<LangMessage, MessageReader>();
  let current: LangMessages | undefined;

  function keep(messages: LangMessages): LangMessages {
    own.messages = current = messages;
    return messages;
  }

  /** A list that only the next run writes to. */
  function openList(): LangMessages | undefined {
    const { messages } = own;
    if (messages === undefined) return undefined;
    return keep(copyMessages(stale.has(messages) ? (current ?? messages) : messages));
  }

  return ({ input, signal }) =>
    readRun(async (say) => {
      const reader = createMessageReader();
      const list = openList();
      const before = new Set<unknown>(list);
      const results = new Map<LangItem, unknown>();
      let isWhole = false;
      const unbind = bindTools(list, signal, {
        onRunning({ callId = '' }) {
          isWhole = true;
          say([...reader.finish(), { type: 'tool-running', id: reader.nameOf(callId) }]);
        },
        onDone(call, result) {
          results.set(call, result);
          say(reader.answer(call.callId ?? '', result));
        },
      });
      /** Whether the message is of this run, and not of one before it that was left behind. */
      const isOurs = (message: LangMessage): boolean =>
        !before.has(message) &&
        list?.includes(message) !== false &&
        (readers.get(message) ?? reader) === reader;
      const read = (message: LangMessage): void => {
        readers.set(message, reader);
        say(reader.read(message));
      };
      const hear = (event: AgentEvent): void => {
        if (signal.aborted) return;
        if (event.type === 'streaming') {
          const { msg } = event.data as { msg: LangMessage };
          if (!isOurs(msg)) return;
          isWhole = msg.role === 'tool-results';
          read(msg);
        }
        if (event.type === 'aborted' && Array.isArray(event.partial)) {
          const last = (event.partial as LangMessages).at(-1);
          if (last?.role === 'assistant' && isOurs(last)) read(last);
        }
      };
      const unsubscribe = own.subscribe(hear);
      /** Leaves the conversation as the next run can take it. */
      const settle = (): void => {
        if (list === undefined) return;
        stale.add(list);
        if (own.messages !== list) return;
        // What was there before is not this run's to settle.
        const isOld = list.length === 0 || before.has(list.at(-1));
        keep(isOld ? copyMessages(list) : settleMessages(list, isWhole, results));
      };
      const onAbort = (): void => {
        unsubscribe();
        settle();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await own.run(toMessages(input), { signal });
        say(reader.finish());
      } catch (thrown) {
        if (!signal.aborted) settle();
        throw thrown;
      } finally {
        signal.removeEventListener('abort', onAbort);
        unsubscribe();
        unbind();
        if (list !== undefined && own.messages === list && stale.has(list))
          own.messages = current ?? list;
      }
    }, signal);
}

/** A person's text as the library takes it. */
export const toMessages = (input: string | readonly LangMessage[]): LangMessage[] =>
  typeof input === 'string'
    ? [{ role: 'user', items: [{ type: 'text', text: input }] }]
    : [...input];
