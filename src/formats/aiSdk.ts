import type { StopRecord, StreamEvent, Usage } from '../core/index.js';
import type { Format, ToldStop } from './Format.js';
import { providerError } from './providerError.js';
import { type FrameReader, readFrames } from './readFrames.js';
import { splitServerSentEvents } from './splitServerSentEvents.js';
import { addDelta } from './addDelta.js';
import { trackToolCalls } from './trackToolCalls.js';

/** The fields of every part; which of them are there depends on the type. */
interface WirePart {
  type: string;
  messageId?: string;
  delta?: unknown;
  toolCallId: string;
  toolName: string;
  input?: unknown;
  output?: unknown;
  preliminary?: boolean;
  providerExecuted?: boolean;
  dynamic?: boolean;
  errorText?: string;
  finishReason?: string;
  messageMetadata?: unknown;
}

/** The AI SDK's UI message stream, as `toUIMessageStreamResponse()` sends it. */
export function aiSdk(): Format {
  return {
    name: 'ai-sdk',
    mediaType: 'text/event-stream',
    decode: (body) => readFrames(body, splitServerSentEvents, readMessageStream()),
    stopped: (stop) =>
      [...stopParts(stop).map((part) => JSON.stringify(part)), '[DONE]']
        .map((frame) => `data: ${frame}\n\n`)
        .join(''),
    failed: (message) => `data: ${JSON.stringify({ type: 'error', errorText: message })}\n\n`,
  };
}

/** How a message stream says that it was stopped, and by whom; the mark stays in the message. */
export function stopParts({ runId, reason, by, limit }: ToldStop): readonly WireStop[] {
  const stop: MarkedStop = {
    runId,
    reason: reason ?? 'server',
    by: by ?? 'remote',
    ...(limit === undefined ? {} : { limit }),
    at: Date.now(),
    confirmation: 'confirmed',
  };
  return [
    { type: 'message-metadata', messageMetadata: { stopkit: { runId, stop } } },
    { type: 'abort' },
  ];
}

/** The parts that a stop adds to a message stream. */
export type WireStop =
  | { type: 'message-metadata'; messageMetadata: { stopkit: { runId: string; stop: MarkedStop } } }
  | { type: 'abort' };

/** A stop as it is kept in a message. */
export type MarkedStop = Pick<
  StopRecord,
  'runId' | 'reason' | 'by' | 'limit' | 'at' | 'confirmation'
>;

/** What stopkit's server says in the metadata of a message. */
interface WireMetadata {
  runId?: string;
  usage?: Usage;
  stop?: Partial<MarkedStop>;
}

/** Reads the parts of one message; `finish` is the end only once the body ends after it. */
export function readMessageStream(): FrameReader {
  const tools = trackToolCalls();
  /** Calls that the provider itself runs, and whose results have not come. */
  const running = new Set<string>();
  let done: StreamEvent | null = null;
  let stop: WireMetadata['stop'];

  /** What the metadata say about the run itself. */
  const readMetadata = ({ messageMetadata }: WirePart): StreamEvent[] => {
    const { stopkit } = (messageMetadata ?? {}) as { stopkit?: WireMetadata };
    stop = stopkit?.stop ?? stop;
    return stopkit?.usage === undefined ? [] : [{ type: 'usage', usage: stopkit.usage }];
  };

  /** The whole input of a call. Its pieces may be free text, or be repaired before this: they are not kept. */
  const readInput = ({ toolCallId: id, toolName, input }: WirePart): StreamEvent[] => [
    ...(tools.idOf(id) === undefined ? tools.start(id, id, toolName) : []),
    ...tools.add(id, JSON.stringify(input ?? {})),
    ...tools.finish(id),
  ];
  const succeed = ({ toolCallId: id, output: result }: WirePart): StreamEvent => {
    running.delete(id);
    return { type: 'tool-result', id, result };
  };
  const fail = ({ toolCallId: id, errorText = 'The call was denied.' }: WirePart): StreamEvent => {
    running.delete(id);
    return { type: 'tool-result', id, result: errorText, failed: true };
  };
  /** Of a tool of their own not every provider tells the result. */
  const end = (last: StreamEvent): StreamEvent[] => [
    ...[...running].map((id): StreamEvent => ({ type: 'tool-result', id, result: null })),
    last,
  ];

  return {
    read(frame) {
      // Fields a known type always has are believed; a part that lacks one is a bad frame.
      const part = frame as WirePart;
      switch (part.type) {
        case 'start':
          return part.messageId === undefined
            ? readMetadata(part)
            : [{ type: 'start', messageId: part.messageId }, ...readMetadata(part)];
        case 'message-metadata':
          return readMetadata(part);
        case 'text-delta':
          return addDelta([], 'text', part.delta);
        case 'reasoning-delta':
          return addDelta([], 'reasoning', part.delta);
        case 'reasoning-end':
          return [{ type: 'reasoning-end' }];
        case 'tool-input-start':
          return tools.start(part.toolCallId, part.toolCallId, part.toolName);
        case 'tool-input-delta':
          // A sign of life, and no more.
          return [{ type: 'tool-arguments', id: part.toolCallId, delta: '' }];
        case 'tool-input-available':
          // A tool that is not known beforehand may wait for the person.
          if (part.providerExecuted !== true || part.dynamic === true) return readInput(part);
          running.add(part.toolCallId);
          return [...readInput(part), { type: 'tool-running', id: part.toolCallId }];
        case 'tool-input-error':
          return [...readInput(part), fail(part)];
        case 'tool-output-available':
          return part.preliminary === true
            ? [{ type: 'tool-running', id: part.toolCallId }]
            : [succeed(part)];
        case 'tool-output-error':
        case 'tool-output-denied':
          return [fail(part)];
        case 'finish':
          // Streams that were merged finish more than once: only `[DONE]` or the end of the body is the end.
          done = { type: 'done', reason: part.finishReason ?? 'stop' };
          return readMetadata(part);
        case 'abort': {
          const { reason, by, limit } = stop ?? {};
          return [
            {
              type: 'done',
              outcome: 'stopped',
              ...(reason === undefined ? {} : { reason }),
              ...(by === undefined ? {} : { by }),
              ...(limit === undefined ? {} : { limit }),
            },
          ];
        }
        case 'error':
          return [{ type: 'error', error: providerError(part.errorText) }];
      }
      return [];
    },
    end: (marked) => (done !== null ? end(done) : marked ? end({ type: 'done' }) : null),
  };
}
