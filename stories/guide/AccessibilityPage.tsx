import { useEffect, useRef, useState } from 'react';
import { AssistantMessage, StatusAnnouncer, StopButton, useGeneration } from 'stopkit';
import { talkingSource } from '../talkingSource.js';
import './guide.css';
import { Table } from './Table.js';

interface Heard {
  atMs: number;
  words: string;
  how: string;
}

const KEYS = [
  [
    <Keys key="k" of={['Enter', 'Space']} />,
    'Stop',
    'Stops at once. The focus stays until the button leaves.',
  ],
  [
    <Keys key="k" of={['Escape']} />,
    'Anywhere, if turned on',
    'Stops, without the question of a Stop that asks again: leave it off there. First closes what is open: a menu, a dialog, the confirm step.',
  ],
  [
    <Keys key="k" of={['Enter']} />,
    'Message box',
    'Sends; while an answer is being written, queues.',
  ],
  [<Keys key="k" of={['Shift', 'Enter']} />, 'Message box', 'A new line.'],
  [<Keys key="k" of={['Tab']} />, 'Message box', 'Add, Queue or Send, then Stop.'],
  [<Keys key="k" of={['Shift', 'Space']} />, 'Running now', 'Selects a range; Escape clears it.'],
];

const FOCUS = [
  ['You stop', 'Stop, in a composer', 'Stays on Stop; the message box when Stop leaves'],
  ['You stop', 'Stop, on its own', 'Stays; reads “Stopped”, leaves on blur'],
  ['You stop', 'The message box (mouse, touch, Escape)', 'Does not move'],
  ['The answer ends', 'Anything else', 'Does not move'],
  [
    'A row leaves the list',
    'Its Stop',
    'The next row’s Stop, else the one before, else the heading',
  ],
];

const CRITERIA = [
  ['1.4.1', 'Use of Color', 'Shape and words repeat every colour'],
  ['1.4.3, 1.4.11', 'Contrast', 'Words 4.5:1 or more, edges and icons 3:1 or more'],
  [
    '1.4.10, 1.4.12',
    'Reflow, Text Spacing',
    '320 px without sideways scroll; code scrolls inside itself',
  ],
  ['2.2.2', 'Pause, Stop, Hide', 'Stop is the way to stop what moves by itself'],
  ['2.4.7, 2.4.11', 'Focus', '2 px ring, 2 px gap'],
  ['2.5.2, 2.5.8', 'Pointer, Target Size', 'Acts on release; 24 px, 44 px on touch'],
  ['4.1.3', 'Status Messages', 'Said without moving the focus'],
];

/** What is said aloud and when, where the focus goes, and what is left to the app. */
export function AccessibilityPage() {
  return (
    <main className="guide">
      <h1>Accessibility</h1>
      <p className="lead">
        What the kit does by itself, what is said aloud and when, and the three things your app must
        still do.
      </p>
      <Listen />
      <h2>Keyboard</h2>
      <p>Every action can be reached by Tab. Nothing needs a pointer, a long press or a hover.</p>
      <Table name="Keyboard" head={['Key', 'Where', 'What happens']} rows={KEYS} />
      <h2>Where the focus goes</h2>
      <p>It is never lost to the page, and never taken from a person who is elsewhere.</p>
      <Table name="Focus" head={['When', 'Focus was on', 'Focus goes to']} rows={FOCUS} />
      <h2>Checked against</h2>
      <Table name="Criteria" head={['WCAG 2.2', 'Name', 'How']} rows={CRITERIA} />
      <h2>Left to your app</h2>
      <p>
        Put a <code>StatusAnnouncer</code> beside each answer: it says when an answer begins, ends,
        stops or fails, and without it none of that is heard. Do not put the conversation in a live
        region: <code>role=&quot;log&quot;</code> is one already, and reads every word. Give each
        answer its language if it differs from the page&rsquo;s.
      </p>
    </main>
  );
}

/** A run, and beside it everything that the live regions of this page say. */
function Listen() {
  const [source] = useState(() => talkingSource({ wordsPerSecond: 20 }));
  const answer = useGeneration({ source });
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  const startedAt = useRef(0);
  useEffect(() => {
    const listen = new MutationObserver((changes) => {
      const regions = new Set(
        changes.flatMap(({ target }) => {
          const element = target instanceof Element ? target : target.parentElement;
          const region = element?.closest('[role="status"], [role="alert"]');
          return region === null || region === undefined ? [] : [region];
        }),
      );
      for (const region of regions) {
        const words = region.textContent.trim();
        const how = region.getAttribute('role') === 'alert' ? 'at once' : 'polite';
        const atMs = performance.now() - startedAt.current;
        if (words !== '') setHeard((before) => [...before, { atMs, words, how }]);
      }
    });
    listen.observe(document.body, { subtree: true, childList: true, characterData: true });
    return () => listen.disconnect();
  }, []);
  const run = (): void => {
    setHeard([]);
    startedAt.current = performance.now();
    void answer.start('What should a server listen to?');
  };
  return (
    <div className="card">
      <div className="pair">
        <div className="half">
          <AssistantMessage generation={answer} onRegenerate={run} />
          <StopButton generation={answer} />
          <StatusAnnouncer generation={answer} />
        </div>
        <div className="half">
          <p id="heard">Heard by a screen reader</p>
          <ol aria-labelledby="heard" className="heard">
            {heard.map(({ atMs, words, how }, at) => (
              <li key={at}>
                <span className="numbers">{(atMs / 1_000).toFixed(1)} s</span> {words}{' '}
                <small>{how}</small>
              </li>
            ))}
          </ol>
          <p className="hint">
            {answer.text.split(/\s+/).filter(Boolean).length} words were written. None were read
            out.
          </p>
        </div>
      </div>
      <div className="knobs">
        <p className="hint">
          Every announcement of this page is listed here, also for people who see.
        </p>
        <button type="button" className="run" onClick={run}>
          {answer.status === 'idle' ? 'Run' : 'Run again'}
        </button>
      </div>
    </div>
  );
}

function Keys({ of }: { of: readonly string[] }) {
  return (
    <span className="numbers">
      {of.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
