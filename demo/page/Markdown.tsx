import { type ComponentProps, isValidElement, type ReactNode, useState } from 'react';
import { Streamdown } from 'streamdown';
import { copyIcon, tickIcon } from './icons.js';

const COPIED_MS = 2_000;

/** Draws one block of Markdown; the kit has cut it and closed what was open. */
export const renderMarkdown = (markdown: string): ReactNode => (
  <Streamdown mode="static" parseIncompleteMarkdown={false} components={components}>
    {markdown}
  </Streamdown>
);

const components = {
  pre: ({ children }: ComponentProps<'pre'>) => <CodeBlock>{children}</CodeBlock>,
  code: ({ children, className }: ComponentProps<'code'>) => (
    <code className={className}>{children}</code>
  ),
  strong: ({ children }: ComponentProps<'strong'>) => <strong>{children}</strong>,
  table: ({ children }: ComponentProps<'table'>) => (
    // What scrolls must be reachable with the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div data-part="scroll" role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

function CodeBlock({ children }: { children: ReactNode }) {
  const [copied, setCopied] = useState(false);
  const { className = '', children: code = '' } = isValidElement<ComponentProps<'code'>>(children)
    ? children.props
    : {};
  const language = /language-(\w+)/.exec(className)?.[1] ?? 'text';
  const text = typeof code === 'string' ? code : '';
  return (
    <figure className="code" dir="ltr">
      <figcaption>
        <span>{language}</span>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => {
              setCopied(true);
              setTimeout(() => setCopied(false), COPIED_MS);
            });
          }}
        >
          {copied ? tickIcon : copyIcon}
          {copied ? 'Copied' : 'Copy'}
        </button>
      </figcaption>
      {/* What scrolls must be reachable with the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="code-scroll" role="region" aria-label="Code" tabIndex={0}>
        <pre>
          <code>{highlight(text)}</code>
        </pre>
      </div>
    </figure>
  );
}

const PIECES =
  /(\/\/[^\n]*)|('[^'\n]*'?|"[^"\n]*"?)|\b(const|let|new|async|await|if|for|of|return|import|from)\b/g;

/** Enough colour for the demo's few lines: comments, words in quotes, keywords. */
function highlight(text: string): ReactNode[] {
  const drawn: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    drawn.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const kind = match[1] === undefined ? 'word' : 'comment';
    drawn.push(
      <span key={match.index} data-kind={kind}>
        {match[0]}
      </span>,
    );
  }
  return [...drawn, text.slice(end)];
}
