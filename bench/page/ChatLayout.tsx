import { Text } from './Text.js';

/** What a chat has to show, whoever made it. */
export interface ChatLayoutProps {
  earlier: readonly { id: string; text: string }[];
  text: string;
  /** "running" exactly while something runs, else how it ended. */
  state: string;
  onStop: () => void;
}

/** The same page around every chat that is not the kit's. */
export function ChatLayout({ earlier, text, state, onStop }: ChatLayoutProps) {
  return (
    <main>
      <div data-bench="earlier">
        {earlier.map((message) => (
          <Text key={message.id} text={message.text} />
        ))}
      </div>
      <div data-bench="live">
        <Text text={text} />
      </div>
      <div data-bench="controls">
        <span data-bench="stop">
          {state === 'running' && (
            <button type="button" onClick={onStop}>
              Stop
            </button>
          )}
        </span>
        <output data-bench="state">{state}</output>
      </div>
    </main>
  );
}
