import { useEffect, useMemo } from 'react';
import {
  AssistantMessage,
  type Format,
  type Generation,
  idleSnapshot,
  type Snapshot,
  StopButton,
  useGeneration,
  useGenerationStatus,
} from 'stopkit';
import 'stopkit/styles.css';
import type { BenchRequest } from '../request.js';
import type { PageProps } from './mountReact.js';
import { renderText } from './Text.js';

const drawing = renderText === null ? {} : { renderText };

function State({ generation }: { generation: Generation<BenchRequest> }) {
  const status = useGenerationStatus(generation);
  return (
    <output data-bench="state">
      {status === 'connecting' || status === 'streaming' ? 'running' : status}
    </output>
  );
}

/** The kit as its README uses it: no memo, no tuning. */
export function KitPage({ earlier, onReady, format }: PageProps & { format?: Format }) {
  const answer = useGeneration<BenchRequest>({
    api: '/generate',
    requestStop: '/stop',
    ...(format === undefined ? {} : { format }),
  });
  const { start } = answer;
  useEffect(() => onReady((request) => void start(request)), [onReady, start]);
  const messages = useMemo(
    () =>
      earlier.map((text): Snapshot => ({
        ...idleSnapshot,
        status: 'complete',
        text,
        parts: [{ type: 'text', text }],
      })),
    [earlier],
  );
  return (
    <main>
      <div data-bench="earlier">
        {messages.map((message, index) => (
          <AssistantMessage key={index} generation={message} {...drawing} />
        ))}
      </div>
      <div data-bench="live">
        <AssistantMessage generation={answer} {...drawing} />
      </div>
      <div data-bench="controls">
        <span data-bench="stop">
          <StopButton generation={answer} />
        </span>
        <State generation={answer} />
      </div>
    </main>
  );
}
