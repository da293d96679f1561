import { act, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { scriptedBackend } from '../../../test/unit/conversations/scriptedBackend.js';
import { ActiveConversations } from '../../components/ActiveConversations.js';
import { ConversationStatusProvider } from './ConversationStatusProvider.js';
import { useActiveConversations } from './useActiveConversations.js';

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
