import { dispatchBackend } from 'stopkit/dispatch';
import { onTestFinished, vi } from 'vitest';
import { driverHere } from './openDriver.js';

const id = 'c1';

/** A page beside a Dispatch whose every word the test says itself, on a clock that the test moves. */
export async function openHandheldDispatch(confirmWithinMs?: number) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const listeners = new Map<string, (event: { data: unknown }) => void>();
  const sends: unknown[] = [];
  let stops = 0;
  let row = 'idle';

  class Socket {
    constructor() {
      setTimeout(() => listeners.get('open')?.({ data: null }), 0);
    }
    send(text: string): void {
      const said = JSON.parse(text) as { type: string; message?: string };
      if (said.type === 'chat.send') sends.push(said.message);
    }
    close(): void {
      listeners.get('close')?.({ data: null });
    }
    addEventListener(type: string, listener: (event: { data: unknown }) => void): void {
      listeners.set(type, listener);
    }
  }

  const answer = (url: string, isPost: boolean): unknown => {
    if (isPost) stops += 1;
    if (isPost) return { conversationId: id, abortedTurn: true };
    if (url.endsWith('/conversations')) return { conversations: [{ id, status: row }] };
    return { chunks: [], latestSeq: 0 };
  };
  const backend = dispatchBackend({
    baseUrl: 'http://dispatch.test',
    socketUrl: 'ws://dispatch.test',
    webSocket: Socket,
    fetch: (input, init) =>
      Promise.resolve(Response.json(answer(input as string, init?.method === 'POST'))),
  });
  const page = await driverHere(backend, confirmWithinMs);
  onTestFinished(() => page.close());
  await page.connect();
  await page.watch();

  const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  const say = (message: object): Promise<void> => {
    listeners.get('message')?.({ data: JSON.stringify({ conversationId: id, ...message }) });
    return pass(20);
  };
  const tell = (turnId: string, type: string, more: object = {}): Promise<void> =>
    say({ type: 'chat.delta', event: { type, conversationId: id, turnId, ...more } });
  const told = {
    page,
    pass,
    say,
    tell,
    sends,
    stops: () => stops,
    status: (status: string) => say({ type: 'conversation.statusChanged', status }),
    send: async (text: string): Promise<void> => {
      await page.send(text);
      await pass(20);
    },
    async begins(turnId: string, question: string): Promise<void> {
      row = 'active';
      await tell(turnId, 'user-message', { text: question });
      await tell(turnId, 'turn-start');
    },
    /** Its end is told to those alone who look at it. */
    endsUnheard(): Promise<void> {
      row = 'idle';
      return told.status('idle');
    },
    async cut(): Promise<void> {
      listeners.get('close')?.({ data: null });
      await pass(10_000);
    },
    /** Says at once that another answer is being written. */
    refuses: () => {
      const message = 'a turn is already generating for this conversation';
      void say({ type: 'chat.error', message });
    },
    writes: (turnId: string, delta: string) => tell(turnId, 'text-delta', { delta }),
    async ends(turnId: string, reason: string): Promise<void> {
      row = 'idle';
      await tell(turnId, 'done', { reason });
      await tell(turnId, 'turn-sealed');
    },
  };
  await pass(20);
  await told.send('One?');
  await told.status('active');
  await told.begins('t1', 'One?');
  await told.writes('t1', 'One.');
  return told;
}

/** The same, where a second text was sent before the first answer was told to be over. */
export async function openAtSecondAnswer(confirmWithinMs?: number) {
  const dispatch = await openHandheldDispatch(confirmWithinMs);
  await dispatch.ends('t1', 'stop');
  await dispatch.send('Two?');
  await dispatch.status('active');
  return dispatch;
}

/** The same, where a text was sent after the first answer, of which the server has said nothing yet. */
export async function openAtSentText() {
  const dispatch = await openHandheldDispatch();
  await dispatch.ends('t1', 'stop');
  await dispatch.status('idle');
  await dispatch.send('Mine?');
  return dispatch;
}
