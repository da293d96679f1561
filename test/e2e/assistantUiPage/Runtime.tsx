import { AssistantRuntimeProvider } from '@assistant-ui/react';
import { type ReactNode, useState } from 'react';
import { type Message, type Snapshot, storedSnapshot, useGeneration } from 'stopkit';
import { useStopkitRuntime } from 'stopkit/assistant-ui';

/** Stopped while it waited to be sent; an answer that was to be made again has its old words. */
const wasNeverSent = ({ stopRecord, parts }: Snapshot): boolean =>
  stopRecord?.unsent === true && parts.length === 0;

export function Runtime({ children }: { children: ReactNode }) {
  const answer = useGeneration({ api: '/api/chat', requestStop: '/api/stop' });
  // Everything before the answer that is being written.
  const [earlier, setEarlier] = useState<readonly Message[]>([]);
  const snapshot = answer.getSnapshot();
  const messages: readonly Message[] =
    snapshot.status === 'idle' || wasNeverSent(snapshot)
      ? earlier
      : [...earlier, { id: String(earlier.length), role: 'assistant', snapshot }];

  const runtime = useStopkitRuntime({
    messages,
    answer,
    async send(text) {
      const id = String(messages.length);
      setEarlier([...messages, { id, role: 'user', snapshot: storedSnapshot(text) }]);
      const settled = await answer.start(text);
      // The composer has the text again.
      if (wasNeverSent(settled)) setEarlier(messages);
      return settled;
    },
  });
  return <AssistantRuntimeProvider runtime={runtime}>{children}</AssistantRuntimeProvider>;
}
