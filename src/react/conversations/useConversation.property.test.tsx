import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import fc from 'fast-check';
import { Activity, type ActivityProps, StrictMode, version } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LONG } from '../../../test/tier.js';
import { scriptedBackend } from '../../../test/unit/conversations/scriptedBackend.js';
import { AssistantMessage } from '../../components/AssistantMessage.js';
import { Composer } from '../../components/Composer.js';
import { GenerationError, type StreamEvent } from '../../core/index.js';
import { ConversationStatusProvider } from './ConversationStatusProvider.js';
import { useConversation, type UseConversationResult } from './useConversation.js';
import { useConversationStatus } from './useConversationStatus.js';

/** React 18 has no tabs that are kept while they are hidden. */
const Tab = version.startsWith('18')
  ? ({ mode, children }: ActivityProps) => <>{mode === 'visible' && children}</>
  : Activity;

/** Until all is drawn: what an effect waits for begins when React has rendered, at the end of an `act`. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await act(() => vi.advanceTimersByTimeAsync(50));
}

const textOf = (answer: Element): string =>
  [...answer.querySelectorAll('[data-part="block"]')].map((block) => block.textContent).join('');

/** A chat of two conversations, and all that may happen to it. */
function openChat({ attaches, isMarkdown }: { attaches: boolean; isMarkdown: boolean }) {
  const backend = Object.assign(scriptedBackend(), { attaches });
  const { requests, runs } = backend.send;
  const props = isMarkdown ? { renderText: (markdown: string) => markdown } : {};
  let chat: UseConversationResult;
  const answers = () => chat.messages.filter(({ role }) => role === 'assistant');
  let [id, mode]: [string, ActivityProps['mode']] = ['a', 'visible'];
  let [words, turns] = [0, 0];
  function Chat({ of }: { of: string }) {
    chat = useConversation(of);
    return (
      <>
        {answers().map((message) => (
          <AssistantMessage key={message.id} generation={chat.generationOf(message)} {...props} />
        ))}
        <Composer generation={useConversationStatus(of)} onSend={(text) => void chat.send(text)} />
      </>
    );
  }
  const page = () => (
    <StrictMode>
      <ConversationStatusProvider backend={backend}>
        <Tab mode={mode}>
          <Chat of={id} />
        </Tab>
      </ConversationStatusProvider>
    </StrictMode>
  );
  const { rerender } = render(page());
  const word = () => `w${(words += 1)}`;
  const elsewhere = (event: StreamEvent) =>
    backend.say({ type: 'stream', conversationId: id, turnId: `${id}${turns}`, event });
  const run = () => runs[requests.findLastIndex(({ input }) => input.conversationId === id)];
  const say = (...events: StreamEvent[]) => run()?.say(...events);
  const steps = {
    send() {
      const box = screen.queryByRole('textbox');
      if (box === null) return;
      fireEvent.change(box, { target: { value: word() } });
      fireEvent.keyDown(box, { key: 'Enter' });
    },
    stop: () => screen.queryAllByRole('button', { name: /Stop generating|Retry stop/ })[0]?.click(),
    word: () => say({ type: 'text', delta: `${word()} ` }),
    paragraph: () => say({ type: 'text', delta: `${word()}\n\n${word()}` }),
    replay() {
      const delta = `${chat.answer.getSnapshot().text}${word()}`;
      say({ type: 'replay' }, { type: 'text', delta });
    },
    done: () => say({ type: 'done' }),
    lose: () => run()?.fail(new GenerationError('network', 'Lost.')),
    answer: () => backend.stops.at(-1)?.answer({ outcome: 'stopped' }),
    go: () => rerender(((id = id === 'a' ? 'b' : 'a'), page())),
    hide: () => rerender(((mode = mode === 'hidden' ? 'visible' : 'hidden'), page())),
    other: () => elsewhere({ type: 'text', delta: `${word()}\n\n${word()}` }),
    ended: () => (elsewhere({ type: 'done' }), (turns += 1)),
  };
  return {
    steps,
    isShown: () => mode === 'visible',
    /** Of what is shown, and of what was asked. */
    names: () => [
      ...chat.messages.map((message) => message.id),
      ...requests.flatMap((request) => (request.mode === 'start' ? request.input.text : [])),
    ],
    texts: () => answers().map(({ snapshot }) => snapshot.text),
    drawn: () => [...document.querySelectorAll('article')].map(textOf),
  };
}

const USUAL = ['send', 'word', 'paragraph', 'replay'] as const;
const RARE = ['stop', 'answer', 'done', 'lose', 'go', 'hide', 'other', 'ended'] as const;
const usual = { weight: 2, arbitrary: fc.constantFrom(...USUAL) };
const step = fc.oneof(usual, fc.constantFrom(...RARE));

test('whatever happens to a chat, it shows what was said, and sends and shows nothing twice', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const property = fc.asyncProperty(
    fc.record({ attaches: fc.boolean(), isMarkdown: fc.boolean() }),
    fc.array(fc.tuple(step, fc.boolean()), { minLength: 10, maxLength: 40, size: 'max' }),
    async (options, schedule) => {
      const chat = openChat(options);
      await settle();
      for (const [name, isRead] of schedule) {
        act(() => void chat.steps[name]());
        if (!isRead) continue;
        await settle();
        if (chat.isShown()) expect(chat.drawn()).toEqual(chat.texts());
        expect(chat.names()).toEqual([...new Set(chat.names())]);
      }
    },
  );
  const leave = fc.afterEach(() => {
    cleanup();
    localStorage.clear();
  });
  // The same chats every time, but in the long tier.
  const runs = LONG ? { numRuns: 250 } : { numRuns: 25, seed: 1 };
  await fc.assert(property, { ...runs, endOnFailure: true, plugins: [leave] });
}, 120_000);
