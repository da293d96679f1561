import { focusManager, keepPreviousData, onlineManager, QueryClient } from '@tanstack/react-query';
import { act, render, screen } from '@testing-library/react';
import { Profiler, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  type ScriptedBackend,
  scriptedBackend,
  stored,
} from '../../../test/unit/conversations/scriptedBackend.js';
import { literalStop } from '../../../stories/literalGeneration.js';
import { AssistantMessage } from '../../components/AssistantMessage.js';
import {
  GenerationError,
  type Message,
  type Snapshot,
  storedAnswer,
  storedSnapshot,
} from '../../core/index.js';
import { ConversationStatusProvider } from './ConversationStatusProvider.js';
import { keepStop, stopMarks } from './stopMarks.js';
import { useActiveConversations } from './useActiveConversations.js';
import { useConversation, type UseConversationResult } from './useConversation.js';
import { useConversationStatus } from './useConversationStatus.js';

const id = 'c1';

afterEach(() => localStorage.clear());

function Chat({ of = id }: { of?: string }) {
  const { messages, send, answer, connection, history } = useConversation(of);
  return (
    <main data-connection={connection} data-history={history}>
      {messages.map((message) => (
        <p key={message.id} data-id={message.id} data-status={message.snapshot.status}>
          {message.role}: {message.snapshot.text}
        </p>
      ))}
      <button type="button" onClick={() => void send('Hi')}>
        Send
      </button>
      <button type="button" onClick={() => void answer.stop()}>
        Stop
      </button>
    </main>
  );
}

const lines = (): (string | null)[] =>
  [...document.querySelectorAll('p')].map((line) => line.textContent);
const statuses = (): (string | undefined)[] =>
  [...document.querySelectorAll('p')].map((line) => line.dataset.status);
const press = (name: string): void => act(() => screen.getByRole('button', { name }).click());
const turn = { type: 'stream', conversationId: id, turnId: 't1' } as const;

/** A page that shows the conversation; gives what its hook gave last. */
function openPage(backend: ScriptedBackend): () => UseConversationResult {
  let now: UseConversationResult;
  function Page() {
    now = useConversation(id);
    return null;
  }
  render(
    <ConversationStatusProvider backend={backend}>
      <Page />
    </ConversationStatusProvider>,
  );
  return () => now;
}

test('under StrictMode a conversation shows what is stored, what is sent, and its answer', async () => {
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('q0', 'user', 'Before'), stored('a0', 'assistant', 'Yes')]);
  render(
    <StrictMode>
      <ConversationStatusProvider backend={backend}>
        <Chat />
      </ConversationStatusProvider>
    </StrictMode>,
  );
  await expect.poll(lines).toEqual(['user: Before', 'assistant: Yes']);
  press('Send');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  act(() => backend.send.text('Hello'));
  await expect
    .poll(lines)
    .toEqual(['user: Before', 'assistant: Yes', 'user: Hi', 'assistant: Hello']);
  expect(backend.send.requests[0]?.input).toEqual({ conversationId: id, text: 'Hi' });
});

test('what was written elsewhere while a conversation was not shown is read when it is shown again', async () => {
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('q0', 'user', 'Before')]);
  const page = (of: string) => (
    <ConversationStatusProvider backend={backend}>
      <Chat of={of} />
    </ConversationStatusProvider>
  );
  const { rerender } = render(page(id));
  await expect.poll(lines).toEqual(['user: Before']);
  rerender(page('c2'));
  await expect.poll(() => document.querySelector('main')?.dataset['history']).toBe('ready');
  backend.stored.set(id, [stored('q0', 'user', 'Before'), stored('q1', 'user', 'From a phone')]);
  rerender(page(id));
  await expect.poll(lines).toEqual(['user: Before', 'user: From a phone']);
});

test('a message is drawn from the answer as long as it is the newest one, and then from what is stored', async () => {
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('a0', 'assistant', 'Before')]);
  const page = openPage(backend);
  const live = (): boolean[] =>
    page()
      .messages.filter(({ role }) => role === 'assistant')
      .map((message) => page().generationOf(message) === page().answer);
  await expect.poll(live).toEqual([false]);
  act(() => void page().send('Hi'));
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  act(() => backend.send.say({ type: 'text', delta: 'Hello' }, { type: 'done' }));
  await expect.poll(() => page().answer.getSnapshot().status).toBe('complete');
  expect(live()).toEqual([false, true]);
  act(() => void page().send('And?'));
  await expect.poll(() => backend.send.requests).toHaveLength(2);
  act(() => backend.send.text('Well'));
  await expect.poll(live).toEqual([false, false, true]);
});

