import {
  ActionBarPrimitive,
  type AssistantRuntime,
  AssistantRuntimeProvider,
  AuiIf,
  BranchPickerPrimitive,
  ComposerPrimitive,
  ErrorPrimitive,
  MessagePartPrimitive,
  MessagePrimitive,
  ThreadPrimitive,
  useAuiState,
} from '@assistant-ui/react';
import { createContext, useContext, useEffect } from 'react';
import { StopButton, StopReceipt } from 'stopkit';
import { snapshotOf } from 'stopkit/assistant-ui';
import type { Generation, Snapshot } from 'stopkit/core';
import type { ScriptedSource } from 'stopkit/testing';

/** What the test may ask of the page. */
export interface AssistantUiPage {
  runtime: AssistantRuntime;
  answer: Generation<string> | null;
  source: ScriptedSource<string>;
  /** How often each message was drawn, by its role and place. */
  drawn: Record<string, number>;
}

declare global {
  interface Window {
    assistantUi: AssistantUiPage;
  }
}

export const drawn: AssistantUiPage['drawn'] = {};

const AnswerContext = createContext<Generation<string> | null>(null);

const Text = () => <MessagePartPrimitive.Text data-part="text" smooth={false} />;
const PARTS = { Text };

function Mark({ snapshot }: { snapshot: Snapshot }) {
  const answer = useContext(AnswerContext);
  return <StopReceipt generation={snapshot} onRetryStop={() => void answer?.retryStop()} />;
}

function Message() {
  const { role, index, status } = useAuiState(({ message }) => message);
  const snapshot = useAuiState(({ message }) => snapshotOf(message));
  useEffect(() => {
    const name = `${role} ${index}`;
    drawn[name] = (drawn[name] ?? 0) + 1;
  });
  const reason = status !== undefined && 'reason' in status ? status.reason : '';
  return (
    <MessagePrimitive.Root data-role={role} data-status={`${status?.type ?? ''} ${reason}`}>
      <MessagePrimitive.Parts components={PARTS} />
      <MessagePrimitive.Error>
        <ErrorPrimitive.Root>
          <ErrorPrimitive.Message />
        </ErrorPrimitive.Root>
      </MessagePrimitive.Error>
      {snapshot !== null && <Mark snapshot={snapshot} />}
      {role === 'assistant' && <ActionBarPrimitive.Reload>Ask again</ActionBarPrimitive.Reload>}
      <BranchPickerPrimitive.Root hideWhenSingleBranch>
        <BranchPickerPrimitive.Count />
      </BranchPickerPrimitive.Root>
    </MessagePrimitive.Root>
  );
}

const drawMessage = () => <Message />;

/** As its documents have it; the same for every runtime. */
function Thread() {
  return (
    <ThreadPrimitive.Root>
      <ThreadPrimitive.Messages>{drawMessage}</ThreadPrimitive.Messages>
      <ComposerPrimitive.Root>
        <ComposerPrimitive.Input aria-label="Message" />
        <AuiIf condition={({ thread }) => !thread.isRunning}>
          <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
        </AuiIf>
        <AuiIf condition={({ thread }) => thread.isRunning}>
          <ComposerPrimitive.Cancel>Cancel</ComposerPrimitive.Cancel>
        </AuiIf>
      </ComposerPrimitive.Root>
    </ThreadPrimitive.Root>
  );
}
const thread = <Thread />;

/** A chat over a runtime, with the Stop button of stopkit where there is an answer that it can stop. */
export function Chat({
  runtime,
  answer,
}: {
  runtime: AssistantRuntime;
  answer: Generation<string> | null;
}) {
  return (
    <AnswerContext.Provider value={answer}>
      <AssistantRuntimeProvider runtime={runtime}>{thread}</AssistantRuntimeProvider>
      {answer !== null && <StopButton generation={answer} />}
    </AnswerContext.Provider>
  );
}
