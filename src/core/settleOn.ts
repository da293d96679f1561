import type { Message } from './Message.js';
import { isActive, type Snapshot } from './Snapshot.js';

const settled = new WeakMap<Snapshot, { stored: Snapshot; shown: Snapshot }>();

/** Which of the two is shown for one message: what is stored, or what this page saw. */
export function settleOn(message: Message, live: Snapshot): Message {
  const stored = message.snapshot;
  const before = settled.get(live);
  // The same for the same two, so that nothing is rendered again.
  if (before?.stored === stored) return { ...message, snapshot: before.shown };
  const shown = choose(stored, live);
  settled.set(live, { stored, shown });
  return { ...message, snapshot: shown };
}

function choose(stored: Snapshot, live: Snapshot): Snapshot {
  const grows = stored.text.length > live.text.length && stored.text.startsWith(live.text);
  switch (live.status) {
    case 'idle':
      return stored;
    case 'connecting':
    case 'streaming':
    case 'stopping':
      // A page that came late may hold less than what was stored already.
      return grows && !stopIsOut(live) ? within(live, stored) : live;
    case 'stopped': {
      const marked = withPersisted(live, stored);
      return live.stopRecord?.by === 'remote' && grows ? within(marked, stored) : marked;
    }
    case 'error':
      if (stored.status === 'stopped' && live.text.startsWith(stored.text)) {
        return within(stored, live);
      }
      if (stored.text.startsWith(live.text)) {
        const isAmended =
          grows || live.error?.code === 'interrupted' || stored.status !== 'complete';
        return isAmended ? stored : live;
      }
      return live;
    case 'complete':
      return live.text.startsWith(stored.text) && live.text.length > stored.text.length
        ? live
        : stored;
  }
}

const stopIsOut = (live: Snapshot): boolean => isActive(live.status) && live.stopRecord !== null;

const within = (live: Snapshot, { text, parts }: Snapshot): Snapshot => ({ ...live, text, parts });

function withPersisted(live: Snapshot, stored: Snapshot): Snapshot {
  const persisted = stored.stopRecord?.persisted;
  if (live.stopRecord === null || persisted === undefined) return live;
  if (live.stopRecord.persisted === persisted) return live;
  return { ...live, stopRecord: { ...live.stopRecord, persisted } };
}
