import type { StreamEvent, Usage } from '../core/index.js';
import type { Format } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { trackMessages } from './trackMessages.js';
import { trackToolCalls } from './trackToolCalls.js';

interface Author {
  role?: string | null;
  subagentRunId?: string | null;
}

interface WholeMessage extends Author {
  id: string;
  content?: unknown;
}

/** The fields of every event; which of them are there depends on the type. */
interface WireEvent extends Author {
  type: string;
  runId?: string;
  messageId?: string | null;
  messages?: WholeMessage[] | null;
  delta?: unknown;
  toolCallId: string;
  toolCallName: string;
  content?: unknown;
  outcome?: { type?: string } | null;
  usage?: { inputTokens?: number; outputTokens?: number }[] | null;
}

/** Of a run whose agent did not tell the conversation before it. */
const UNTOLD: WholeMessage[] = [];

/** AG-UI events over server-sent events. */
export function agUi(): Format {
  return {
    name: 'ag-ui',
    mediaType: 'text/event-stream',
    decode: (body) => readFrames(body, splitServerSentEvents, readRun()),
  };
}

function readRun(): FrameReader {
  const tools = trackToolCalls();
  const messages = trackMessages();
  /** Messages of somebody else than the assistant, which an agent may repeat into its own stream. */
  const foreign = new Set<string>();
  /** A chunk without ids belongs to the one before. */
  let chunkMessage: string | null = null;
  let chunkCall: string | null = null;
  /** What was streamed, by message. */
  const streamed = new Map<string, string>();
  /** The end of the conversation, as the agent told it last, and as it did before anything else of this run. */
  let told: WholeMessage[] | undefined;
  let before: WholeMessage[] | undefined;

  const startMessage = (event: WireEvent): StreamEvent[] => {
    const { messageId } = event;
    if (typeof messageId !== 'string') return [];
    if (isForeign(event)) {
      foreign.add(messageId);
      return [];
    }
    return [{ type: 'start', messageId }];
  };

  const readText = (event: WireEvent, messageId: string): StreamEvent[] => {
    if (foreign.has(messageId) || isForeign(event)) return [];
    const said = messages.add(messageId, event.delta);
    for (const one of said) {
      if (one.type === 'text') {
        streamed.set(messageId, `${streamed.get(messageId) ?? ''}${one.delta}`);
      }
    }
    return said;
  };
  /** What the agent did not stream, and only sent as a whole. */
  const readWhole = (): StreamEvent[] => {
    if (told === undefined) return [];
    const own = [...streamed.values()].map(bare);
    const isThere = ({ id, content }: WholeMessage): boolean =>
      streamed.has(id) || own.includes(bare(content));
    // Where nobody told what was said before the run, only what follows the run's own words is surely new.
    const isSure = own.length === 0 || before !== UNTOLD;
    const first = isSure ? 0 : told.findIndex(isThere);
    const ids = new Set(told.map(({ id }) => id));
    /** Whether it was there before the run, also under a name that has gone since. */
    const isOld = ({ id, content }: WholeMessage): boolean =>
      before?.some((one) => one.content === content && (one.id === id || !ids.has(one.id))) ===
      true;
    const fresh = first === -1 ? [] : told.slice(first).filter((one) => !isOld(one));
    // Some agents join what they have streamed, or split it.
    if (fresh.map(({ content }) => bare(content)).join('') === own.join('')) return [];
    return fresh.flatMap((one) => {
      const said = isThere(one) ? [] : messages.add(one.id, one.content);
      return said.length === 0 ? [] : [{ type: 'start', messageId: one.id }, ...said];
    });
  };
  const startCall = (id: string, name: string): StreamEvent[] => {
    messages.leave();
    return tools.start(id, id, name);
  };

  return {
    read(frame) {
      // Fields a known type always has are believed; an event that lacks one is a bad frame.
      const event = frame as WireEvent;
      if (!/^(RUN|STATE|MESSAGES)_|^(CUSTOM|RAW)$/.test(event.type)) before ??= told ?? UNTOLD;
      switch (event.type) {
        case 'RUN_STARTED':
          return event.runId === undefined ? [] : [{ type: 'start', runId: event.runId }];
        case 'TEXT_MESSAGE_START':
          return startMessage(event);
        case 'TEXT_MESSAGE_CONTENT':
          return readText(event, event.messageId ?? '');
        case 'TEXT_MESSAGE_CHUNK': {
          const id = event.messageId ?? chunkMessage;
          const begun = id === chunkMessage ? [] : startMessage(event);
          chunkMessage = id;
          return [...begun, ...readText(event, id ?? '')];
        }
        case 'REASONING_MESSAGE_CONTENT':
        case 'REASONING_MESSAGE_CHUNK':
        case 'THINKING_TEXT_MESSAGE_CONTENT':
          return event.subagentRunId == null ? messages.think(event.delta) : [];
        case 'REASONING_MESSAGE_END':
        case 'REASONING_END':
        case 'THINKING_TEXT_MESSAGE_END':
        case 'THINKING_END':
          return event.subagentRunId == null ? [{ type: 'reasoning-end' }] : [];
        // A subagent's calls are shown too: a stop has to say of each what it may have done.
        case 'TOOL_CALL_START':
          return startCall(event.toolCallId, event.toolCallName);
        case 'TOOL_CALL_ARGS':
          return tools.add(event.toolCallId, event.delta);
        case 'TOOL_CALL_END':
          return tools.finish(event.toolCallId);
        case 'TOOL_CALL_CHUNK': {
          // Here alone the id may be missing.
          const id = (event as Partial<WireEvent>).toolCallId ?? chunkCall ?? '';
          const begun =
            id === chunkCall
              ? []
              : [...tools.finish(chunkCall ?? ''), ...startCall(id, event.toolCallName)];
          chunkCall = id;
          return [...begun, ...tools.add(id, event.delta)];
        }
        case 'TOOL_CALL_RESULT':
          return [
            ...tools.finish(event.toolCallId),
            { type: 'tool-result', id: event.toolCallId, result: event.content },
          ];
        case 'MESSAGES_SNAPSHOT':
          before ??= told;
          told = lastWordsOf(event.messages ?? []);
          return [];
        case 'RUN_FINISHED':
          if (event.outcome?.type === 'cancelled') {
            return [...usageOf(event), { type: 'done', outcome: 'stopped' }];
          }
          return [
            ...tools.finishAll(),
            ...readWhole(),
            ...usageOf(event),
            { type: 'done', reason: event.outcome?.type === 'interrupt' ? 'interrupt' : 'stop' },
          ];
        case 'RUN_ERROR':
          return [...usageOf(event), { type: 'error', error: providerError(event) }];
      }
      return [];
    },
  };
}

/** Whether somebody else than the assistant says it; what a subagent writes is for the assistant. */
const isForeign = ({ role, subagentRunId }: Author): boolean =>
  subagentRunId != null || (typeof role === 'string' && role !== 'assistant');

/** What the assistant said since the person's last message. */
const lastWordsOf = (messages: WholeMessage[]): WholeMessage[] =>
  messages
    .slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
    .filter((one) => one.role === 'assistant' && !isForeign(one));

/** An agent may have asked several models. */
function usageOf({ usage }: WireEvent): StreamEvent[] {
  if (!Array.isArray(usage) || usage.length === 0) return [];
  const total: Usage = {};
  for (const { inputTokens, outputTokens } of usage) {
    if (inputTokens !== undefined) total.inputTokens = (total.inputTokens ?? 0) + inputTokens;
    if (outputTokens !== undefined) total.outputTokens = (total.outputTokens ?? 0) + outputTokens;
  }
  return [{ type: 'usage', usage: total }];
}

/** The words alone: white space differs where messages are joined or split. */
const bare = (content: unknown): string =>
  typeof content === 'string' ? content.replace(/\s+/g, '') : '';
