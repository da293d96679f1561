import type { Backend } from './Backend.js';
import { isRunning } from './ConversationInfo.js';
import type { ConversationsSnapshot } from './Conversations.js';
import type { KeptConversation } from './createConversation.js';

/** What a backend says runs. */
export interface Listing {
  /** Asks, and once more for what is asked meanwhile. */
  ask(): Promise<void>;
  /** Asks now and then while something runs and somebody listens. */
  arm(): void;
  getState(): ConversationsSnapshot['list'];
}

/** What listing needs. */
export interface ListingOptions {
  backend: Pick<Backend, 'list'>;
  kept: ReadonlyMap<string, KeptConversation>;
  keep: (id: string) => KeptConversation;
  tick: () => number;
  isFollowed: () => boolean;
  onChange: () => void;
}

// While something runs, a list now and then finds what a lost event would have said.
const RECHECK_MS = 10_000;

/** Tells the conversations what a backend lists, one question at a time. */
export function createListing(options: ListingOptions): Listing {
  const { backend, kept, keep, tick } = options;
  let state: ConversationsSnapshot['list'] = backend.list === undefined ? 'ready' : 'loading';
  let asking: Promise<void> | null = null;
  let isDue = false;
  let recheck: ReturnType<typeof setTimeout> | undefined;

  function ask(): Promise<void> {
    isDue = true;
    asking ??= askWhileDue()
      .finally(() => {
        asking = null;
      })
      // What was asked for meanwhile came after the last look at what is due.
      .then(() => (isDue ? ask() : undefined));
    return asking;
  }

  async function askWhileDue(): Promise<void> {
    while (isDue) {
      isDue = false;
      if (backend.list === undefined) return;
      const askedAt = tick();
      try {
        const rows = new Map((await backend.list()).map((row) => [row.id, row]));
        state = 'ready';
        for (const id of new Set([...rows.keys(), ...kept.keys()])) {
          const row = rows.get(id) ?? null;
          const runs = row !== null && isRunning(row.status);
          // A row of something that never ran here and does not run now is not worth keeping.
          if (!kept.has(id) && !runs) continue;
          const one = keep(id);
          // A list that was asked too early is asked again only where it says something else than is known.
          const isHeard = one.hearList(row, askedAt);
          const { status, startedAt } = one.getInfo();
          const isUnsaid = row?.startedAt !== undefined && startedAt === undefined;
          if (!isHeard && (isRunning(status) !== runs || isUnsaid)) isDue = true;
        }
      } catch {
        state = 'failed';
      }
      options.onChange();
    }
  }

  return {
    ask,
    arm() {
      if (backend.list === undefined || !options.isFollowed()) {
        clearTimeout(recheck);
        recheck = undefined;
        return;
      }
      recheck ??= setTimeout(() => {
        recheck = undefined;
        if ([...kept.values()].some((one) => isRunning(one.getInfo().status))) void ask();
      }, RECHECK_MS);
    },
    getState: () => state,
  };
}
