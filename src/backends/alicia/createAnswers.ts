import type { StreamEvent } from '../../core/index.js';
import { type Answer, createAnswer } from './createAnswer.js';
import type { Envelope, ServerMessageName } from './messages.js';

/** The answers of a conversation as they arrive. */
export interface Answers {
  /** A message was sent from here: its answer is called by its id. */
  expect(messageId: string): void;
  /** Takes a message in; `null` when it is about no answer. */
  hear(envelope: Envelope<ServerMessageName>): { answer: Answer; events: StreamEvent[] } | null;
  /** The answer of this name, or to the message of this name. */
  find(name: string): Answer | undefined;
  /** The message that was sent last, if it has no answer yet. */
  unanswered(): string | null;
  /** The turn that an error is about; without a name it is about what is waited for. */
  failing(originatingId: string | undefined): string | undefined;
}

// Older answers say nothing any more.
const MOST = 32;

/** Keeps the answers of one conversation apart. */
export function createAnswers(): Answers {
  const answers = new Map<string, Answer>();
  const tools = new Map<string, string>();
  const mine = new Set<string>();
  /** Which answer a message has, whoever sent it. */
  const asked = new Map<string, string>();
  let sent: string | null = null;

  /** `previousId` is told where an answer begins; whoever comes in the middle begins with what is said then. */
  function open(id: string, previousId?: string, isBegin = false): Answer {
    const isMine = previousId !== undefined && mine.has(previousId);
    const known = answers.get(id);
    const answer = known ?? createAnswer(id, isMine ? previousId : id, isBegin ? 1 : null);
    if (previousId !== undefined) {
      asked.set(previousId, id);
      forgetOldest(asked);
      answer.question = previousId;
    }
    if (isBegin) answer.begin();
    // Also when a thought came before it.
    if (previousId === sent) sent = null;
    if (known !== undefined) return known;
    answers.set(id, answer);
    forgetOldest(answers);
    return answer;
  }

  const find = (name: string): Answer | undefined =>
    answers.get(name) ??
    [...answers.values()].find((one) => one.turnId === name || one.question === name);

  return {
    expect(messageId) {
      mine.add(messageId);
      sent = messageId;
      forgetOldest(mine);
    },
    hear({ name, body, meta }) {
      switch (name) {
        case 'StartAnswer':
          return {
            answer: open(body.id, body.previousId, true),
            events: [{ type: 'start', messageId: body.id }],
          };
        case 'AssistantSentence': {
          const answer = open(body.previousId);
          return { answer, events: answer.sentence(body, meta?.truncated === true) };
        }
        case 'AssistantMessage': {
          const answer = open(body.id, body.previousId, true);
          return { answer, events: answer.whole(body.content) };
        }
        case 'ReasoningStep': {
          const answer = open(body.messageId);
          return { answer, events: answer.reasoning(body) };
        }
        case 'ToolUseRequest': {
          const answer = open(body.messageId);
          if (tools.has(body.id)) return { answer, events: [] };
          tools.set(body.id, answer.id);
          forgetOldest(tools);
          const { id, toolName, parameters, execution } = body;
          const args = JSON.stringify(parameters);
          const call: StreamEvent[] = [
            { type: 'tool-call', id, name: toolName, arguments: args },
            { type: 'tool-ready', id },
          ];
          return {
            answer,
            events: execution === 'server' ? [...call, { type: 'tool-running', id }] : call,
          };
        }
        case 'ToolUseResult': {
          const answer = answers.get(tools.get(body.requestId) ?? '');
          if (answer === undefined) return null;
          const { requestId: id, success, result, errorMessage } = body;
          return {
            answer,
            events: success
              ? [{ type: 'tool-result', id, result }]
              : [{ type: 'tool-result', id, result: result ?? errorMessage, failed: true }],
          };
        }
        case 'ErrorMessage':
        case 'AudioChunk':
        case 'Acknowledgement':
        case 'Transcription':
        case 'MemoryTrace':
        case 'Commentary':
          return null;
      }
    },
    find,
    unanswered: () => sent,
    failing(name = '') {
      if (name === '') {
        return sent ?? [...answers.values()].findLast((one) => one.end === null)?.turnId;
      }
      // Others ask in this conversation too: what names nothing that is here is about theirs.
      return find(asked.get(name) ?? name)?.turnId ?? (name === sent ? name : undefined);
    },
  };
}

function forgetOldest(names: Map<string, unknown> | Set<string>): void {
  if (names.size <= MOST) return;
  for (const oldest of names.keys()) {
    names.delete(oldest);
    return;
  }
}
