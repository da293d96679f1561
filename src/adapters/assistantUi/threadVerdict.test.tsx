import { ComposerPrimitive, ThreadPrimitive } from '@assistant-ui/react';
import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Runtime } from '../../../test/e2e/assistantUiPage/Runtime.js';
import { snapshotOf } from './createThreadMessages.js';

afterEach(() => vi.unstubAllGlobals());

test('with the chat on the page, an answer whose stop is confirmed after the next question is no longer being stopped', async () => {
  const verdicts: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    if (url === '/api/stop') {
      return new Promise<Response>((resolve) => verdicts.push(resolve));
    }
    const body = new ReadableStream({
      start: (answer) => answer.enqueue(new TextEncoder().encode('Because.')),
    });
    return Promise.resolve(new Response(body));
  });
  render(
    <Runtime>
      <ThreadPrimitive.Messages>
        {({ message }) => {
          const snapshot = snapshotOf(message);
          return (
            <p data-testid={message.role}>
              {snapshot === null
                ? 'asked'
                : `${snapshot.status} ${snapshot.stopRecord?.confirmation ?? ''}`.trim()}
            </p>
          );
        }}
      </ThreadPrimitive.Messages>
      <ComposerPrimitive.Root>
        <ComposerPrimitive.Input />
        <ComposerPrimitive.Send>Send</ComposerPrimitive.Send>
        <ComposerPrimitive.Cancel>Cancel</ComposerPrimitive.Cancel>
      </ComposerPrimitive.Root>
    </Runtime>,
  );
  const answers = () => screen.queryAllByTestId('assistant').map((one) => one.textContent);
  const send = async (text: string): Promise<void> => {
    fireEvent.change(screen.getByRole('textbox'), { target: { value: text } });
    await vi.waitFor(() => expect(screen.getByText('Send')).toBeEnabled());
    fireEvent.click(screen.getByText('Send'));
  };
  await send('Why?');
  await expect.poll(answers).toEqual(['streaming']);
  fireEvent.click(screen.getByText('Cancel'));
  await expect.poll(answers).toEqual(['stopping pending']);
  await send('And then?');
  await expect.poll(() => answers().length).toBe(2);
  await expect.poll(() => verdicts).toHaveLength(1);
  verdicts[0]?.(
    new Response(JSON.stringify({ outcome: 'stopped' }), {
      headers: { 'content-type': 'application/json' },
    }),
  );
  // The next question has been sent by then.
  await expect.poll(() => answers()[1]).toBe('streaming');
  await expect.poll(() => answers()[0]).toBe('stopped confirmed');
});
