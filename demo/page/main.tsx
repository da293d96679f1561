import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AssistantMessage, StopButton, useGeneration } from 'stopkit';
import 'stopkit/styles.css';

function Chat() {
  const answer = useGeneration({ api: '/api/chat' });
  const [prompt, setPrompt] = useState('');
  return (
    <main>
      <h1>stopkit</h1>
      <AssistantMessage generation={answer} onRegenerate={() => void answer.regenerate()} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void answer.start(prompt);
        }}
      >
        <label>
          Ask anything
          <input value={prompt} onChange={(event) => setPrompt(event.target.value)} />
        </label>
        <button>Send</button>
        <StopButton generation={answer} />
      </form>
    </main>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('stopkit: the page has no #root, so the demo cannot be drawn.');
createRoot(root).render(
  <StrictMode>
    <Chat />
  </StrictMode>,
);
