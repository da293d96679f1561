import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { StopButton } from './StopButton.js';

const meta = {
  title: 'Components/StopButton',
  component: StopButton,
  args: { generation: literalGeneration({ status: 'streaming' }), onStop: fn() },
  argTypes: { generation: { control: false }, render: { control: false } },
} satisfies Meta<typeof StopButton>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Nothing runs, so there is nothing to stop: the button is not rendered. */
export const Idle: Story = {
  args: { generation: literalGeneration() },
  play: async ({ canvas, step }) => {
    await step('There is no button', () => expect(canvas.queryByRole('button')).toBeNull());
  },
};

/** Works from the instant of sending, and looks the same as while streaming. */
export const Connecting: Story = {
  args: { generation: literalGeneration({ status: 'connecting' }) },
};

/** It is called "Stop generating" and stays until the answer ends. */
export const Streaming: Story = {
  play: async ({ canvas, args, step }) => {
    await step('A press does not take the focus', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Stop generating' }));
      await expect(canvas.getByRole('button')).not.toHaveFocus();
    });
    await step('The app hears of every stop that has an outcome, and here nothing ran', () =>
      expect(args.onStop).not.toHaveBeenCalled(),
    );
  },
};

/** The text is frozen already. No spinner; it can have the focus, and presses do nothing. */
export const Stopping: Story = {
  args: {
    generation: literalGeneration({
      status: 'stopping',
      stopRecord: literalStop({ confirmation: 'pending' }),
    }),
  },
};

/** Only while it holds the focus, or when it keeps its place. */
export const Stopped: Story = {
  args: {
    generation: literalGeneration({ status: 'stopped', stopRecord: literalStop() }),
    keepMounted: true,
  },
};

/** The server did not answer. A press asks again. */
export const StoppedButNotConfirmed: Story = {
  args: {
    generation: literalGeneration({
      status: 'stopped',
      stopRecord: literalStop({ confirmation: 'unconfirmed' }),
    }),
  },
  play: async ({ canvas, args, step }) => {
    await step('It says what is not known', () =>
      expect(canvas.getByRole('button', { name: 'Retry stop' })).toHaveAccessibleDescription(
        'Not confirmed',
      ),
    );
    await step('A press asks again, and the app hears the outcome', async () => {
      await userEvent.click(canvas.getByRole('button'));
      await waitFor(() => expect(args.onStop).toHaveBeenCalledOnce());
    });
  },
};

/** The answer ended while the button had the focus. */
export const Complete: Story = {
  args: { generation: literalGeneration({ status: 'complete' }), keepMounted: true },
};

/** The answer failed while the button had the focus. */
export const Error: Story = {
  args: { generation: literalGeneration({ status: 'error' }), keepMounted: true },
};

/** With `keepMounted` it holds its place while nothing runs. */
export const KeptWhileIdle: Story = {
  args: { generation: literalGeneration(), keepMounted: true },
};

const row = { display: 'flex', gap: 16, flexWrap: 'wrap', alignItems: 'center' } as const;

/** 28, 36 and 44 high; 44 on touch. */
export const Sizes: Story = {
  render: (args) => (
    <div style={row}>
      {(['sm', 'md', 'lg'] as const).map((size) => (
        <div key={size} style={row}>
          <StopButton {...args} size={size} />
          <StopButton {...args} size={size} iconOnly />
        </div>
      ))}
    </div>
  ),
};

/** Solid for the one answer of a page; outline in lists; ghost inside text. */
export const Variants: Story = {
  render: (args) => (
    <div style={row}>
      {(['solid', 'outline', 'ghost'] as const).map((variant) => (
        <div key={variant} style={row}>
          <StopButton {...args} variant={variant} />
          <StopButton {...args} variant={variant} iconOnly />
        </div>
      ))}
    </div>
  ),
};

/** Silences the voice; the text may go on. */
export const Speech: Story = { args: { scope: 'speech', variant: 'outline' } };

/** Shows the key when the app has turned it on. */
export const Shortcut: Story = { args: { shortcut: 'Escape' } };

/** For agents with side effects: the question opens in the button's place. */
export const Confirm: Story = {
  args: { confirm: true, labels: { stop: 'Stop agent', stopName: 'Stop agent' } },
  play: async ({ canvas, step }) => {
    await step('A double click asks, and does not confirm', async () => {
      await userEvent.dblClick(canvas.getByRole('button', { name: 'Stop agent' }));
      await expect(canvas.getByRole('button', { name: 'Stop now' })).toHaveFocus();
    });
    await step('Escape keeps going', async () => {
      await userEvent.keyboard('{Escape}');
      await expect(canvas.getByRole('button')).toHaveAccessibleName('Stop agent');
      await expect(canvas.getByRole('button')).toHaveFocus();
    });
    await step('And it can be asked again', async () => {
      await userEvent.keyboard('{Enter}');
      await expect(canvas.getByRole('button', { name: 'Keep going' })).toBeVisible();
    });
  },
};

/** Your words set the width; it does not change with the status. */
export const OtherWords: Story = {
  args: {
    labels: { stop: 'Arrêter', stopName: 'Arrêter la réponse', stopping: 'Arrêt en cours…' },
    lang: 'fr',
  },
};

/** Your own element, with everything the kit would have given its own. */
export const YourOwnElement: Story = {
  args: { render: (props) => <button {...props} className="my-button" /> },
};
