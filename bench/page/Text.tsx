import { memo, type ReactNode } from 'react';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Streamdown } from 'streamdown';

const PLUGINS = [remarkGfm];
const drawnWith = new URLSearchParams(location.search).get('markdown');

/** Draws a whole text as Markdown with what the page was asked to use. */
function drawMarkdown(text: string): ReactNode {
  if (drawnWith === 'streamdown') return <Streamdown>{text}</Streamdown>;
  return <Markdown remarkPlugins={PLUGINS}>{text}</Markdown>;
}

/** Draws a block that the kit has cut: it does by itself what Streamdown adds to a whole text. */
const drawBlock = (text: string): ReactNode =>
  drawnWith === 'streamdown' ? (
    <Streamdown mode="static" parseIncompleteMarkdown={false}>
      {text}
    </Streamdown>
  ) : (
    <Markdown remarkPlugins={PLUGINS}>{text}</Markdown>
  );

/** The kit's `renderText`, or null where the page shows plain text. */
export const renderText = drawnWith === null ? null : drawBlock;

/** One message as every page but the kit's draws it: memoized, so that a settled one costs nothing. */
export const Text = memo(function Text({ text }: { text: string }) {
  if (drawnWith !== null) return <article>{drawMarkdown(text)}</article>;
  return <article style={{ whiteSpace: 'pre-wrap' }}>{text}</article>;
});
