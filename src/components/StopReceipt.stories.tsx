import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import type { StopRecord } from 'stopkit/core';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { StopReceipt } from './StopReceipt.js';

const stop = (
  record: Partial<StopRecord> = {},
  status: 'stopping' | 'stopped' | 'complete' = 'stopped',
) =>
  literalGeneration({
    status,
    stopRecord: literalStop({ frozenMs: 3, answeredMs: 41, ...record }),
  });

const confirmed = stop({
  receipt: {
    upstreamClosedMs: 43,
    savedMs: 71,
    chunksAfterStop: 0,
    tokensAfterStop: 0,
    savedChars: 1_284,
  },
});

const meta = {
  title: 'Components/StopReceipt',
  component: StopReceipt,
  args: { generation: confirmed, onRetryStop: fn(), onShowRest: fn() },
  argTypes: { generation: { control: false }, render: { control: false } },
} satisfies Meta<typeof StopReceipt>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Steps to come are hollow rings on a dotted line. No spinner. */
export const Pending: Story = {
  args: { generation: stop({ confirmation: 'pending', answeredMs: null }, 'stopping') },
};

/** Every step was reported by the side that did it. */
export const Confirmed: Story = {
  play: async ({ canvas, step }) => {
    await step('Each step says in words what its shape says', async () => {
      const steps = canvas.getAllByRole('listitem').map(({ textContent }) => textContent);
      await expect(steps).toEqual([
        'Done: Pressed0 ms',
        'Done: Text frozen3 ms',
        'Done: Server answered41 ms',
        'Done: Model’s connection closed+43 ms after it heard',
        'Done: Partial answer saved1,284 characters+71 ms after it heard',
      ]);
    });
  },
};

/** The server stopped, and reported no more: nothing is ticked that nobody saw. */
export const ConfirmedWithoutReceipt: Story = { args: { generation: stop() } };

/** The server was told. What it did is not known. */
export const Accepted: Story = { args: { generation: stop({ confirmation: 'accepted' }) } };

/** It refused, in its own words. */
export const Refused: Story = {
  args: {
    generation: stop({
      confirmation: 'refused',
      message: 'You may not stop this conversation.',
    }),
  },
};

/** Unknown is said as "unknown", never as 0. */
export const Unconfirmed: Story = {
  args: {
    generation: stop({ confirmation: 'unconfirmed', answeredMs: null, waitedMs: 5_000 }),
  },
  play: async ({ canvas, args, step }) => {
    await step('The server can be asked again', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Retry stop' }));
      await expect(args.onRetryStop).toHaveBeenCalledOnce();
    });
  },
};

/** Not a fault: there was nobody to ask. */
export const NotAsked: Story = {
  args: { generation: stop({ confirmation: 'not-asked', answeredMs: null }) },
};

/** A finished answer is never labelled stopped. */
export const AlreadyFinished: Story = {
  args: { generation: stop({ confirmation: 'already-finished' }, 'complete') },
};

/** It had finished, and its rest is only on the server. */
export const TheRestIsNotShown: Story = {
  args: { generation: stop({ confirmation: 'already-finished' }) },
};

/** One line under a message, which opens the whole receipt. */
export const OneLine: Story = {
  args: { variant: 'line' },
  render: (args) => (
    <div style={{ display: 'grid', gap: 8 }}>
      {[
        confirmed,
        stop({ confirmation: 'pending', answeredMs: null }, 'stopping'),
        stop({ confirmation: 'accepted' }),
        stop({ confirmation: 'refused' }),
        stop({ confirmation: 'unconfirmed', answeredMs: null }),
        stop({ confirmation: 'not-asked', answeredMs: null }),
        stop({ confirmation: 'already-finished' }, 'complete'),
      ].map((generation, index) => (
        <StopReceipt key={index} {...args} generation={generation} />
      ))}
    </div>
  ),
  play: async ({ canvas, step }) => {
    await step('The line opens the card', async () => {
      await expect(canvas.getByText('0 tokens after')).toBeVisible();
      await userEvent.click(canvas.getByText('Stopped in 41 ms'));
      await waitFor(() => expect(canvas.getByText('+43 ms after it heard')).toBeVisible());
    });
  },
};
