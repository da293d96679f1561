import type { ReactNode } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { AssistantMessage, type AssistantMessageProps } from 'stopkit';

// Wide code and tables scroll in themselves, so they can be reached with the keyboard and have a name.
const scroll = (name: string, children: ReactNode) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div data-part="scroll" role="region" aria-label={name} tabIndex={0}>
    {children}
  </div>
);

const components: Components = {
  pre: ({ children }) => scroll('Code', <pre>{children}</pre>),
  table: ({ children }) => scroll('Table', <table>{children}</table>),
};

const renderText = (markdown: string) => (
  <Markdown remarkPlugins={[remarkGfm]} components={components}>
    {markdown}
  </Markdown>
);

export function ReactMarkdownAnswer(props: AssistantMessageProps) {
  return <AssistantMessage {...props} renderText={renderText} />;
}
