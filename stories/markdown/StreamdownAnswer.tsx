import type { ComponentProps, ReactNode } from 'react';
import { AssistantMessage, type AssistantMessageProps } from 'stopkit';
import { Streamdown } from 'streamdown';

// Wide code and tables scroll in themselves, so they can be reached with the keyboard and have a name.
const scroll = (name: string, children: ReactNode) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div data-part="scroll" role="region" aria-label={name} tabIndex={0}>
    {children}
  </div>
);

// With Tailwind, leave these out: Streamdown then draws its own.
const components = {
  pre: ({ children }: ComponentProps<'pre'>) => scroll('Code', <pre>{children}</pre>),
  code: ({ children }: ComponentProps<'code'>) => <code>{children}</code>,
  table: ({ children }: ComponentProps<'table'>) => scroll('Table', <table>{children}</table>),
};

// stopkit cuts the blocks and closes what is open, so Streamdown only draws.
const renderText = (markdown: string) => (
  <Streamdown mode="static" parseIncompleteMarkdown={false} components={components}>
    {markdown}
  </Streamdown>
);

export function StreamdownAnswer(props: AssistantMessageProps) {
  return <AssistantMessage {...props} renderText={renderText} />;
}
