import { act, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { scriptedBackend } from '../../../test/unit/conversations/scriptedBackend.js';
import { ActiveConversations } from '../../components/ActiveConversations.js';
import type { Generation } from '../../core/index.js';
import { ConversationStatusProvider } from './ConversationStatusProvider.js';
import { useActiveConversations } from './useActiveConversations.js';
import { useConversation } from './useConversation.js';

function List() {
  const { conversations, stop, stopMany, stopAll, refresh, state } = useActiveConversations();
  return (
    <ActiveConversations
      conversations={conversations}
      onStop={(id) => void stop(id)}
      onStopMany={stopMany}
      onStopAll={() => void stopAll()}
      onReload={() => void refresh()}
      state={state}
    />
  );
}

test('the list shows what runs, stops one, and asks again when nobody answered', async () => {
  const backend = scriptedBackend();
  backend.rows = [
    { id: 'a', status: 'active', title: 'Release notes' },
    { id: 'b', status: 'queued', title: 'Board pack', queuedBehind: 1 },
  ];
  render(
    <ConversationStatusProvider backend={backend}>
      <List />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ type: 'connection', state: 'open' }));
  const stop = await screen.findByRole('button', { name: 'Stop Release notes' });
  act(() => stop.click());
  await expect.poll(() => backend.stops).toHaveLength(1);
  act(() => backend.stops[0]?.fail());
  const retry = await screen.findByRole('button', { name: /Retry stop/ });
  act(() => retry.click());
  await expect.poll(() => backend.stops).toHaveLength(2);
  expect(backend.stops[1]?.request.conversationId).toBe('a');
  expect(screen.getByRole('button', { name: 'Stop Board pack' })).toBeInTheDocument();
});

test('a lost connection and a list that fails are told, and the last rows stay', async () => {
  const backend = scriptedBackend();
  backend.rows = [{ id: 'a', status: 'active', title: 'Release notes' }];
  render(
    <ConversationStatusProvider backend={backend}>
      <List />
    </ConversationStatusProvider>,
  );
  act(() => backend.say({ type: 'connection', state: 'open' }));
  await screen.findByText('Release notes');
  act(() => backend.say({ type: 'connection', state: 'reconnecting' }));
  expect(document.querySelector('section')?.dataset.status).toBe('disconnected');
  backend.list = () => Promise.reject(new Error('down'));
  act(() => backend.say({ type: 'connection', state: 'open' }));
  await expect.poll(() => document.querySelector('section')?.dataset.status).toBe('error');
  expect(screen.getByText('Release notes')).toBeInTheDocument();
});

test('the list renders for what changes in it, and never for text', async () => {
  const backend = scriptedBackend();
  let renders = 0;
  let answer: Generation<string> | null = null;
  function Counting() {
    const { conversations } = useActiveConversations();
    renders += 1;
    return <p>{conversations.length} running</p>;
  }
  function Sending() {
    answer = useConversation('a').answer;
    return null;
  }
  render(
    <ConversationStatusProvider backend={backend}>
      <Counting />
      <Sending />
    </ConversationStatusProvider>,
  );
  const text = () => answer?.getSnapshot().text;
  act(() => void answer?.start('Hi'));
  await expect.poll(() => backend.send.requests).toHaveLength(1);
  await act(async () => {
    backend.send.text('One');
    await expect.poll(text).toBe('One');
  });
  await screen.findByText('1 running');
  const before = renders;
  for (const word of [' two', ' three', ' four']) {
    const sofar = text();
    await act(async () => {
      backend.send.text(word);
      await expect.poll(text).toBe(`${sofar}${word}`);
    });
  }
  expect(renders).toBe(before);
});
