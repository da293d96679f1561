import { useDemo } from './useDemo.js';

const PROMPTS = [
  'Why does the model go on after I close the tab?',
  'Search the notes for what a cancelled tool leaves behind',
  'Compare four ways to end an answer in a table',
  'Show me a stop in many languages',
];

/** What a new chat shows: which model answers, and something to ask it. */
export function Welcome({ onPick }: { onPick: (prompt: string, byKey: boolean) => void }) {
  const { model, isBuiltIn } = useDemo();
  return (
    <section className="welcome">
      <h2>Ask, then stop it</h2>
      <p>
        {isBuiltIn
          ? 'A built-in generator answers. It is not a language model: what it says is written beforehand, and it counts every token it makes.'
          : `${model} answers.`}{' '}
        Each stop leaves a receipt of what the server measured.
      </p>
      <ul>
        {PROMPTS.map((prompt) => (
          <li key={prompt}>
            <button
              type="button"
              className="button"
              onClick={({ detail }) => onPick(prompt, detail === 0)}
            >
              {prompt}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
