import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { ExampleChat } from './ExampleChat.js';

const meta = {
  title: 'Examples/Chat',
  component: ExampleChat,
  tags: ['!autodocs'],
  args: { wordsPerSecond: 40, firstWordMs: 300 },
  argTypes: {
    wordsPerSecond: { control: { type: 'range', min: 5, max: 200, step: 5 } },
    firstWordMs: { control: { type: 'range', min: 0, max: 5_000, step: 100 } },
  },
} satisfies Meta<typeof ExampleChat>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Ask, read, stop: a model talks inside the page, and a stop silences it for real. */
export const StopAndKeepTheText: Story = {
  play: async ({ canvas, step, userEvent }) => {
    const box = canvas.getByRole('textbox');
    await step('A question is sent with Enter', async () => {
      await userEvent.type(box, 'What should a server listen to?{Enter}');
      await expect(canvas.getByRole('button', { name: 'Stop generating' })).toBeVisible();
    });
    await step('Words arrive', () =>
      waitFor(() => expect(canvas.getByRole('article')).toHaveTextContent('Listen on'), {
        timeout: 5_000,
      }),
    );
    await step('The keyboard reaches Stop, and Enter presses it', async () => {
      const stop = canvas.getByRole('button', { name: 'Stop generating' });
      stop.focus();
      await userEvent.keyboard('{Enter}');
      await waitFor(() => expect(canvas.getByText('You stopped this answer')).toBeVisible());
    });
    await step('The text is kept, and the focus is in the text box', async () => {
      await expect(canvas.getByRole('article')).toHaveTextContent('Listen on');
      await waitFor(() => expect(box).toHaveFocus());
    });
  },
};

/** A second message waits in the queue; a stop holds it until the person acts. */
export const AQueueThatAStopHolds: Story = {
  play: async ({ canvas, step, userEvent }) => {
    const box = canvas.getByRole('textbox');
    await step('Two questions, the second while the first is answered', async () => {
      await userEvent.type(box, 'What should a server listen to?{Enter}');
      await userEvent.type(box, 'And in Fastify?{Enter}');
      await expect(canvas.getByText('1 queued, sent when the answer ends')).toBeVisible();
    });
    await step('Escape stops the answer and holds the queue', async () => {
      await userEvent.keyboard('{Escape}');
      await waitFor(() => expect(canvas.getByText('1 held because you stopped')).toBeVisible());
    });
  },
};
