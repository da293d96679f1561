import type { Faults } from '../Faults.js';
import { Choice, Segments } from './controls.js';
import { compareIcon } from './icons.js';
import { useDemo } from './useDemo.js';

const MODEL: [Faults['model'], string][] = [
  ['none', 'Works'],
  ['hang', 'Hangs in the middle'],
  ['ignore-abort', 'Ignores that we left'],
  ['cut', 'Cuts the connection'],
  ['error', 'Sends an error'],
];
const STOP: [Faults['stop'], string][] = [
  ['works', 'Works'],
  ['slow', 'Takes 3 s'],
  ['down', 'Answers 500'],
  ['lost', 'Gets lost'],
];
const SPEEDS = [5, 20, 40, 100, 500, 5_000];

/** Break things on purpose. */
export function FaultsTab({ id }: { id: string }) {
  const { faults, isBuiltIn, change } = useDemo();
  return (
    <>
      <p className="note">Break things on purpose. Faults apply to the next run.</p>
      {isBuiltIn && (
        <>
          <Segments
            label="First word after"
            value={faults.firstWordMs}
            options={[
              [400, '0.4 s'],
              [2_000, '2 s'],
              [30_000, '30 s'],
            ]}
            onChange={(firstWordMs) => change({ firstWordMs })}
          />
          <Choice
            label="Speed"
            value={faults.tokensPerSecond}
            options={SPEEDS.map((speed) => [
              speed,
              `${speed.toLocaleString('en')} tokens a second`,
            ])}
            onChange={(tokensPerSecond) => change({ tokensPerSecond })}
          />
          <Choice
            label="Model"
            value={faults.model}
            options={MODEL}
            onChange={(model) => change({ model })}
          />
        </>
      )}
      <Choice
        label="Stop request"
        value={faults.stop}
        options={STOP}
        onChange={(stop) => change({ stop })}
        note="Applies at once."
      />
      <hr />
      <Segments
        label="When this page is closed"
        value={faults.whenClosed}
        options={[
          ['stop', 'Stop'],
          ['continue', 'Go on'],
        ]}
        onChange={(whenClosed) => change({ whenClosed })}
      />
      <hr />
      <a className="button wide" href={`/?chat=${id}`} target="_blank" rel="noreferrer">
        {compareIcon} Open in another tab
      </a>
    </>
  );
}
