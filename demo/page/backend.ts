import { type Backend, type Message, storedQuestion } from 'stopkit/core';
import { httpBackend } from 'stopkit/http';
import type { StoredTurn } from '../server/openStore.js';
import { storedSnapshot } from '../server/storedMessages.js';

const own = httpBackend({
  name: 'demo',
  baseUrl: '/api',
  urls: {
    history: (id) => `/conversations/${encodeURIComponent(id)}/history`,
    // Attaching, the list and the other tabs tell enough; the answer to a stop brings its receipt.
    events: null,
  },
  listEveryMs: 2_000,
  sendBody: ({ input, runId, mode }) => ({
    conversationId: input.conversationId,
    prompt: input.text,
    runId,
    goesOn: mode === 'continue',
  }),
  // The rows come from this demo's own server.
  readHistory: (said) => (said as { turns: StoredTurn[] }).turns.flatMap(toMessages),
});

/** The demo's server: stopkit's own routes, and a history. */
export const backend: Backend = own;
if (own.send !== undefined) own.send.continues = 'prefill';

function toMessages(turn: StoredTurn): Message[] {
  const asked = storedQuestion(`${turn.runId}:question`, turn.question);
  // What still runs is told by the run itself.
  if (turn.outcome === 'running') return [asked];
  return [asked, { id: turn.runId, role: 'assistant', snapshot: storedSnapshot(turn) }];
}
