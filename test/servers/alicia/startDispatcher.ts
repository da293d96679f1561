import { once } from 'node:events';
import { decode } from '@msgpack/msgpack';
import notepack from 'notepack.io';
import { type ControlStopRecord, createDispatcher, socketChannel } from 'stopkit/alicia/server';
import { createRuns, type RunSettled } from 'stopkit/server';
import { WebSocket, WebSocketServer } from 'ws';
import type { Said } from './startAliciaServer.js';

/** A model that says a sentence whenever it is told to. */
export function createModel() {
  let waiting: (() => void)[] = [];
  let said = 0;
  const signals: AbortSignal[] = [];
  const reasons: string[] = [];
  const model = {
    /** How many sentences an answer has. */
    length: Infinity,
    /** Ignores its signal, as a provider that hangs does. */
    isDeaf: false,
    fails: false,
    signals,
    silenced: reasons,
    /** Says one sentence in every answer. */
    speak(): void {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    async *answer({ signal }: { signal: AbortSignal }): AsyncGenerator<string> {
      signals.push(signal);
      for (let at = 1; at <= model.length; at += 1) {
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          if (model.isDeaf) return;
          signal.addEventListener('abort', () => {
            waiting = waiting.filter((wake) => wake !== resolve);
            reject(new Error('The connection was cut.'));
          });
        });
        if (model.fails) throw new Error('secret of the provider');
        said += 1;
        yield `Sentence ${at}.`;
      }
    },
    said: () => said,
    isHeld: () => waiting.length > 0,
  };
  return model;
}

/** The kit's own Alicia server over a real WebSocket, with what it kept and audited. */
export async function startDispatcher(conversationId: string) {
  const kept: RunSettled[] = [];
  const stops: ControlStopRecord[] = [];
  const model = createModel();
  const runs = createRuns({
    authorize: () => ({ userId: 'ann' }),
    onSettled: (run) => void kept.push(run),
  });
  const dispatcher = createDispatcher({
    runs,
    conversationId,
    userId: 'ann',
    answer: (request) => model.answer(request),
    silence: ({ reason }) => model.silenced.push(reason),
    onStop: (record) => stops.push(record),
  });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const leave = dispatcher.connect(socketChannel(socket));
    socket.on('close', leave);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const url = `ws://127.0.0.1:${address.port}`;
  return {
    url,
    model,
    runs,
    kept,
    stops,
    cut: () => {
      for (const socket of server.clients) socket.terminate();
    },
    /** A client that knows nothing of the kit: another MessagePack writes its packets. */
    async open() {
      const socket = new WebSocket(url);
      const heard: Said[] = [];
      socket.on('message', (packet: Buffer) => heard.push(decode(packet) as Said));
      await once(socket, 'open');
      let stanzaId = 0;
      const of = (type: number) => heard.filter((said) => said.type === type);
      return {
        heard,
        say(type: number, body: object): number {
          stanzaId += 1;
          socket.send(notepack.encode({ stanzaId, conversationId, type, body }) as Buffer);
          return stanzaId;
        },
        raw: (bytes: Uint8Array) => socket.send(bytes),
        errors: () => of(1).map(({ body }) => body),
        acknowledged: () => of(8).map(({ body }) => body.acknowledgedStanzaId),
        answers: () => of(13).map(({ body }) => String(body.id)),
        sentences: () => of(16) as (Said & { meta?: { truncated?: boolean } })[],
      };
    },
    async close() {
      dispatcher.close();
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
      await runs.close();
    },
  };
}
