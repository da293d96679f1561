'use client';
import { memo, type ReactNode, useEffect, useReducer, useState } from 'react';
import type { TextPart } from '../core/index.js';
import { publishByFrame } from '../react/publishByFrame.js';
import { createTextReader } from './createTextReader.js';
import { MarkdownBlock, type RenderText } from './MarkdownBlock.js';
import { PlainBlock } from './PlainBlock.js';
import { splitMarkdown } from './splitMarkdown.js';
import { splitPlain } from './splitPlain.js';

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
  renderText: RenderText | undefined;
}

/** One text of an answer, block by block; a settled block is never rendered again. */
export const TextBlocks = memo(function TextBlocks({
  part,
  live,
  whole,
  renderText,
}: TextBlocksProps) {
  const [reader] = useState(() =>
    renderText === undefined
      ? createTextReader(splitPlain, 0)
      : createTextReader(splitMarkdown, PARSE_EVERY_MS),
  );
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const { settled, count, tail, version } = reader.read(part, live);

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
      />,
    );
  }
  return <div data-part="text">{groups}</div>;
}, areSame);

interface GroupProps extends Omit<TextBlocksProps, 'part'> {
  settled: readonly string[];
  from: number;
  to: number;
  tail: string | null;
}

const Group = memo(function Group({
  settled,
  from,
  to,
  tail,
  live,
  whole,
  renderText,
}: GroupProps) {
  const block = (text: string, index: number, isTail: boolean): ReactNode =>
    renderText === undefined ? (
      <PlainBlock key={index} text={text} live={live && isTail} />
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
}, areSame);

/** Whether a view has nothing new to show: `renderText`, written in place, is another function at every render. */
function areSame<Props extends object>(before: Props, after: Props): boolean {
  return (Object.keys(before) as (keyof Props)[]).every(
    (key) => key === 'renderText' || before[key] === after[key],
  );
}
