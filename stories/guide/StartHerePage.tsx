import './guide.css';
import { STATES } from './states.js';
import { Table } from './Table.js';

const ROWS = STATES.map(([status, seen]) => [<code key="status">{status}</code>, seen]);

/** What the kit is, and where to look for what. */
export function StartHerePage() {
  return (
    <main className="guide">
      <h1>Stop buttons that tell the truth</h1>
      <p className="lead">
        A person presses Stop. The text freezes at once, the partial answer stays, and the
        connection to the model is closed. What is not known is said, and never made up.
      </p>
      <h2>Seven states</h2>
      <p>One word for each, the same in the types, in the page and in these stories.</p>
      <Table name="States" head={['Status', 'What the person sees']} rows={ROWS} />
      <h2>Shapes</h2>
      <p>
        A circle runs, a square stops. Blue begins, ink ends. Amber means that you may need to act,
        red that something failed. Every shape has words beside it.
      </p>
      <h2>Where to look</h2>
      <p>
        Components have a story for each status, then their features. Examples stream and stop for
        real, inside the page. The toolbar switches scheme, direction and motion of every story.
      </p>
    </main>
  );
}
