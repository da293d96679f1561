import {
  AssistantRuntimeProvider,
  type ChatModelAdapter,
  ComposerPrimitive,
  MessagePrimitive,
  type TextMessagePartComponent,
  type ThreadMessageLike,
  ThreadPrimitive,
  useAuiState,
  useLocalRuntime,
} from '@assistant-ui/react';
import { useCallback, useEffect, useMemo } from 'react';
import { mountReact, type PageProps } from '../../page/mountReact.js';
import { Text } from '../../page/Text.js';
import type { BenchRequest } from '../../request.js';
import { askServer, willAsk } from '../askServer.js';

/** The adapter that its documents show: the text so far, at every chunk. */
const adapter: ChatModelAdapter = {
  async *run({ abortSignal }) {
    const response = await askServer('/generate', { signal: abortSignal });
    if (!response.ok) throw new Error(`The server said ${response.status}.`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const result = await reader?.read();
      if (result?.value === undefined) return;
      text += result.value;
      yield { content: [{ type: 'text', text }] };
    }
  },
};

const TextPart: TextMessagePartComponent = ({ text }) => <Text text={text} />;
const PARTS = { Text: TextPart };

function AssistantMessage() {
  const isLive = useAuiState(({ message }) => message.isLast && !message.id.startsWith('earlier'));
  return (
    <MessagePrimitive.Root data-bench={isLive ? 'live' : 'earlier'}>
      <MessagePrimitive.Parts components={PARTS} />
    </MessagePrimitive.Root>
  );
}

const UserMessage = () => null;
const MESSAGES = { AssistantMessage, UserMessage };

function State() {
  const state = useAuiState(({ thread }) => {
    if (thread.isRunning) return 'running';
    const status = thread.messages.at(-1)?.status;
    if (status?.type === 'complete') return 'complete';
    if (status?.type !== 'incomplete') return 'idle';
    return status.reason === 'cancelled' ? 'stopped' : status.reason;
  });
  return <output data-bench="state">{state}</output>;
}

function Page({ earlier, onReady }: PageProps) {
  const initial = useMemo(
    () =>
      earlier.map((text, index): ThreadMessageLike => ({
        id: `earlier-${index}`,
        role: 'assistant',
        content: [{ type: 'text', text }],
      })),
    [earlier],
  );
  const runtime = useLocalRuntime(adapter, { initialMessages: initial });
  const start = useCallback(
    (request: BenchRequest) => {
      willAsk(request);
      runtime.thread.append('Go on');
    },
    [runtime],
  );
  const reset = useCallback(() => runtime.thread.reset(initial), [runtime, initial]);
  useEffect(() => onReady(start, reset), [onReady, start, reset]);
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <main>
        <ThreadPrimitive.Messages components={MESSAGES} />
        <div data-bench="controls">
          <span data-bench="stop">
            <ThreadPrimitive.If running>
              <ComposerPrimitive.Cancel>Stop</ComposerPrimitive.Cancel>
            </ThreadPrimitive.If>
          </span>
          <State />
        </div>
      </main>
    </AssistantRuntimeProvider>
  );
}

export const mount = mountReact(Page);
