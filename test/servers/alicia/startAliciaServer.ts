import { once } from 'node:events';
import { decode } from '@msgpack/msgpack';
import notepack from 'notepack.io';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a client said, as it is on the wire. */
export interface Said {
  stanzaId: number;
  conversationId: string;
  type: number;
  body: Record<string, unknown>;
}

/** How the server behaves; each is seen in a real implementation or allowed by the document. */
export interface AliciaHabits {
  /** Whether a stop is acknowledged. */
  acknowledges: boolean;
  /** Sentences that still come after a stop. */
  lateSentences: number;
  /** Whether a stopped answer ends with a sentence that says so. */
  finalSentence: boolean;
  /** Whether a stop stops anything. */
  obeys: boolean;
  /** The time between two sentences; `null` waits for `speak`. */
  sentenceMs: number | null;
}

interface Generation {
  id: string;
  sentences: string[];
  said: number;
  timer: ReturnType<typeof setInterval> | null;
  late: number | null;
}

/** A test's Alicia, which speaks the protocol over a WebSocket with a MessagePack of its own. */
export async function startAliciaServer(conversationId: string) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const habits: AliciaHabits = {
    acknowledges: true,
    lateSentences: 0,
    finalSentence: false,
    obeys: true,
    sentenceMs: 10,
  };
  const heard: Said[] = [];
  const log: { stanzaId: number; packet: Buffer }[] = [];
  const active = new Map<string, Generation>();
  const finished = new Set<string>();
  let nextSentences: string[] | null = null;
  let answerTo = true;
  let client: WebSocket | null = null;

  function say(type: number, body: object, numbered = true): void {
    const stanzaId = numbered ? -(log.length + 1) : 0;
    const packet = Buffer.from(
      notepack.encode({
        stanzaId,
        conversationId,
        type,
        meta: { timestamp: Date.now() },
        body,
      }) as Buffer,
    );
    if (numbered) log.push({ stanzaId, packet });
    client?.send(packet);
  }

  const sentence = (one: Generation, text: string, isFinal: boolean): void =>
    say(16, {
      id: `se_${one.id}_${one.said}`,
      previousId: one.id,
      conversationId,
      sequence: one.said,
      text,
      isFinal,
    });

  function begin(messageId: string): void {
    const one: Generation = {
      id: `msg_${log.length + 1}`,
      sentences: nextSentences ?? Array.from({ length: 200 }, (_, at) => `Sentence ${at + 1}.`),
      said: 0,
      timer: null,
      late: null,
    };
    nextSentences = null;
    active.set(one.id, one);
    say(13, { id: one.id, previousId: messageId, conversationId, answerType: 'text' });
    if (habits.sentenceMs !== null) one.timer = setInterval(() => speak(one), habits.sentenceMs);
  }

  function speak(one: Generation): void {
    const text = one.sentences[one.said];
    if (text === undefined) return;
    one.said += 1;
    if (one.late !== null) one.late -= 1;
    const isLast = one.said === one.sentences.length;
    sentence(one, text, isLast);
    if (isLast || one.late === 0) end(one);
  }

  function end(one: Generation): void {
    if (one.timer !== null) clearInterval(one.timer);
    active.delete(one.id);
    finished.add(one.id);
  }

  function cancel(one: Generation): void {
    if (!habits.obeys) return;
    if (habits.lateSentences > 0) one.late = habits.lateSentences;
    else end(one);
    if (!habits.finalSentence) return;
    one.said += 1;
    sentence(one, '', true);
  }

  function error(code: number, message: string): void {
    say(1, {
      id: `err_${log.length}`,
      conversationId,
      code,
      message,
      severity: 2,
      recoverable: true,
    });
  }

  function stop({ stanzaId, body }: Said): void {
    const { targetId, stopType = 'all' } = body as { targetId?: string; stopType?: string };
    if (body.conversationId !== conversationId) return error(201, 'conversation not found');
    if (!['generation', 'speech', 'all'].includes(stopType)) return error(101, 'unknown stopType');
    if (stopType !== 'speech') {
      const target = active.get(targetId ?? '');
      if (targetId !== undefined && target === undefined && stopType === 'generation') {
        return error(501, `no active generation found for target: ${targetId}`);
      }
      for (const one of target === undefined ? [...active.values()] : [target]) cancel(one);
    }
    if (habits.acknowledges) {
      say(8, { conversationId, acknowledgedStanzaId: stanzaId, success: true });
    }
  }

  server.on('connection', (socket) => {
    client = socket;
    socket.on('message', (packet: Buffer) => {
      const said = decode(packet) as Said;
      heard.push(said);
      if (said.type === 2 && answerTo) begin(String(said.body.id));
      if (said.type === 10) stop(said);
      if (said.type !== 12) return;
      const last = Number(said.body.lastSequenceSeen ?? 0);
      say(8, { conversationId, acknowledgedStanzaId: last, success: true }, false);
      if (last === 0) return;
      for (const { stanzaId, packet: missed } of log) if (stanzaId <= last) socket.send(missed);
    });
    socket.on('close', () => {
      if (client === socket) client = null;
    });
  });

  return {
    url: `ws://127.0.0.1:${address.port}`,
    habits,
    heard,
    stops: () => heard.filter(({ type }) => type === 10).map(({ body }) => body),
    /** The sentences of the next answer. */
    next(...sentences: string[]): void {
      nextSentences = sentences;
    },
    /** Messages are read, and answered only by `begin`. */
    holdAnswers(): void {
      answerTo = false;
    },
    begin,
    say,
    error,
    /** Says the next sentence of what runs. */
    speak(): void {
      for (const one of [...active.values()]) speak(one);
    },
    active: () => [...active.keys()],
    isConnected: () => client !== null,
    cut(): void {
      client?.terminate();
      client = null;
    },
    async close(): Promise<void> {
      for (const one of [...active.values()]) end(one);
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
