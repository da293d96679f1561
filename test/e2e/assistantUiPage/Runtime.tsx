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
  const [earlier, setEarlier] = useState<readonly Message[]>([]);
  const answer = useGeneration({
    ...options,
    onSettled(settled) {
      options.onSettled?.(settled);
      // The stop of an answer may be confirmed when the next question has been asked.
      setEarlier((all) =>
        all.map((message) =>
          message.snapshot.runId === settled.runId ? { ...message, snapshot: settled } : message,
        ),
      );
    },
  });
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
      if (wasNeverSent(settled)) {
        setEarlier((all) => (all.at(-1)?.id === id ? all.slice(0, -1) : all));
      }
      return settled;
    },
  });
  return { runtime, answer };
}

export function Runtime({ children }: { children: ReactNode }) {
  const { runtime } = useThread({ api: '/api/chat', requestStop: '/api/stop' });
  return <AssistantRuntimeProvider runtime={runtime}>{children}</AssistantRuntimeProvider>;
}
