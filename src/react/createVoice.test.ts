import { expect, test, vi } from 'vitest';
import { scriptedBackend } from '../../test/unit/conversations/scriptedBackend.js';
import { createConversations } from '../core/index.js';
import { createVoice } from './createVoice.js';

test('a stop of all that takes back a text tells nobody', async () => {
  const backend = scriptedBackend();
  const asked = vi.fn();
  backend.whenFree = async (_, signal) => {
    asked();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  const conversations = createConversations({ backend });
  conversations.connect();
  const { answer } = conversations.conversation('c1');
  const requestStop = vi.fn(() => Promise.resolve({ outcome: 'stopped' as const }));
  const voice = createVoice(answer, requestStop);
  void answer.start('Hi');
  await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
  expect(await voice.all.stop()).toMatchObject({ unsent: true });
  await new Promise((resolve) => setImmediate(resolve));
  expect(requestStop).not.toHaveBeenCalled();
});
