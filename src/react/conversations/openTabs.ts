import type { BackendEvent, Conversations } from '../../core/index.js';

/** This page among the pages of the same origin. */
export interface Tabs {
  /** Tells the other pages. */
  tell(event: BackendEvent): void;
  close(): void;
}

/** Shares status and stops with other tabs, and listens to the backend only while this one is shown, or waits for an answer. */
export function openTabs(name: string, conversations: Conversations): Tabs {
  const channel = openChannel(`stopkit:${name}`);
  let disconnect: (() => void) | null = null;

  let later: ReturnType<typeof setTimeout> | undefined;

  const isShown = (): boolean => document.visibilityState === 'visible';
  // Six connections are all that HTTP/1.1 has per origin: a hidden tab must not hold one that a stop needs.
  const follow = (): void => {
    if (isShown() || conversations.needsEvents()) {
      disconnect ??= conversations.connect();
    } else {
      disconnect?.();
      disconnect = null;
    }
  };
  const hear = ({ data }: MessageEvent<BackendEvent>): void => {
    // Of a turn that it reads itself, another page can tell this one only the end.
    const isRead =
      data.type === 'status' && conversations.conversation(data.conversationId).answer.isActive();
    if (!isRead) conversations.hear(data);
  };

  // A moment later, when what waited for the end of an answer has been sent.
  const leave = conversations.subscribe(() => {
    if (isShown()) return;
    later ??= setTimeout(() => {
      later = undefined;
      follow();
    });
  });
  channel?.addEventListener('message', hear);
  document.addEventListener('visibilitychange', follow);
  // A page that comes back from the browser's cache was never told that it was shown.
  window.addEventListener('pageshow', follow);
  follow();

  return {
    tell: (event) => channel?.postMessage(event),
    close() {
      leave();
      clearTimeout(later);
      channel?.close();
      document.removeEventListener('visibilitychange', follow);
      window.removeEventListener('pageshow', follow);
      disconnect?.();
    },
  };
}

/** `null` where there is none, as in a frame whose storage the browser blocks: there it exists, and throws. */
function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
