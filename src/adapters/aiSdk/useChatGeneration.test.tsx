import { act } from '@testing-library/react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { AssistantMessage } from '../../components/AssistantMessage.js';
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