test('a newest answer of which more is stored than this page has is drawn as it is stored', async () => {
  const backend = scriptedBackend();
  const page = openPage(backend);
  act(() => void page().send('Hi'));
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  const { runId } = page().answer.getSnapshot();
  const whole = stored(runId ?? '', 'assistant', 'Hello world');
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), whole]);
  act(() => backend.send.say({ type: 'text', delta: 'Hello' }, { type: 'done' }));
  const drawn = () => {
    const message = page().messages.at(-1);
    return message && page().generationOf(message);
  };
  await expect.poll(() => page().messages.at(-1)?.snapshot.text).toBe('Hello world');
  expect(drawn()).toMatchObject({ status: 'complete', text: 'Hello world' });
});

test('a newest answer that was stopped elsewhere is drawn as it is stored where that is more than this page has', async () => {
  const backend = scriptedBackend();
  const page = openPage(backend);
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(() => page().messages.at(-1)?.snapshot.text).toBe('Hello');
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored('t1', 'assistant', 'Hello world')]);
  act(() => backend.say({ ...turn, event: { type: 'done', outcome: 'stopped' } }));
  await expect.poll(() => page().messages.at(-1)?.snapshot.text).toBe('Hello world');
  const [, answer] = page().messages;
  expect(answer && page().generationOf(answer)).toMatchObject({
    status: 'stopped',
    text: 'Hello world',
  });
});

test('an answer that runs is drawn as it comes though more of it is stored, so that a stop takes nothing away', async () => {
  const backend = scriptedBackend();
  const page = openPage(backend);
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(() => page().messages.at(-1)?.snapshot.text).toBe('Hello');
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored('t1', 'assistant', 'Hello world')]);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(() => page().messages.at(-1)?.snapshot.text).toBe('Hello world');
  const drawn = () => page().messages.map(page().generationOf).at(-1);
  expect(drawn()).toBe(page().answer);
  act(() => void page().answer.stop());
  expect(drawn()).toBe(page().answer);
  expect(page().answer.getSnapshot().text).toBe('Hello');
});

test('a history is read once, however many of several components on it come and go', async () => {
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('q0', 'user', 'Before')]);
  const page = (hasSecond: boolean) => (
    <ConversationStatusProvider backend={backend}>
      <Chat />
      {hasSecond && <Chat />}
    </ConversationStatusProvider>
  );
  const { rerender } = render(page(true));
  await expect.poll(lines).toHaveLength(2);
  const { history } = backend.asked;
  for (const hasSecond of [false, true, false, true]) {
    rerender(page(hasSecond));
    await expect.poll(lines).toHaveLength(hasSecond ? 2 : 1);
  }
  expect(backend.asked.history).toBe(history);
});

test('C6: the stored answer takes the place of the live one, by id, and no message is shown twice', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(() => document.querySelector('main')?.dataset.history).toBe('ready');
  press('Send');
  act(() => backend.send.say({ type: 'start', messageId: 'm1' }, { type: 'text', delta: 'Hi' }));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hi']);
  // The answer says the very words of the question: merging by text would drop one of them.
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored('m1', 'assistant', 'Hi')]);
  act(() => backend.send.say({ type: 'done' }));
  await expect.poll(() => document.querySelector('[data-id="q1"]')).not.toBeNull();
  expect(lines()).toEqual(['user: Hi', 'assistant: Hi']);
});

test('an answer that its backend tells by events, and stores under the name of the turn, is not shown twice', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(() => document.querySelector('main')?.dataset.history).toBe('ready');
  press('Send');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello']);
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored('t1', 'assistant', 'Hello')]);
  act(() => backend.say({ ...turn, event: { type: 'done' } }));
  await expect.poll(statuses).toEqual(['complete', 'complete']);
  await expect.poll(() => document.querySelector('p')?.dataset.id).toBe('q1');
  expect(lines()).toEqual(['user: Hi', 'assistant: Hello']);
});

