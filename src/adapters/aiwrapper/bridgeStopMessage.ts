import type { Generation, Snapshot } from '../../core/index.js';

/** What a host app says when Stop is pressed in a chat of its own. */
export interface StopMessage {
  messageId?: string;
}

/** How a host app tells its events; `onEvent` may return the way out. */
export interface StopMessageEvents {
  onEvent(
    name: 'stop-message',
    listener: (message?: StopMessage) => void,
  ): (() => unknown) | undefined;
}

/** Which run a message belongs to, and what the host does when it is over. */
export interface BridgeStopMessageOptions {
  /** The run that writes this message; without a message id, the one that runs. */
  runOf: (message: StopMessage) => Generation<never> | null | undefined;
  /** Called once for each run that was stopped so: set `inProgress` to false and let go of it. */
  onSettled: (message: StopMessage, snapshot: Snapshot) => void;
}

/** Stops the right run at a host app's `stop-message`; returns the way out. */
export function bridgeStopMessage(
  events: StopMessageEvents,
  { runOf, onSettled }: BridgeStopMessageOptions,
): () => void {
  const stopping = new Set<string>();
  let isLeft = false;

  const hear = async (message: StopMessage = {}): Promise<void> => {
    const run = runOf(message);
    if (isLeft || run?.isActive() !== true) return;
    const runId = run.getSnapshot().runId ?? '';
    if (stopping.has(runId)) return;
    stopping.add(runId);
    const settled = run.stop();
    // From here on it is frozen; a run that begins meanwhile has a snapshot of its own.
    const frozen = run.getSnapshot();
    await settled;
    stopping.delete(runId);
    const now = run.getSnapshot();
    onSettled(message, now.runId === runId ? now : frozen);
  };

  const leave = events.onEvent('stop-message', (message) => void hear(message));
  return () => {
    isLeft = true;
    leave?.();
  };
}
