import { isToolPart, type MessagePart } from './ChatLike.js';

/**
 * The parts without the thoughts and the white space of a step that came to nothing else: no provider takes an
 * assistant's message that says nothing, and a thought that was cut counts for nothing.
 */
export function withoutEmptySteps(parts: readonly MessagePart[]): readonly MessagePart[] {
  const kept: MessagePart[] = [];
  let step: MessagePart[] = [];
  const endStep = (): void => {
    kept.push(...(step.some(saysSomething) ? step : step.filter(isNoWord)));
    step = [];
  };
  for (const part of parts) {
    if (part.type === 'step-start') endStep();
    step.push(part);
  }
  endStep();
  return kept.length === parts.length ? parts : kept;
}

const saysSomething = (part: MessagePart): boolean =>
  isToolPart(part) ||
  part.type === 'file' ||
  (part.type === 'text' && (part.text ?? '').trim() !== '');

const isNoWord = ({ type }: MessagePart): boolean => type !== 'text' && type !== 'reasoning';