test('C4: a history that is read before the answer is stored takes nothing off the screen', async () => {
  const backend = scriptedBackend();
  const shown: number[] = [];
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello world' } }));
  await expect.poll(lines).toEqual(['assistant: Hello world']);
  const observer = new MutationObserver(() => {
    shown.push(lines().join('').length);
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  const asked = backend.asked.history;
  for (const text of [null, 'Hello', 'Hello world']) {
    backend.stored.set(id, text === null ? [] : [stored('t1', 'assistant', text)]);
    act(() => backend.say({ type: 'changed', conversationId: id }));
    if (text === null) act(() => backend.say({ ...turn, event: { type: 'done' } }));
    await expect.poll(() => backend.asked.history).toBeGreaterThan(asked);
    await act(() => new Promise((resolve) => setTimeout(resolve)));
  }
  observer.disconnect();
  expect(Math.min(...shown, Infinity)).toBeGreaterThanOrEqual('assistant: Hello world'.length);
  expect(lines()).toEqual(['assistant: Hello world']);
});

test('a history that is due while one is read is read once more, and none is given up', async () => {
  const backend = scriptedBackend();
  const answers: ((messages: Message[]) => void)[] = [];
  backend.history = () => new Promise((resolve) => answers.push(resolve));
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(() => answers).toHaveLength(1);
  // The server has read it already: what it stores now is not in that answer.
  for (let told = 0; told < 3; told += 1) {
    act(() => backend.say({ type: 'changed', conversationId: id }));
  }
  act(() => answers[0]?.([stored('q0', 'user', 'Before')]));
  await expect.poll(lines).toEqual(['user: Before']);
  await expect.poll(() => answers).toHaveLength(2);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  act(() => answers[1]?.([stored('q0', 'user', 'Before'), stored('a0', 'assistant', 'Yes')]));
  await expect.poll(lines).toEqual(['user: Before', 'assistant: Yes']);
  await expect.poll(() => answers).toHaveLength(3);
});

test('a history that became due while nobody looked is read when somebody does, whatever the app has set', async () => {
  const backend = scriptedBackend();
  const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnMount: false } } });
  const page = (of: string) => (
    <ConversationStatusProvider backend={backend} queryClient={queryClient}>
      <Chat key={of} of={of} />
    </ConversationStatusProvider>
  );
  const { rerender } = render(page(id));
  await expect.poll(() => document.querySelector('main')?.dataset.history).toBe('ready');
  rerender(page('c2'));
  backend.stored.set(id, [stored('a0', 'assistant', 'From another device')]);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  rerender(page(id));
  await expect.poll(lines).toEqual(['assistant: From another device']);
});

/** What was answered has come to the screen. */
async function settled(): Promise<void> {
  for (let task = 0; task < 3; task += 1) {
    await act(() => new Promise((resolve) => setTimeout(resolve)));
  }
}

test('a history that was read before anybody looked, and comes late, takes nothing off the screen', async () => {
  const backend = scriptedBackend();
  const answers: ((messages: Message[]) => void)[] = [];
  backend.history = () => new Promise((resolve) => answers.push(resolve));
  const page = (isShown: boolean) => (
    <ConversationStatusProvider backend={backend}>{isShown && <Chat />}</ConversationStatusProvider>
  );
  const { rerender } = render(page(false));
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(() => answers).toHaveLength(1);
  rerender(page(true));
  await expect.poll(() => answers).toHaveLength(2);
  act(() => answers[1]?.([stored('q1', 'user', 'Hi'), stored('t1', 'assistant', 'Hello')]));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello']);
  act(() => answers[0]?.([]));
  await settled();
  expect(lines()).toEqual(['user: Hi', 'assistant: Hello']);
});

test('one reading of a history that hangs keeps no later one from being made', async () => {
  const backend = scriptedBackend();
  const page = openPage(backend);
  const texts = () => page().messages.map(({ snapshot }) => snapshot.text);
  await expect.poll(() => page().history).toBe('ready');
  const { history } = backend;
  const hangs = vi.fn(() => new Promise<never>(() => undefined));
  backend.history = hangs;
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(() => hangs.mock.calls).toHaveLength(1);
  Object.assign(backend, { history });
  backend.stored.set(id, [stored('q0', 'user', 'New')]);
  act(() => void page().reload());
  await expect.poll(texts).toEqual(['New']);
  backend.stored.set(id, [stored('q0', 'user', 'New'), stored('q1', 'user', 'Newer')]);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(texts).toEqual(['New', 'Newer']);
});

