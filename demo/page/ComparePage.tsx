import { type ReactNode, useState } from 'react';
import { AssistantMessage, StopButton, useGeneration } from 'stopkit';
import { type Confirmation, mayGrow } from 'stopkit/core';
import { openai } from 'stopkit/formats';
import { againIcon, squareIcon, tickIcon, warningIcon } from './icons.js';
import { renderMarkdown } from './Markdown.js';
import { Page } from './Page.js';
import { PaidChart } from './PaidChart.js';
import { useNaiveAnswer } from './useNaiveAnswer.js';
import { type Paid, usePaid } from './usePaid.js';

interface Press {
  at: number;
  frozenMs: number;
}

/** The button of many tutorials beside the kit, on the same server, with what each press cost. */
export function ComparePage() {
  const naive = useNaiveAnswer();
  const kit = useGeneration({
    api: '/api/compare',
    format: openai(),
    requestStop: '/api/stop',
  });
  const [naivePress, setNaivePress] = useState<Press | null>(null);
  const kitPress = kit.stopRecord;
  const naivePaid = usePaid(naive.runId, naivePress?.at ?? null);
  const kitPaid = usePaid(kit.runId, kitPress?.at ?? null);
  const isRunning = naive.isLoading || mayGrow(kit.status);

  const run = (): void => {
    setNaivePress(null);
    void naive.start();
    void kit.start('Explain backpressure');
  };
  const stopNaive = (): void => {
    const pressed = performance.now();
    const at = Date.now();
    naive.stop();
    // What is on the screen is frozen when the next frame is drawn.
    requestAnimationFrame(() => setNaivePress({ at, frozenMs: performance.now() - pressed }));
  };
  const stopBoth = (): void => {
    if (naive.isLoading) stopNaive();
    void kit.stop();
  };

  return (
    <Page
      title="What a stop costs"
      about="Both sides run the same prompt on the same model, which counts every token it makes. Stop one, or both."
      action={
        isRunning ? (
          <button type="button" className="button" data-look="ink" onClick={stopBoth}>
            {squareIcon} Stop both
          </button>
        ) : (
          <button type="button" className="button" data-look="accent" onClick={run}>
            {againIcon} {naive.runId === null ? 'Run' : 'Run again'}
          </button>
        )
      }
    >
      <div className="sides">
        <Side
          name="Naive button"
          code="controller.abort()"
          paid={naivePaid}
          isPressed={naivePress !== null}
          frozenMs={naivePress?.frozenMs ?? null}
          says="Nothing"
          button={
            naive.isLoading && (
              <button type="button" className="button" onClick={stopNaive}>
                Stop
              </button>
            )
          }
        >
          <p>{naive.text}</p>
        </Side>
        <Side
          name="stopkit"
          code="<StopButton />"
          paid={kitPaid}
          isPressed={kitPress !== null}
          frozenMs={kitPress?.frozenMs ?? null}
          says={kitPress === null ? '–' : SAYS[kitPress.confirmation]}
          button={<StopButton generation={kit} variant="outline" />}
        >
          <AssistantMessage generation={kit} renderText={renderMarkdown} />
        </Side>
      </div>
      <PaidChart naive={naivePaid} kit={kitPaid} />
    </Page>
  );
}

/** What the page may say of a stop, by what the server said of it. */
const SAYS: Record<Confirmation, ReactNode> = {
  pending: <>{squareIcon} Stopping…</>,
  confirmed: <>{squareIcon} Stopped</>,
  'not-asked': <>{squareIcon} Stopped</>,
  accepted: <>{squareIcon} Stopped here; the server was told</>,
  'already-finished': <>{tickIcon} It had already finished</>,
  unconfirmed: <>{warningIcon} Stopped here, not confirmed</>,
  refused: <>{warningIcon} The server refused</>,
};

interface SideProps {
  name: string;
  code: string;
  paid: Paid;
  isPressed: boolean;
  frozenMs: number | null;
  says: ReactNode;
  button: ReactNode;
  children: ReactNode;
}

function Side({ name, code, paid, isPressed, frozenMs, says, button, children }: SideProps) {
  const costs = paid.after.length > 5;
  return (
    <section className="card side" aria-label={name}>
      <h2>
        {name} <code>{code}</code>
      </h2>
      <div className="side-text">{children}</div>
      <div className="side-button">{button}</div>
      <dl>
        <dt>Tokens paid after the press</dt>
        <dd className="big" data-tint={costs ? 'warning' : undefined}>
          {isPressed ? paid.after.length.toLocaleString('en') : '–'}
        </dd>
        <dt>Text frozen</dt>
        <dd>{frozenMs === null ? '–' : `${Math.round(frozenMs)} ms`}</dd>
        <dt>Model’s connection</dt>
        <dd data-tint={isPressed && paid.closedMs === null ? 'warning' : undefined}>
          {isPressed ? connection(paid) : '–'}
        </dd>
        <dt>The page says</dt>
        <dd>{isPressed ? says : '–'}</dd>
      </dl>
    </section>
  );
}

function connection({ closedMs, after }: Paid): ReactNode {
  if (closedMs === null) {
    return (
      <>
        {warningIcon} Open {((after.at(-1) ?? 0) / 1_000).toFixed(1)} s
      </>
    );
  }
  const time =
    closedMs < 1_000 ? `${Math.max(0, closedMs)} ms` : `${(closedMs / 1_000).toFixed(1)} s`;
  return (
    <>
      {tickIcon} Closed in {time}
    </>
  );
}
