import type { Source } from '../../core/index.js';
import { bindTools } from './bindTools.js';
import { createMessageReader } from './createMessageReader.js';
import type { LangMessage, LangMessages } from './LangMessage.js';
import { readRun } from './readRun.js';
import { settleMessages } from './settleMessages.js';

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
  return ({ input, signal }) =>
    readRun(async (say) => {
      const reader = createMessageReader();
      const before = new Set<unknown>(own.messages);
      let isWhole = false;
      const unbind = bindTools(own.messages, signal, (event) => {
        isWhole = true;
        say([...reader.finish(), event]);
      });
      /** Whether the message is of this run, and not of one before it that was left behind. */
      const isOurs = (message: LangMessage): boolean =>
        !before.has(message) && own.messages?.includes(message) !== false;
      const hear = (event: AgentEvent): void => {
        if (signal.aborted) return;
        if (event.type === 'streaming') {
          const { msg } = event.data as { msg: LangMessage };
          if (!isOurs(msg)) return;
          isWhole = msg.role === 'tool-results';
          say(reader.read(msg));
        }
        if (event.type === 'aborted' && Array.isArray(event.partial)) {
          const last = (event.partial as LangMessages).at(-1);
          if (last?.role === 'assistant' && isOurs(last)) say(reader.read(last));
        }
      };
      const unsubscribe = own.subscribe(hear);
      const leave = (): void => {
        unsubscribe();
        unbind();
      };
      const onAbort = (): void => {
        leave();
        if (own.messages !== undefined) own.messages = settleMessages(own.messages, isWhole);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        await own.run(toMessages(input), { signal });
        say(reader.finish());
      } finally {
        signal.removeEventListener('abort', onAbort);
        leave();
      }
    }, signal);
}

/** A person's text as the library takes it. */
export const toMessages = (input: string | readonly LangMessage[]): LangMessage[] =>
  typeof input === 'string'
    ? [{ role: 'user', items: [{ type: 'text', text: input }] }]
    : [...input];