test('a history that could not be read in a hidden tab is read when the tab is shown, without a QueryClientProvider too', async () => {
  focusManager.setFocused(false);
  onTestFinished(() => focusManager.setFocused(undefined));
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('a0', 'assistant', 'Yes')]);
  const { history } = backend;
  const fails = vi.fn(() => Promise.reject(new Error('restarting')));
  backend.history = fails;
  const queryClient = new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } });
  render(
    <ConversationStatusProvider backend={backend} queryClient={queryClient}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(() => fails.mock.calls).toHaveLength(1);
  Object.assign(backend, { history });
  const reading = () => queryClient.getQueryCache().getAll()[0]?.state.fetchStatus;
  await expect.poll(reading).toBe('paused');
  act(() => focusManager.setFocused(true));
  await expect.poll(lines).toEqual(['assistant: Yes']);
});

test('a history of a server on this machine is read without a network', async () => {
  onlineManager.setOnline(false);
  onTestFinished(() => onlineManager.setOnline(true));
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('a0', 'assistant', 'Yes')]);
  const page = openPage(backend);
  await expect.poll(() => page().history).toBe('ready');
});

test('a history that cannot be read again takes nothing off the screen, whatever the app has set', async () => {
  const backend = scriptedBackend();
  const queries = { throwOnError: true, retry: false };
  const queryClient = new QueryClient({ defaultOptions: { queries } });
  backend.stored.set(id, [stored('a0', 'assistant', 'Yes')]);
  render(
    <ConversationStatusProvider backend={backend} queryClient={queryClient}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(lines).toEqual(['assistant: Yes']);
  backend.history = () => Promise.reject(new Error('down'));
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(() => document.querySelector('main')?.dataset['history']).toBe('failed');
  expect(lines()).toEqual(['assistant: Yes']);
});

test('B18: in an app whose queries keep the previous data, no conversation is shown as another', async () => {
  const backend = scriptedBackend();
  backend.stored.set(id, [stored('q0', 'user', 'A secret')]);
  const queryClient = new QueryClient({
    defaultOptions: { queries: { placeholderData: keepPreviousData } },
  });
  const page = (of: string) => (
    <ConversationStatusProvider backend={backend} queryClient={queryClient}>
      <Chat of={of} />
    </ConversationStatusProvider>
  );
  const { rerender } = render(page(id));
  await expect.poll(lines).toEqual(['user: A secret']);
  rerender(page('c2'));
  expect(lines()).toEqual([]);
});

test('a page whose browser blocks the channel between tabs works without it', async () => {
  vi.stubGlobal('BroadcastChannel', function blocked() {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const backend = await sendHere();
  act(() => backend.send.text('Hello'));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello']);
});

test('C5: when the backend finished anyway, there is one answer, and it is what was shown', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(lines).toEqual(['assistant: Hello']);
  press('Stop');
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stored.set(id, [stored('t1', 'assistant', 'Hello world, and more')]);
  act(() => backend.stops[0]?.answer({ outcome: 'stopped' }));
  const asked = backend.asked.history;
  await expect.poll(() => backend.asked.history).toBeGreaterThan(asked - 1);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  await expect.poll(statuses).toEqual(['stopped']);
  expect(lines()).toEqual(['assistant: Hello']);
});

test('C8: the mark of a stop and its reason survive a reload where the backend keeps neither', async () => {
  const backend = scriptedBackend();
  const page = render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(lines).toEqual(['assistant: Hello']);
  press('Stop');
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stored.set(id, [stored('t1', 'assistant', 'Hello')]);
  act(() => backend.stops[0]?.answer({ outcome: 'stopped' }));
  await expect.poll(statuses).toEqual(['stopped']);
  page.unmount();

  const reloaded = scriptedBackend();
  reloaded.stored = backend.stored;
  render(
    <ConversationStatusProvider backend={reloaded}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(statuses).toEqual(['stopped']);
  expect(lines()).toEqual(['assistant: Hello']);
});

test('an answer to which its provider gave the same id as to a stopped one is not called stopped', async () => {
  const backend = scriptedBackend();
  const ofRun = (runId: string, outcome: 'complete' | 'stopped'): Message => {
    const run = { id: runId, messageId: 'chatcmpl-7', outcome, reason: null, by: null };
    const snapshot = storedAnswer({ ...run, parts: [{ type: 'text', text: runId }] });
    return { id: runId, role: 'assistant', snapshot };
  };
  backend.stored.set(id, [ofRun('before', 'complete')]);
  const page = openPage(backend);
  await expect.poll(() => page().messages).toHaveLength(1);
  act(() => void page().send('Hi'));
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  const { runId } = page().answer.getSnapshot();
  const start = { type: 'start', messageId: 'chatcmpl-7' } as const;
  act(() => backend.send.say(start, { type: 'text', delta: runId ?? '' }));
  await expect.poll(() => page().answer.getSnapshot().text).toBe(runId);
  act(() => void page().answer.stop());
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stored.set(id, [ofRun('before', 'complete'), ofRun(runId ?? '', 'stopped')]);
  const { history } = backend.asked;
  act(() => backend.stops[0]?.answer({ outcome: 'stopped' }));
  await expect.poll(() => backend.asked.history).toBeGreaterThan(history);
  await settled();
  const answers = page().messages.filter(({ role }) => role === 'assistant');
  expect(answers.map(({ snapshot }) => snapshot.status)).toEqual(['complete', 'stopped']);
});

test('a stop is called kept for a reload only when the stored name of its answer is known', async () => {
  const backend = scriptedBackend();
  function Kept() {
    const { messages } = useConversation(id);
    return <output>{messages.at(-1)?.snapshot.stopRecord?.persisted}</output>;
  }
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
      <Kept />
    </ConversationStatusProvider>,
  );
  const kept = () => document.querySelector('output')?.textContent;
  press('Send');
  act(() => backend.send.text('Hello'));
  await expect.poll(lines).toContain('assistant: Hello');
  press('Stop');
  await expect.poll(kept).toBe('no');
  const { runId } = backend.send.requests[0] ?? { runId: '' };
  const answer = stored(runId, 'assistant', 'Hello');
  const named = { ...answer, snapshot: { ...answer.snapshot, messageId: 'm1' } };
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), named]);
  act(() => backend.stops[0]?.answer({ outcome: 'stopped' }));
  await expect.poll(kept).toBe('browser');
});

