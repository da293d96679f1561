import { Chat } from '@ai-sdk/react';
import type { ChatInit, UIMessage, UIMessageChunk } from 'ai';
import { generationFromChat, stoppableTransport } from 'stopkit/ai-sdk';
import type { StopAnswer, StopRequest } from 'stopkit/core';
import { expect } from 'vitest';

/** A request that the chat has made, and the answer to it. */
export interface Sent {
  runId: string;
  messages: UIMessage[];
  signal: AbortSignal;
  say(...chunks: (UIMessageChunk | object)[]): void;
  /** Names the run and the message, as stopkit's server does, and says the first words. */
  begin(messageId: string, text?: string): void;
  /** Ends the answer as a whole one. */
  finish(): void;
  /** Ends the body. */
  close(): void;
  /** Breaks the connection. */
  cut(): void;
}

/** The answer of a server, written by a test. */
export function writeAnswer(
  runId: string,
  out: ReadableStreamDefaultController<unknown>,
): Omit<Sent, 'runId' | 'messages' | 'signal'> {
  const say = (...chunks: object[]): void => chunks.forEach((chunk) => out.enqueue(chunk));
  return {
    say,
    begin(messageId, text) {
      say(
        { type: 'start', messageId, messageMetadata: { stopkit: { runId } } },
        { type: 'start-step' },
      );
      if (text !== undefined) {
        say({ type: 'text-start', id: 't' }, { type: 'text-delta', id: 't', delta: text });
      }
    },
    finish() {
      say({ type: 'finish-step' }, { type: 'finish' });
      out.close();
    },
    close: () => out.close(),
    cut: () => out.error(new TypeError('network error')),
  };
}

/** A transport whose server is the test: what was sent, what was asked of it, and what it is told. */
export function openTransport(stop?: (request: StopRequest) => Promise<StopAnswer>) {
  const sent: Sent[] = [];
  const stops: StopRequest[] = [];
  const resumes: ((stream: ReadableStream<unknown> | null) => void)[] = [];
  interface Request {
    body?: object;
    messages: UIMessage[];
    abortSignal?: AbortSignal;
  }
  const transport = stoppableTransport(
    {
      sendMessages: ({ body, messages, abortSignal }: Request): Promise<ReadableStream<unknown>> =>
        Promise.resolve(
          new ReadableStream({
            start(out) {
              const { runId = '' } = (body ?? {}) as { runId?: string };
              const signal = abortSignal ?? new AbortController().signal;
              sent.push({ runId, messages, signal, ...writeAnswer(runId, out) });
            },
          }),
        ),
      reconnectToStream: (): Promise<ReadableStream<unknown> | null> =>
        new Promise((resolve) => resumes.push(resolve)),
    },
    {
      stopUrl(request) {
        stops.push(request);
        return stop?.(request) ?? Promise.resolve({ outcome: 'stopped' });
      },
    },
  );
  /** The request of this number, once it has been made. */
  const request = async (number: number): Promise<Sent> => {
    await expect.poll(() => sent.length).toBeGreaterThanOrEqual(number);
    const found = sent[number - 1];
    if (found === undefined) throw new Error(`No request ${number}.`);
    return found;
  };
  return { transport, sent, stops, resumes, request };
}

/** The SDK's own chat over such a transport. */
export function openChat({
  stop,
  ...init
}: Omit<ChatInit<UIMessage>, 'transport'> & {
  stop?: (request: StopRequest) => Promise<StopAnswer>;
} = {}) {
  const server = openTransport(stop);
  // The SDK's type of a transport wants every field of its requests; the rest fits, of whichever copy it is.
  const all = { id: 'c', ...init, transport: server.transport } as never;
  const chat = new Chat<UIMessage>(all);
  const answer = generationFromChat(chat, server.transport);
  return { ...server, chat, answer, lane: server.transport.lane('c') };
}

/** A stop that is answered when the test says so. */
export function heldStop() {
  const verdicts: ((answer: StopAnswer) => void)[] = [];
  return {
    verdicts,
    stop: () => new Promise<StopAnswer>((resolve) => verdicts.push(resolve)),
  };
}

/** An answer that is being written, whose stop is answered when the test says so. */
export async function openHeldAnswer() {
  const { verdicts, stop } = heldStop();
  const opened = openChat({ stop });
  void opened.chat.sendMessage({ text: 'A?' });
  (await opened.request(1)).begin('m1', 'Answer of A');
  await expect.poll(() => opened.answer.getSnapshot().text).toBe('Answer of A');
  return { ...opened, verdicts };
}

/** Everything that has been begun without a timer is done. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export const question = (id: string, text: string): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
});

export const reply = (id: string, text: string): UIMessage => ({
  id,
  role: 'assistant',
  parts: [{ type: 'text', text }],
});

/** The words of a message. */
export const wordsOf = (message: UIMessage | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
