import { QueryClient, type QueryClient as Client } from '@tanstack/react-query';
import {
  type Backend,
  type Conversations,
  type ConversationsOptions,
  createConversations,
  type Message,
} from '../../core/index.js';
import { publishText } from '../publishByFrame.js';
import { keepStop, markStopped, stopMarks, type StopMarks } from './stopMarks.js';
import { openTabs, type Tabs } from './openTabs.js';

/** What a provider is made of. */
export interface ConversationStatusOptions extends Pick<
  ConversationsOptions,
  'confirmWithinMs' | 'autoStop'
> {
  backend: Backend;
  /** Where the mark of a stop is kept for a reload when the backend does not keep it; `null` for nowhere. @default stopMarks() */
  marks?: StopMarks | null | undefined;
  /** Where histories are cached. @default the nearest `QueryClientProvider`'s, else one of its own */
  queryClient?: Client | undefined;
}

/** The conversations of a provider, and what binds them to the page. */
export interface HeldConversations {
  readonly conversations: Conversations;
  readonly queryClient: Client;
  readonly canReadHistory: boolean;
  historyKey(conversationId: string): readonly string[];
  readHistory(conversationId: string): Promise<readonly Message[]>;
  /** Listens to the backend while the page is shown; returns the way out. */
  retain(): () => void;
}

/** Makes the conversations of a page; nothing is asked before `retain`. */
export function holdConversations(
  options: ConversationStatusOptions,
  nearest: Client | undefined,
): HeldConversations {
  const {
    backend,
    marks = stopMarks(),
    queryClient = nearest ?? new QueryClient(),
    ...rest
  } = options;
  let tabs: Tabs | null = null;
  let components = 0;
  /** Of each conversation the newest reading that is not over. */
  const readings = new Map<string, object>();
  /** What became due while it was read: that reading may have begun too early. */
  const due = new Set<string>();

  const historyKey = (id: string): readonly string[] => ['stopkit', backend.name, id];
  const readHistory = async (id: string): Promise<readonly Message[]> => {
    const reading = {};
    readings.set(id, reading);
    try {
      const messages = await conversations.readHistory(id);
      return marks === null ? messages : markStopped(messages, marks, id);
    } finally {
      if (readings.get(id) === reading) readings.delete(id);
      // When the query has taken it in: until then it would take the next reading for the same.
      if (due.delete(id)) setTimeout(historyIsDue, 0, id);
    }
  };
  // A reading is never given up for the next one: with words that come faster, none would ever be over.
  const historyIsDue = (id: string): void => {
    if (readings.has(id)) {
      due.add(id);
      return;
    }
    const queryKey = historyKey(id);
    const query = queryClient.getQueryCache().find({ queryKey });
    if (query?.isActive() !== true && conversations.conversation(id).answer.isActive()) {
      // Nobody looks, but an answer waits for its end.
      const readSoFar = (): number => queryClient.getQueryState(queryKey)?.dataUpdateCount ?? 0;
      const before = readSoFar();
      readHistory(id)
        .then((messages) => {
          // Who came to look meanwhile has read what is newer.
          if (readSoFar() === before) queryClient.setQueryData(queryKey, messages);
        })
        .catch(() => undefined);
    } else {
      void queryClient.invalidateQueries({ queryKey });
    }
  };

  const storedIdOf = (id: string, runId: string): string | null => {
    const read = queryClient.getQueryData<readonly Message[]>(historyKey(id));
    return read?.find((message) => message.id === runId)?.snapshot.messageId ?? null;
  };

  const conversations = createConversations({
    ...rest,
    backend,
    publish: publishText,
    onLearned: (event) => tabs?.tell(event),
    onStopRecord(id, snapshot) {
      if (snapshot.runId === null) return;
      const isKept =
        marks !== null && keepStop(marks, id, snapshot, storedIdOf(id, snapshot.runId));
      conversations.keepMark(id, snapshot.runId, isKept ? 'browser' : 'no');
    },
    onHistoryDue: historyIsDue,
  });

  return {
    conversations,
    queryClient,
    canReadHistory: backend.history !== undefined,
    historyKey,
    readHistory,
    retain() {
      components += 1;
      if (tabs === null) {
        tabs = openTabs(backend.name, conversations);
        // One that has no `QueryClientProvider` is not told otherwise that a reading which waits may go on.
        queryClient.mount();
      }
      return () => {
        components -= 1;
        // StrictMode mounts, unmounts and mounts again in one task: only an unmount that lasts is one.
        setTimeout(() => {
          if (components > 0 || tabs === null) return;
          tabs.close();
          tabs = null;
          queryClient.unmount();
        });
      };
    },
  };
}