test('C8: what is learned of a stop after the next text was sent is remembered, too', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  const marks = stopMarks();
  const sendAndRead = async (turnId: string): Promise<void> => {
    const { length } = backend.send.requests;
    press('Send');
    if (length > 0) {
      await expect.poll(() => backend.stops.length).toBe(length);
      act(() => backend.stops.at(-1)?.answer({ outcome: 'stopped' }));
    }
    await expect.poll(() => backend.send.requests).toHaveLength(length + 1);
    act(() => backend.send.say({ type: 'start', messageId: turnId }));
    act(() => backend.send.text(`Answer ${turnId}`));
    await expect.poll(lines).toContain(`assistant: Answer ${turnId}`);
  };
  await sendAndRead('m1');
  press('Stop');
  await expect.poll(() => marks.read(id, 'm1')?.confirmation).toBe('pending');
  await sendAndRead('m2');
  expect(marks.read(id, 'm1')).toMatchObject({ by: 'user', confirmation: 'confirmed' });
  await sendAndRead('m3');
  await expect.poll(() => marks.read(id, 'm2')).toMatchObject({ by: 'replaced' });
});

test('C8: an answer that the history named before the last word on its stop keeps no older mark', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  press('Send');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  act(() => backend.send.text('Hello'));
  await expect.poll(lines).toContain('assistant: Hello');
  press('Stop');
  const { runId } = backend.send.requests[0] ?? { runId: '' };
  const answer = stored(runId, 'assistant', 'Hello');
  const named = { ...answer, snapshot: { ...answer.snapshot, messageId: 'm1' } };
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), named]);
  act(() => backend.say({ type: 'changed', conversationId: id }));
  const marks = stopMarks();
  await expect.poll(() => marks.read(id, 'm1')?.confirmation).toBe('pending');
  act(() => backend.stops[0]?.answer({ outcome: 'finished', text: 'Hello' }));
  await expect.poll(() => marks.read(id, 'm1')).toBeNull();
});

