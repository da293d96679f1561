import {
  idleSnapshot,
  type Message,
  type Part,
  storedQuestion,
  storedSnapshot,
} from '../../core/index.js';

/** A stored piece of a conversation, as Dispatch sends it. */
export interface StoredChunk {
  seq: number;
  role: string;
  chunk: {
    type: string;
    text?: string;
    message?: string;
    toolCallId?: string;
    name?: string;
    input?: unknown;
    output?: unknown;
    isError?: boolean;
  };
}

/** Messages of chunks: what stands between two of a person's is one answer, called by its first chunk. */
export function readChunks(
  chunks: readonly StoredChunk[],
  nameOf: (questionSeq: number) => string | undefined,
): Message[] {
  const messages: Message[] = [];
  let answer: { id: string; storedId: string; parts: Part[] } | null = null;
  let questionSeq = 0;

  const finish = (): void => {
    const ended = answer;
    // Of a turn that failed only its error may be stored: what comes next is another answer.
    answer = null;
    if (ended === null || ended.parts.length === 0) return;
    const parts = ended.parts.map(closed);
    const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
    messages.push({
      id: ended.id,
      role: 'assistant',
      snapshot: { ...idleSnapshot, status: 'complete', messageId: ended.storedId, text, parts },
    });
  };

  for (const { seq, role, chunk } of chunks) {
    if (role === 'user' || role === 'system') {
      finish();
      const id = `seq-${seq}`;
      const text = chunk.text ?? '';
      if (role === 'user') {
        questionSeq = seq;
        messages.push(storedQuestion(id, text, nameOf(seq)));
      } else {
        messages.push({ id, role, snapshot: storedSnapshot(text) });
      }
      continue;
    }
    const storedId = `seq-${seq}`;
    answer ??= { id: nameOf(questionSeq) ?? storedId, storedId, parts: [] };
    addChunk(answer.parts, chunk);
  }
  finish();
  return messages;
}

function addChunk(parts: Part[], chunk: StoredChunk['chunk']): void {
  const { text = '', toolCallId: id = '', name = '', input = {}, output, isError = false } = chunk;
  const last = parts.at(-1);
  switch (chunk.type) {
    case 'text':
      if (last?.type === 'text') parts[parts.length - 1] = { type: 'text', text: last.text + text };
      else parts.push({ type: 'text', text });
      return;
    case 'thinking':
      parts.push({ type: 'reasoning', text, open: false });
      return;
    case 'tool-call': {
      const args = JSON.stringify(input);
      parts.push({ type: 'tool-call', id, name, arguments: args, state: 'ready', started: true });
      return;
    }
    case 'tool-result': {
      const at = parts.findIndex((part) => part.type === 'tool-call' && part.id === id);
      const call = parts[at];
      if (call?.type !== 'tool-call') return;
      parts[at] = { ...call, state: isError ? 'failed' : 'done', result: output };
    }
  }
}

/** A stored call without a result never ended: nothing runs in a history. */
const closed = (part: Part): Part =>
  part.type === 'tool-call' && part.state === 'ready' ? { ...part, state: 'cancelled' } : part;
