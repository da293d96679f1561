import { useQuery } from '@tanstack/react-query';
import { Page } from './Page.js';

interface RunRow {
  runId: string;
  outcome: string;
  beganAt: number;
  endedAt: number | null;
  receipt: string | null;
  question: string;
  stoppedBy: string | null;
  reason: string | null;
  at: number | null;
}

const HOUR_MS = 3_600_000;

/** How stops are used and how well they work, from the audit records. */
export function StopsPage() {
  const { data, dataUpdatedAt: now } = useQuery({
    queryKey: ['stops'],
    // The demo's own server answers.
    queryFn: async () => (await (await fetch('/api/stops')).json()) as { runs: RunRow[] },
    refetchInterval: 5_000,
  });
  const runs = data?.runs ?? [];
  const stops = runs.filter((run) => run.at !== null);
  const lastHour = stops.filter((run) => (run.at ?? 0) > now - HOUR_MS).length;
  const lastDay = stops.filter((run) => (run.at ?? 0) > now - 24 * HOUR_MS).length;
  const waited = stops.map((run) => (run.at ?? run.beganAt) - run.beganAt);
  const measured = stops.filter((run) => run.receipt !== null).length;

  return (
    <Page
      title="Stops"
      about="Drawn from the audit records that the server keeps: one for each run that was stopped."
    >
      <dl className="figures">
        <Figure
          name="Stopped in the last hour"
          value={lastHour}
          note={`${lastDay} in the last day`}
        />
        <Figure name="Running before the stop" value={seconds(average(waited))} note="on average" />
        <Figure
          name="With a receipt"
          value={share(measured, stops.length)}
          note={`${measured} of ${stops.length} stops`}
        />
        <Figure
          name="Answers that were stopped"
          value={share(stops.length, runs.length)}
          note={`${stops.length} of ${runs.length} answers`}
        />
      </dl>
      <section className="card" aria-labelledby="last">
        <h2 id="last">The last stops</h2>
        {stops.length === 0 && <p className="note">Nothing was stopped yet.</p>}
        {/* What scrolls must be reachable with the keyboard. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className="table-scroll" role="region" aria-label="The last stops" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>Question</th>
                <th>Reason</th>
                <th>By</th>
                <th>After</th>
                <th>Tokens after</th>
              </tr>
            </thead>
            <tbody>
              {stops.slice(0, 20).map((run) => (
                <tr key={run.runId}>
                  <th>
                    <bdi>{run.question}</bdi>
                  </th>
                  <td>{run.reason}</td>
                  <td>{run.stoppedBy}</td>
                  <td>{seconds((run.at ?? run.beganAt) - run.beganAt)}</td>
                  <td>{tokensOf(run) ?? 'unknown'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </Page>
  );
}

function Figure({ name, value, note }: { name: string; value: string | number; note: string }) {
  return (
    <div className="card">
      <dt>{name}</dt>
      <dd className="big">{value}</dd>
      <dd className="note">{note}</dd>
    </div>
  );
}

const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`);
const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;

function tokensOf({ receipt }: RunRow): number | undefined {
  if (receipt === null) return undefined;
  return (JSON.parse(receipt) as { tokensAfterStop?: number }).tokensAfterStop;
}