test('C8: an answer that was gone on with to its end is stopped no more, also after a reload', async () => {
  const backend = scriptedBackend();
  backend.send.continues = 'prefill';
  function GoOn() {
    const { answer } = useConversation(id);
    return (
      <button type="button" onClick={() => void answer.continueAnswer()}>
        Continue
      </button>
    );
  }
  const page = (
    <ConversationStatusProvider backend={backend}>
      <Chat />
      <GoOn />
    </ConversationStatusProvider>
  );
  const view = render(page);
  press('Send');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  act(() => backend.send.text('One'));
  await expect.poll(lines).toContain('assistant: One');
  const { runId } = backend.send.requests[0] ?? { runId: '' };
  press('Stop');
  await expect.poll(() => backend.stops).toHaveLength(1);
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored(runId, 'assistant', 'One')]);
  act(() => backend.stops[0]?.answer({ outcome: 'stopped' }));
  await expect.poll(statuses).toEqual(['complete', 'stopped']);
  expect(stopMarks().read(id, runId)).not.toBeNull();
  press('Continue');
  await expect.poll(() => backend.send.requests).toHaveLength(2);
  backend.stored.set(id, [stored('q1', 'user', 'Hi'), stored(runId, 'assistant', 'One two')]);
  act(() => backend.send.say({ type: 'text', delta: ' two' }, { type: 'done' }));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: One two']);
  await expect.poll(statuses).toEqual(['complete', 'complete']);
  view.unmount();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  await expect.poll(statuses).toEqual(['complete', 'complete']);
});

test('what another tab hears of a stop does not take the place of what is known where it was pressed', () => {
  const marks = stopMarks();
  const record = (by: 'user' | 'remote'): Snapshot => ({
    ...storedSnapshot('Hello'),
    status: 'stopped',
    runId: 't1',
    messageId: 'm1',
    stopRecord: literalStop({ by, reason: by === 'user' ? 'user' : 'other-tab' }),
  });
  expect(keepStop(marks, id, record('user'))).toBe(true);
  expect(keepStop(marks, id, record('remote'))).toBe(true);
  expect(marks.read(id, 'm1')).toMatchObject({ by: 'user', reason: 'user' });
});

test('B18: switching between conversations that stream never mixes them', async () => {
  const backend = scriptedBackend();
  const page = (of: string) => (
    <ConversationStatusProvider backend={backend}>
      <Chat of={of} />
    </ConversationStatusProvider>
  );
  const view = render(page('a'));
  for (let i = 0; i < 20; i += 1) {
    act(() => {
      for (const of of ['a', 'b']) {
        const event = { type: 'text', delta: of } as const;
        backend.say({ type: 'stream', conversationId: of, turnId: `t-${of}`, event });
      }
    });
    view.rerender(page(i % 2 === 0 ? 'b' : 'a'));
    expect(lines().join('').replace('assistant: ', '')).toMatch(i % 2 === 0 ? /^b*$/ : /^a*$/);
  }
  view.rerender(page('b'));
  await expect.poll(lines).toEqual([`assistant: ${'b'.repeat(20)}`]);
  press('Stop');
  await expect.poll(() => backend.stops).toHaveLength(1);
  expect(backend.stops[0]?.request).toMatchObject({ conversationId: 'b', turnId: 't-b' });
  view.rerender(page('a'));
  await expect.poll(statuses).toEqual(['streaming']);
});

test('E9: a lost connection is shown as reconnecting, and nothing is called stopped', async () => {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  backend.rows = [{ id, status: 'active', turnId: 't1' }];
  act(() => backend.say({ type: 'connection', state: 'open' }));
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(statuses).toEqual(['streaming']);
  act(() => backend.say({ type: 'connection', state: 'reconnecting' }));
  expect(document.querySelector('main')?.dataset.connection).toBe('reconnecting');
  expect(statuses()).toEqual(['streaming']);
});

/** The answers of a conversation, as they are drawn. */
function Answers({ of }: { of: string }) {
  const { messages, generationOf } = useConversation(of);
  return messages
    .filter(({ role }) => role === 'assistant')
    .map((message) => <AssistantMessage key={message.id} generation={generationOf(message)} />);
}

