'use client';
import {
  memo,
  type ReactElement,
  type ReactNode,
  useEffect,
  useReducer,
  useRef,
  useState,
} from 'react';
import type { Snapshot, TextPart } from '../core/index.js';
import { publishByFrame } from '../react/publishByFrame.js';
import { useBrowserLayoutEffect } from '../react/useBrowserLayoutEffect.js';
import { createTextReader } from './createTextReader.js';
import { MarkdownBlock, type RenderText } from './MarkdownBlock.js';
import { type Grow, PlainBlock } from './PlainBlock.js';
import { sameText } from './sameProps.js';
import { splitMarkdown } from './splitMarkdown.js';
import { splitPlain } from './splitPlain.js';
import type { Store } from './useSnapshot.js';

// Parsing is the cost of Markdown: the block that grows is parsed this often, a settled one once.
const PARSE_EVERY_MS = 50;
// React and the browser's layout look at every child of a list that changed: a long text is a list of lists.
const GROUP = 32;

interface TextBlocksProps {
  part: TextPart;
  /** The text is being written: the caret stands after its last character. */
  live: boolean;
  /** The text ends where its author ended it, so nothing in it is left open. */
  whole: boolean;
  /** With and without one a text is cut into other blocks: the `key` says which. */
  renderText: RenderText | undefined;
  /** Says how the text goes on, so that whoever drew it needs not. */
  answer?: Store<Snapshot> | null;
  /** Which part of the answer it is. */
  index?: number;
}

/** One text of an answer, block by block; a settled block is never rendered again. */
export const TextBlocks = memo(function TextBlocks({
  part,
  live,
  whole,
  renderText,
  answer = null,
  index = 0,
}: TextBlocksProps) {
  const [reader] = useState(() =>
    renderText === undefined
      ? createTextReader(splitPlain, 0)
      : createTextReader(splitMarkdown, PARSE_EVERY_MS),
  );
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const grow: Grow = useRef(null);
  const { settled, count, tail, version } = reader.read(part, live);

  useBrowserLayoutEffect(() => {
    if (!live || answer === null) return;
    const follow = (): void => {
      const now = answer.getSnapshot().parts[index];
      if (now?.type !== 'text') return;
      const next = reader.read(now, true);
      const isSame = next.count === count && next.version === version;
      if (isSame && grow.current !== null) grow.current(next.tail);
      else redraw();
    };
    follow();
    return answer.subscribe(follow);
  }, [live, answer, index, reader, count, version]);

  useEffect(() => {
    if (reader.dueInMs() === null) return;
    let cancel = publishByFrame(function look() {
      if ((reader.dueInMs() ?? 0) <= 0) redraw();
      else cancel = publishByFrame(look);
    });
    return () => cancel();
  });

  const groups: ReactNode[] = [];
  for (let from = 0; from <= count; from += GROUP) {
    const isLast = count < from + GROUP;
    groups.push(
      <Group
        key={`${version} ${from}`}
        settled={settled}
        from={from}
        to={Math.min(from + GROUP, count)}
        tail={isLast ? tail : null}
        live={isLast && live}
        whole={whole || !isLast}
        renderText={renderText}
        grow={grow}
      />,
    );
  }
  return <div data-part="text">{groups}</div>;
}, sameText);

/** The text of an answer that is one of its parts. */
export function drawText(
  part: TextPart,
  index: number,
  { parts, status }: Snapshot,
  answer: Store<Snapshot> | Snapshot,
  renderText: RenderText | undefined,
): ReactElement {
  const isLast = index === parts.length - 1;
  return (
    <TextBlocks
      key={`${index} ${renderText === undefined}`}
      part={part}
      live={isLast && status === 'streaming'}
      whole={!isLast || status === 'complete'}
      renderText={renderText}
      answer={'subscribe' in answer ? answer : null}
      index={index}
    />
  );
}

interface GroupProps extends Omit<TextBlocksProps, 'part' | 'answer' | 'index'> {
  settled: readonly string[];
  from: number;
  to: number;
  tail: string | null;
  grow: Grow;
}

const Group = memo(function Group({
  settled,
  from,
  to,
  tail,
  live,
  whole,
  renderText,
  grow,
}: GroupProps) {
  const block = (text: string, index: number, isTail: boolean): ReactNode =>
    renderText === undefined ? (
      <PlainBlock key={index} text={text} live={live && isTail} grow={grow} />
    ) : (
      <MarkdownBlock
        key={index}
        text={text}
        live={live && isTail}
        whole={whole || !isTail}
        renderText={renderText}
      />
    );
  const blocks = settled.slice(from, to).map((text, index) => block(text, index, false));
  if (tail !== null) blocks.push(block(tail, to - from, true));
  return blocks;
}, sameText);
