import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  AssistantMessage,
  type Generation,
  idleSnapshot,
  type Snapshot,
  type Source,
  StopButton,
  type StopRecord,
  useGeneration,
  useStopOnEscape,
} from 'stopkit';
import { hostileSources, type HostileSourceName } from 'stopkit/testing';
import 'stopkit/styles.css';
import { Composer } from '../../../src/components/Composer.js';
import { sampleText, startAndStop, watchStop } from './sample.js';

const search = new URLSearchParams(location.search);
const hostile = search.get('source');
const confirmWithinMs = 500;
const frames: number[] = [];

const page = {
  sampleText,
  startAndStop,
  watchStop,
  generation: null as Generation<string> | null,
  /** How long the last click waited for its handlers, and how many frames were begun in that time. */
  clickLate: null as { ms: number; frames: number } | null,
  /** Starts a flood; resolves to the place of Stop once words are shown. */
  async startFlood(): Promise<{ x: number; y: number }> {
    void page.generation?.start('flood');
    // Stop does not hear a pointer for its first moments: it may have been meant for Send.
    await sampleText(600);
    page.clickLate = null;
    const noteFrame = (at: number): void => {
      frames.push(at);
      requestAnimationFrame(noteFrame);
    };
    requestAnimationFrame(noteFrame);
    const stop = document.querySelector('[data-stopkit="stop-button"]')?.getBoundingClientRect();
    if (stop === undefined) throw new Error('There is no Stop.');
    return { x: stop.x + stop.width / 2, y: stop.y + stop.height / 2 };
  },
  /** The last stop, and how long after the press its promise settled. */
  stopped: null as { record: StopRecord; afterMs: number } | null,
  settled: [] as Snapshot[],
};

/** What the tests reach into. */
export type ChatPage = typeof page;
Object.assign(window, { page });

let pressedAt = 0;
document.addEventListener(
  'click',
  (event) => {
    pressedAt = performance.now();
    page.clickLate = {
      ms: pressedAt - event.timeStamp,
      frames: frames.filter((at) => at > event.timeStamp).length,
    };
  },
  true,
);
const onStop = (record: StopRecord): void => {
  page.stopped = { record, afterMs: performance.now() - pressedAt };
};
const onSettled = (snapshot: Snapshot): void => void page.settled.push(snapshot);

/** The page's own answer, from the server. */
function Chat() {
  const answer = useGeneration({
    api: '/chat',
    ...(search.has('stop') ? { requestStop: '/stop', confirmWithinMs } : {}),
    onUnmount: search.has('keep') ? 'keep' : 'stop',
    onSettled,
  });
  useStopOnEscape(answer);
  useEffect(() => {
    page.generation = answer;
  }, [answer]);
  return (
    <main>
      <AssistantMessage generation={answer} onRegenerate={() => void answer.regenerate()} />
      <Composer
        generation={answer}
        onSend={(text) => void answer.start(text)}
        stopButton={{ onStop }}
        style={{ position: 'fixed', insetBlockEnd: 0, insetInline: 0 }}
      />
    </main>
  );
}

const tame: Source<string> = async function* tame() {
  yield { type: 'text', delta: await Promise.resolve('The next run works.') };
  yield { type: 'done' };
};
const hang = (): Promise<never> => new Promise(() => undefined);

/** An answer from a source that behaves badly, beside a server that never answers to a stop. */
function Hostile({ name }: { name: HostileSourceName }) {
  const [isTame, setTame] = useState(false);
  const answer = useGeneration({
    source: isTame ? tame : hostileSources[name],
    requestStop: hang,
    confirmWithinMs,
    onSettled,
  });
  return (
    <main>
      <AssistantMessage generation={answer} />
      <button type="button" onClick={() => void answer.start('go')}>
        Start
      </button>
      <button type="button" onClick={() => setTame(true)}>
        Be tame
      </button>
      <StopButton generation={answer} onStop={onStop} />
    </main>
  );
}

function App() {
  const [isHere, setHere] = useState(true);
  const [, render] = useState(idleSnapshot);
  return (
    <>
      {isHere && (hostile === null ? <Chat /> : <Hostile name={hostile as HostileSourceName} />)}
      <button type="button" onClick={() => setHere(!isHere)}>
        {isHere ? 'Leave' : 'Come back'}
      </button>
      <button type="button" onClick={() => render({ ...idleSnapshot })}>
        Render again
      </button>
    </>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