test.each([
  ['was lost', true],
  ["of somebody else's answer was left for another conversation", false],
])(
  'a chat is still there, and its answer goes on, when the connection %s in mid-answer',
  async (_, isOwn) => {
    const backend = scriptedBackend();
    backend.attaches = true;
    const page = (of: string) => (
      <ConversationStatusProvider backend={backend}>
        <Chat of={of} />
        <Answers of={of} />
      </ConversationStatusProvider>
    );
    const { rerender } = render(page(id));
    const text = () => document.querySelector('[data-part="text"]')?.textContent;
    if (isOwn) press('Send');
    else
      act(() =>
        backend.say({ type: 'status', conversationId: id, status: 'active', turnId: 't1' }),
      );
    await expect.poll(() => backend.send.requests).toHaveLength(1);
    backend.send.text('One');
    await expect.poll(text).toBe('One');
    backend.send.text(' two.\n\nThree');
    await expect.poll(text).toBe('One two.\n\nThree');
    if (isOwn) {
      backend.send.fail(new GenerationError('network', 'The connection was lost.'));
    } else {
      rerender(page('c2'));
      rerender(page(id));
    }
    await expect.poll(() => backend.send.requests).toHaveLength(2);
    backend.send.say({ type: 'replay' }, { type: 'text', delta: 'One two.\n\nThree' });
    backend.send.text(' four.\n\nFive');
    await expect.poll(text).toBe('One two.\n\nThree four.\n\nFive');
  },
);

function setVisibility(next: DocumentVisibilityState): void {
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(next);
  onTestFinished(() => visibility.mockRestore());
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
}
const connection = (): string | undefined => document.querySelector('main')?.dataset.connection;

/** A page that has sent a text and waits for the answer. */
async function sendHere() {
  const backend = scriptedBackend();
  render(
    <ConversationStatusProvider backend={backend}>
      <Chat />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ type: 'connection', state: 'open' }));
  press('Send');
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  return backend;
}

test('E12: an answer that this page asked for, and that comes over its connection, is whole before a hidden tab is shown again', async () => {
  const backend = await sendHere();
  setVisibility('hidden');
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'Hello' } }));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello']);
  act(() => backend.say({ ...turn, event: { type: 'done' } }));
  await expect.poll(statuses).toEqual(['complete', 'complete']);
  // Nothing is waited for any more, so the connection is let go of; a new text takes it again.
  await expect.poll(connection).toBe('closed');
  press('Send');
  await expect.poll(connection).toBe('connecting');
});

test('a hidden tab holds no connection beside that of an answer which comes over one of its own', async () => {
  const backend = await sendHere();
  act(() => backend.send.text('Hello'));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello']);
  setVisibility('hidden');
  expect(connection()).toBe('closed');
  act(() => backend.send.say({ type: 'text', delta: ' world' }, { type: 'done' }));
  await expect.poll(lines).toEqual(['user: Hi', 'assistant: Hello world']);
});

test('on a server everything is idle, and nothing is asked', () => {
  const backend = scriptedBackend();
  function Page() {
    const { status } = useConversationStatus(id);
    const { conversations, list } = useActiveConversations();
    return (
      <p>
        {status} {conversations.length} {list}
      </p>
    );
  }
  const html = renderToString(
    <ConversationStatusProvider backend={backend}>
      <Page />
      <Chat />
    </ConversationStatusProvider>,
  );
  expect(html).toContain('idle');
  expect(backend.asked).toEqual({ list: 0, history: 0 });
});

test('a status renders for what changes it, and never for text', async () => {
  const backend = scriptedBackend();
  const onRender = vi.fn();
  function Toolbar() {
    const { status } = useConversationStatus(id);
    return (
      <Profiler id="toolbar" onRender={onRender}>
        <p data-status={status} />
      </Profiler>
    );
  }
  render(
    <ConversationStatusProvider backend={backend}>
      <Toolbar />
      <Chat />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ ...turn, event: { type: 'text', delta: 'a' } }));
  await expect.poll(lines).toEqual(['', 'assistant: a']);
  const before = onRender.mock.calls.length;
  for (let length = 2; length < 6; length += 1) {
    act(() => backend.say({ ...turn, event: { type: 'text', delta: 'a' } }));
    await expect.poll(() => lines()[1]).toBe(`assistant: ${'a'.repeat(length)}`);
  }
  expect(onRender.mock.calls.length).toBe(before);
});
