import { ActionBarPrimitive, ComposerPrimitive, ThreadPrimitive } from '@assistant-ui/react';
import { fireEvent, render, screen } from '@testing-library/react';
import type { Snapshot } from 'stopkit/core';
import { afterEach, expect, test, vi } from 'vitest';
import { Runtime } from '../../../test/e2e/assistantUiPage/Runtime.js';
import { snapshotOf } from './createThreadMessages.js';

/** What is told of an answer: its status, and what became of its stop. */
const stateOf = (snapshot: Snapshot | null): string =>
  `${snapshot?.status} ${snapshot?.stopRecord?.confirmation ?? ''}`.trim();

afterEach(() => vi.unstubAllGlobals());

/** The chat of the docs, before a server that begins an answer, and answers to a stop when the test says so. */
function openChat() {
  const asked: string[] = [];
  const verdicts: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    if (url === '/api/stop') return new Promise<Response>((resolve) => verdicts.push(resolve));
    const body = new ReadableStream({
      start: (answer) => answer.enqueue(new TextEncoder().encode('Because.')),
    });
    return Promise.resolve(new Response(body));
  });
  render(
    <Runtime>
      <ThreadPrimitive.Messages>
        {({ message }) => (
          <p data-testid={message.role} data-state={stateOf(snapshotOf(message))}>
            {message.content.map((part) => (part.type === 'text' ? part.text : ''))}
            <ActionBarPrimitive.Reload>Again</ActionBarPrimitive.Reload>
          </p>
        )}
      </ThreadPrimitive.Messages>
      <ComposerPrimitive.Root>
        <ComposerPrimitive.Input />
        <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
        <ComposerPrimitive.Cancel>Cancel</ComposerPrimitive.Cancel>
      </ComposerPrimitive.Root>
    </Runtime>,
  );
  const said = (role: string) =>
    screen.queryAllByTestId(role).map((one) => one.firstChild?.textContent);
  const states = () => screen.queryAllByTestId('assistant').map((one) => one.dataset['state']);
  const send = async (text: string): Promise<void> => {
    fireEvent.change(screen.getByRole('textbox'), { target: { value: text } });
    await vi.waitFor(() => expect(screen.getByText('Send')).toBeEnabled());
    fireEvent.click(screen.getByText('Send'));
  };
  return { asked, verdicts, said, states, send };
}

test('with the chat on the page, a message that is stopped while it waits is a draft, and no question as well', async () => {
  const { asked, said, send } = openChat();
  await send('Why?');
  await expect.poll(() => said('assistant')).toEqual(['Because.']);
  fireEvent.click(screen.getByText('Cancel'));
  await send('And then?');
  await expect.poll(() => said('user')).toEqual(['Why?', 'And then?']);
  fireEvent.click(screen.getByText('Cancel'));
  await expect.poll(() => said('user')).toEqual(['Why?']);
  expect(said('assistant')).toEqual(['Because.']);
  expect(screen.getByRole('textbox')).toHaveValue('And then?');
  expect(asked).toEqual(['/api/chat', '/api/stop']);
});

test('with the chat on the page, an answer that is to be made again and is stopped while it waits is still there', async () => {
  const { asked, said, send } = openChat();
  await send('Why?');
  await expect.poll(() => said('assistant')).toEqual(['Because.']);
  fireEvent.click(screen.getByText('Cancel'));
  await vi.waitFor(() => expect(screen.getAllByText('Again').at(-1)).toBeEnabled());
  fireEvent.click(screen.getAllByText('Again').at(-1) as HTMLElement);
  await vi.waitFor(() => expect(screen.getByText('Cancel')).toBeEnabled());
  fireEvent.click(screen.getByText('Cancel'));
  await vi.waitFor(() => expect(screen.getByText('Cancel')).toBeDisabled());
  expect(said('user')).toEqual(['Why?']);
  expect(said('assistant')).toEqual(['Because.']);
  expect(asked).toEqual(['/api/chat', '/api/stop']);
});

test('with the chat on the page, an answer whose stop is confirmed after the next question is no longer being stopped', async () => {
  const { verdicts, states, send } = openChat();
  await send('Why?');
  await expect.poll(states).toEqual(['streaming']);
  fireEvent.click(screen.getByText('Cancel'));
  await expect.poll(states).toEqual(['stopping pending']);
  await send('And then?');
  await expect.poll(() => states().length).toBe(2);
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.(
    new Response(JSON.stringify({ outcome: 'stopped' }), {
      headers: { 'content-type': 'application/json' },
    }),
  );
  // The next question has been sent by then.
  await expect.poll(() => states()[1]).toBe('streaming');
  await expect.poll(() => states()[0]).toBe('stopped confirmed');
});
