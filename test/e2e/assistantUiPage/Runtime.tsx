import { AssistantRuntimeProvider } from '@assistant-ui/react';
import { type ReactNode, useState } from 'react';
import {
  type Message,
  type Snapshot,
  storedSnapshot,
  useGeneration,
  type UseGenerationOptions,
} from 'stopkit';
import { useStopkitRuntime } from 'stopkit/assistant-ui';

/** Stopped while it waited to be sent; an answer that was to be made again has its old words. */
const wasNeverSent = ({ stopRecord, parts }: Snapshot): boolean =>
  stopRecord?.unsent === true && parts.length === 0;

/** A thread that is kept in the page: what was said before, and the answer that is being written. */
export function useThread(options: UseGenerationOptions<string>) {
  const answer = useGeneration(options);
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
  return { runtime, answer };
}

export function Runtime({ children }: { children: ReactNode }) {
  const { runtime } = useThread({ api: '/api/chat', requestStop: '/api/stop' });
  return <AssistantRuntimeProvider runtime={runtime}>{children}</AssistantRuntimeProvider>;
}
