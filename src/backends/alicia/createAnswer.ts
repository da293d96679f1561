import type { StreamEvent } from '../../core/index.js';
import { inSequence } from './inSequence.js';
import type { MessageBody } from './messages.js';

/** One answer as it arrives. */
export interface Answer {
  readonly id: string;
  /** What the turn is called here: by the message it answers if that was sent from here. */
  readonly turnId: string;
  /** The message that it answers; empty until it is known. */
  question: string;
  /** When something of it came last. */
  heardAt: number;
  /** How it ended; a truncated one was stopped. */
  end: 'whole' | 'truncated' | null;
  text(): string;
  sentence(said: MessageBody<'AssistantSentence'>, isTruncated: boolean): StreamEvent[];
  reasoning(step: MessageBody<'ReasoningStep'>): StreamEvent[];
  /** All of it at once, whatever came before. */
  whole(content: string): StreamEvent[];
  /** Nothing more will come: what waits for lost sentences is given back. */
  giveUp(): StreamEvent[];
  hasGap(): boolean;
  /** It is told from its start, also where a thought came before. */
  begin(): void;
}

type Sentence = MessageBody<'AssistantSentence'>;

/** Puts the sentences of an answer in order; `first` is the number of the first, or `null` for the first that comes. */
export function createAnswer(id: string, turnId: string, first: number | null): Answer {
  const sentences = inSequence<Sentence>(first);
  const steps = inSequence<MessageBody<'ReasoningStep'>>(first);
  let text = '';

  function say(delta: string): StreamEvent[] {
    const spaced = needsSpace(text, delta) ? ` ${delta}` : delta;
    text += spaced;
    return spaced === '' ? [] : [{ type: 'text', delta: spaced }];
  }

  const answer: Answer = {
    id,
    turnId,
    question: '',
    heardAt: performance.now(),
    end: null,
    text: () => text,
    sentence(said, isTruncated) {
      if (answer.end !== null) return [];
      answer.heardAt = performance.now();
      const ready = sentences.add(said.sequence, said);
      if (isTruncated || ready.some(({ isFinal }) => isFinal === true)) {
        answer.end = isTruncated ? 'truncated' : 'whole';
      }
      return ready.flatMap((each) => say(each.text));
    },
    reasoning(step) {
      answer.heardAt = performance.now();
      return steps
        .add(step.sequence, step)
        .map(({ content }) => ({ type: 'reasoning', delta: content }));
    },
    whole(content) {
      if (answer.end !== null) return [];
      answer.end = 'whole';
      const isRest = content.startsWith(text);
      const delta = isRest ? content.slice(text.length) : content;
      const again: StreamEvent[] = isRest ? [] : [{ type: 'replay' }];
      text = content;
      return delta === '' ? again : [...again, { type: 'text', delta }];
    },
    giveUp() {
      answer.end = 'truncated';
      return sentences.rest().flatMap((each) => say(each.text));
    },
    hasGap: sentences.hasGap,
    begin() {
      sentences.begin(1);
      steps.begin(1);
    },
  };
  return answer;
}

// Scripts that are written without spaces between sentences.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** Sentences come without the space between them; some servers send it all the same. */
export function needsSpace(before: string, after: string): boolean {
  if (before === '' || after === '') return false;
  const seam = before.slice(-1) + after.slice(0, 1);
  return !/\s/.test(seam) && !UNSPACED.test(seam);
}
