import { heldScript, type HeldScript } from '../../servers/dispatch/script.js';
import { startDispatchServer } from '../../servers/dispatch/startDispatchServer.js';
import { startChatServer } from './startChatServer.js';
import { serveFolder } from './startPages.js';

/** A server of conversations whose model the test speaks for, and the page that shows them. */
export interface Stage {
  /** Where a conversation is opened. */
  urlOf(conversationId: string): string;
  /** Makes the model of the next answer ready; it belongs to this conversation. */
  expectAnswer(conversationId: string): void;
  say(conversationId: string, text: string): void;
  end(conversationId: string): void;
  isRunning(conversationId: string): boolean;
  /** Streams of events that pages hold open. */
  streams(): number;
  close(): Promise<void>;
}

/** stopkit's own routes. */
export async function stopkitStage(folder: string): Promise<Stage> {
  const server = await startChatServer({ folder });
  return {
    urlOf: (id) => `${server.url}/?id=${id}`,
    expectAnswer: () => undefined,
    say: server.say,
    end: server.end,
    isRunning: server.isRunning,
    streams: server.streams,
    close: server.close,
  };
}

/** Dispatch, which the page talks to across origins. */
export async function dispatchStage(folder: string): Promise<Stage> {
  const server = await startDispatchServer();
  const pages = await serveFolder(folder);
  const helds = new Map<string, HeldScript>();
  // A stop is noticed at once, so that the test need not say another word.
  server.traps[1] = false;
  const { baseUrl, socketUrl } = server;
  return {
    urlOf: (id) => `${pages.url}/?backend=dispatch&base=${baseUrl}&socket=${socketUrl}&id=${id}`,
    expectAnswer(id) {
      const held = heldScript();
      helds.set(id, held);
      server.nextTurn(held.script);
    },
    say: (id, delta) => helds.get(id)?.say({ type: 'text', delta }),
    end: (id) => helds.get(id)?.end(),
    isRunning: (id) => server.conversation(id).activeTurn() !== null,
    streams: () => server.sockets(),
    async close() {
      await server.close();
      await pages.close();
    },
  };
}
