import { useSyncExternalStore } from 'react';
import { isActive } from 'stopkit/core';
import { useConversation } from 'stopkit/conversations';
import { ringIcon, runningIcon } from './icons.js';
import { useModelCount } from './useDemo.js';

/** What the model's own process counted of the newest answer. */
export function Meter({ id }: { id: string }) {
  const { answer } = useConversation(id);
  const { runId, status } = useSyncExternalStore(answer.subscribe, answer.getSnapshot);
  const count = useModelCount(runId, isActive(status));
  const { closedAt = null, madeAt = [] } = count ?? {};
  const after = closedAt === null ? 0 : madeAt.filter((at) => at > closedAt).length;
  return (
    <dl className="meter" aria-label="The model’s own count">
      <dt>Model’s connection</dt>
      <dd>
        {count === null ? (
          '–'
        ) : closedAt === null ? (
          <>
            <span data-tint="accent">{runningIcon}</span> Open
          </>
        ) : (
          <>
            <span data-tint="muted">{ringIcon}</span> Closed
          </>
        )}
      </dd>
      <dt>Tokens made</dt>
      <dd>{count === null ? '–' : madeAt.length.toLocaleString('en')}</dd>
      <dt>Made after it closed</dt>
      <dd>{count === null ? '–' : after.toLocaleString('en')}</dd>
    </dl>
  );
}
