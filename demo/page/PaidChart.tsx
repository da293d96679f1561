import { useState } from 'react';
import { tableIcon } from './icons.js';
import type { Paid } from './usePaid.js';

const WIDTH = 900;
const HEIGHT = 180;
const LEFT = 44;

/** Tokens made after the press over time: drawn, or as a table. */
export function PaidChart({ naive, kit }: { naive: Paid; kit: Paid }) {
  const [asTable, setAsTable] = useState(false);
  const seconds = Math.max(5, Math.ceil((naive.after.at(-1) ?? 0) / 5_000) * 5);
  const most = Math.max(100, Math.ceil(Math.max(naive.after.length, kit.after.length) / 100) * 100);
  const x = (ms: number): number => LEFT + (ms / (seconds * 1_000)) * (WIDTH - LEFT - 8);
  const y = (count: number): number => HEIGHT - (count / most) * (HEIGHT - 24);
  const line = ({ after }: Paid): string => {
    const step = Math.max(1, Math.floor(after.length / 200));
    const points = after.flatMap((ms, index) =>
      index % step === 0 ? [`${x(ms).toFixed(1)},${y(index + 1).toFixed(1)}`] : [],
    );
    return [`${x(0)},${y(0)}`, ...points].join(' ');
  };
  const at = (paid: Paid, ms: number): number => paid.after.filter((one) => one <= ms).length;
  const marks = Array.from({ length: 6 }, (_, index) => (index * seconds) / 5);
  const kitLine = `${line(kit)} ${x(seconds * 1_000)},${y(kit.after.length)}`;

  return (
    <section className="card" aria-labelledby="chart">
      <h2 id="chart">
        Tokens made after the press
        <button
          type="button"
          className="quiet"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {tableIcon} {asTable ? 'Show as a chart' : 'Show as a table'}
        </button>
      </h2>
      {asTable ? (
        <table>
          <thead>
            <tr>
              <th>After the press</th>
              <th>Naive</th>
              <th>stopkit</th>
            </tr>
          </thead>
          <tbody>
            {marks.map((second) => (
              <tr key={second}>
                <th>{second} s</th>
                <td>{at(naive, second * 1_000).toLocaleString('en')}</td>
                <td>{at(kit, second * 1_000).toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <svg
          className="chart"
          viewBox={`0 0 ${WIDTH} ${HEIGHT + 28}`}
          role="img"
          aria-label={`Naive: ${naive.after.length} tokens. stopkit: ${kit.after.length} tokens.`}
        >
          {[0, 0.5, 1].map((part) => (
            <g key={part}>
              <line x1={LEFT} x2={WIDTH - 8} y1={y(most * part)} y2={y(most * part)} />
              <text x={LEFT - 8} y={y(most * part) + 4} textAnchor="end">
                {(most * part).toLocaleString('en')}
              </text>
            </g>
          ))}
          {marks.map((second, index) => (
            <text
              key={second}
              x={x(second * 1_000)}
              y={HEIGHT + 20}
              textAnchor={index === 0 ? 'start' : 'end'}
            >
              {index === 0 ? 'press' : `${second} s`}
            </text>
          ))}
          <polyline data-line="naive" points={line(naive)} />
          <polyline data-line="kit" points={kitLine} />
          {naive.after.length > 0 && (
            <text
              data-line="naive"
              x={x(naive.after.at(-1) ?? 0) - 8}
              y={y(naive.after.length) - 8}
              textAnchor="end"
            >
              ▲ Naive: {naive.after.length.toLocaleString('en')}
            </text>
          )}
          <text data-line="kit" x={WIDTH - 8} y={y(kit.after.length) - 8} textAnchor="end">
            ■ stopkit: {kit.after.length.toLocaleString('en')}
          </text>
        </svg>
      )}
    </section>
  );
}
