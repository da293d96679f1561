import { Chat } from '@ai-sdk/react';
import { act, fireEvent, render } from '@testing-library/react';
import type { UIMessage } from 'ai';
import { useSyncExternalStore } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import {
  heldStop,
  openTransport,
  question,
  reply,
  wordsOf,
} from '../../../test/unit/aiSdk/openChat.js';
import { AssistantMessage } from '../../components/AssistantMessage.js';
import { Composer } from '../../components/Composer.js';
import type { Generation } from '../../core/index.js';
import type { ChatLike, ChatMessage, MessagePart } from './ChatLike.js';
import { stoppableTransport } from './stoppableTransport.js';
import { useChatGeneration } from './useChatGeneration.js';

const text = (words: string): MessagePart => ({ type: 'text', text: words });
const stop = { reason: 'user', by: 'user', seenChars: 14, confirmation: 'confirmed' } as const;
const messages: ChatMessage[] = [
  { id: 'q', role: 'user', parts: [text('Hi?')] },
  {
    id: 'a',
    role: 'assistant',
    parts: [text('Half an answer')],
    metadata: { stopkit: { runId: 'run-00001', stop } },
  },
];
const chat: ChatLike = {
  id: 'c',
  messages,
  stop: () => Promise.resolve(),
  sendMessage: () => Promise.resolve(),
  regenerate: () => Promise.resolve(),
};

/** A chat with a transport of its own, as each of server and page has one. */
function openChat() {
  const transport = stoppableTransport({
    sendMessages: () => Promise.reject<ReadableStream<unknown>>(new Error('Not here.')),
    reconnectToStream: () => Promise.resolve<ReadableStream<unknown> | null>(null),
  });
  return function Chat() {
    const { answer, earlier } = useChatGeneration(chat, transport);
    return (
      <main>
        <p>{earlier.length} before it</p>
        <AssistantMessage generation={answer} />
      </main>
    );
  };
}

test('C8: the last stored answer and its mark are in the page as the server sends it, and stay', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const OnServer = openChat();
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(<OnServer />);
  const sent = container.textContent;
  expect(sent).toContain('1 before it');
  expect(sent).toContain('Half an answer');
  expect(sent).toContain('You stopped this answer');
  // React 18 warns about layout effects where a server is only played.
  complaints.mockClear();
  const Page = openChat();
  const root = await act(() => hydrateRoot(container, <Page />));
  expect(complaints).not.toHaveBeenCalled();
  expect(container.textContent).toBe(sent);
  complaints.mockRestore();
  act(() => root.unmount());
  container.remove();
});

/** A page with a chat of the SDK, whose server is the test. */
function openPage(
  stored: Record<string, UIMessage[]> = {},
  held?: Parameters<typeof openTransport>[0],
) {
  const server = openTransport(held);
  const makeChat = (id: string): Chat<UIMessage> => {
    // The SDK's type of a transport wants every field of its requests.
    const transport = server.transport as never;
    return new Chat({ id, messages: stored[id] ?? [], transport });
  };
  const page: { chat: Chat<UIMessage>; answer?: Generation<string> } = { chat: makeChat('a') };

  /** The SDK's `useChat` with the React of this suite; its `setMessages` is of the chat that is shown. */
  function useChat(id: string): ChatLike<UIMessage> {
    if (page.chat.id !== id) page.chat = makeChat(id);
    const { chat } = page;
    const shown = useSyncExternalStore(chat['~registerMessagesCallback'], () => chat.messages);
    return {
      id,
      messages: shown,
      setMessages: (change) => void (page.chat.messages = change(page.chat.messages)),
      stop: chat.stop,
      sendMessage: chat.sendMessage,
      regenerate: chat.regenerate,
    };
  }

  function Page({ id }: { id: string }) {
    const chat = useChat(id);
    const { answer, earlier } = useChatGeneration(chat, server.transport);
    page.answer = answer;
    return (
      <main>
        {earlier.map((message) => (
          <p key={message.id}>{wordsOf(message)}</p>
        ))}
        <AssistantMessage generation={answer} />
        <Composer generation={answer} onSend={(words) => void chat.sendMessage({ text: words })} />
      </main>
    );
  }

  const view = render(<Page id="a" />);
  const send = (words: string) => act(() => void page.chat.sendMessage({ text: words }));
  return { ...server, view, page, Page, send };
}

test('a conversation that is loaded in place of another is shown with its own answer', async () => {
  const { view, page, send, request } = openPage();
  send('A?');
  const first = await request(1);
  await act(async () => {
    first.begin('m1', 'Answer of A');
    first.finish();
    await expect.poll(() => page.answer?.getSnapshot().status).toBe('complete');
  });
  expect(view.container.textContent).toContain('Answer of A');
  act(() => void (page.chat.messages = [question('q9', 'B?'), reply('a9', 'Answer of B')]));
  expect(view.container.textContent).toContain('Answer of B');
  expect(view.container.textContent).not.toContain('Answer of A');
});

test('rule 4: the verdict on an answer that the page has left does not touch the chat it shows now', async () => {
  const { verdicts, stop: held } = heldStop();
  const b = [question('q9', 'B?'), reply('a9', 'The whole answer of B.')];
  const { view, page, Page, send, request } = openPage({ b }, held);
  send('A?');
  (await request(1)).begin('m1', 'Answer of A');
  await act(() => expect.poll(() => page.answer?.getSnapshot().text).toBe('Answer of A'));
  let stopped: Promise<unknown> | undefined;
  act(() => {
    stopped = page.answer?.stop();
  });
  view.rerender(<Page id="b" />);
  await act(async () => {
    verdicts[0]?.({ outcome: 'stopped' });
    await stopped;
  });
  expect(page.chat.messages).toEqual(b);
});

test('a question that was stopped while it waited to be sent is in the draft again, and not in the chat', async () => {
  const { view, page, send, sent, request } = openPage({}, heldStop().stop);
  send('A?');
  (await request(1)).begin('m1', 'Answer of A');
  await act(() => expect.poll(() => page.answer?.getSnapshot().text).toBe('Answer of A'));
  act(() => void page.answer?.stop());
  const box = view.getByRole('textbox');
  fireEvent.change(box, { target: { value: 'B?' } });
  fireEvent.keyDown(box, { key: 'Enter' });
  await act(() => expect.poll(() => page.answer?.getSnapshot().status).toBe('connecting'));
  expect(page.chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A', 'B?']);
  await act(async () => {
    await page.answer?.stop();
  });
  expect(box).toHaveProperty('value', 'B?');
  expect(page.chat.messages.map(wordsOf)).toEqual(['A?', 'Answer of A']);
  // The answer before it is the last one again, and its stop is still out.
  expect(page.answer?.getSnapshot()).toMatchObject({ status: 'stopping', text: 'Answer of A' });
  expect(sent).toHaveLength(1);
});
