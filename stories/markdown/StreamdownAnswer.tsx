import { AssistantMessage, type AssistantMessageProps } from 'stopkit';
import { Streamdown } from 'streamdown';

// stopkit cuts the blocks and closes what is open, so Streamdown only draws.
const renderText = (markdown: string) => (
  <Streamdown mode="static" parseIncompleteMarkdown={false}>
    {markdown}
  </Streamdown>
);

export function StreamdownAnswer(props: AssistantMessageProps) {
  return <AssistantMessage {...props} renderText={renderText} />;
}
