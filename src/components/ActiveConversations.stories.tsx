import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { expect, fn, userEvent } from 'storybook/test';
import type { ConversationInfo } from 'stopkit/core';
import { literalStop } from '../../stories/literalGeneration.js';
import { ActiveConversations, type ActiveConversationsProps } from './ActiveConversations.js';

const openedAt = Date.now();
const since = (seconds: number): Date => new Date(openedAt - seconds * 1_000);

function conversation(title: string, info: Partial<ConversationInfo> = {}): ConversationInfo {
  return { id: title, title, status: 'active', stopping: false, stopRecord: null, ...info };
}

const conversations: readonly ConversationInfo[] = [
  conversation('Release notes for 4.2', { agentName: 'Writer', startedAt: since(12) }),
  conversation('Refactor the billing importer', {
    agentName: 'Code agent',
    activity: 'Running `run_tests`',
    startedAt: since(228),
  }),
  conversation('Competitor pricing, EU and UK', {
    agentName: 'Researcher',
    stopping: true,
    stopRecord: literalStop({ confirmation: 'pending' }),
    startedAt: since(65),
  }),
  conversation('Summarise the March board pack', {
    agentName: 'Writer',
    status: 'queued',
    queuedBehind: 1,
    startedAt: since(3),
  }),
  conversation('Nightly support triage', {
    agentName: 'Triage',
    stopRecord: literalStop({ confirmation: 'unconfirmed' }),
    startedAt: since(750),
  }),
];

const meta = {
  title: 'Components/ActiveConversations',
  component: ActiveConversations,
  args: { conversations, onStop: fn(), onStopMany: fn(), onStopAll: fn(), onReload: fn() },
  argTypes: { conversations: { control: false }, render: { control: false } },
} satisfies Meta<typeof ActiveConversations>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Circle runs, square stops, triangle needs you; the words repeat what the shape says. */
export const Ready: Story = {
  play: async ({ canvas, args, step }) => {
    await step('Each row has its own Stop, named after it', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Stop Release notes for 4.2' }));
      await expect(args.onStop).toHaveBeenCalledWith('Release notes for 4.2');
    });
  },
};

/** Shift picks a range, Escape clears. */
export const SomeSelected: Story = {
  play: async ({ canvas, args, step }) => {
    await step('Two are selected, and stopped together', async () => {
      await userEvent.click(canvas.getByLabelText('Select Release notes for 4.2'));
      await userEvent.keyboard('{Shift>}');
      await userEvent.click(canvas.getByLabelText('Select Refactor the billing importer'));
      await userEvent.keyboard('{/Shift}');
      canvas.getByRole('button', { name: 'Stop 2' }).click();
      await expect(args.onStopMany).toHaveBeenCalledWith([
        'Release notes for 4.2',
        'Refactor the billing importer',
      ]);
    });
    await userEvent.click(canvas.getByLabelText('Select Release notes for 4.2'));
    await userEvent.click(canvas.getByLabelText('Select Refactor the billing importer'));
  },
};

/** In place, not in a dialog; the number is in the button. */
export const StopAllAsks: Story = {
  args: { conversations: conversations.slice(0, 2) },
  play: async ({ canvas, args, step }) => {
    await step('Stop all asks, also after a double click', async () => {
      await userEvent.dblClick(canvas.getByRole('button', { name: 'Stop all' }));
      await expect(canvas.getByRole('button', { name: 'Stop all 2' })).toHaveFocus();
      await expect(args.onStopAll).not.toHaveBeenCalled();
    });
  },
};

/** Nothing runs. */
export const Empty: Story = { args: { conversations: [] } };

/** The list is asked for again: the last one stays, muted. */
export const Loading: Story = { args: { state: 'loading' } };

/** The list is asked for the first time. */
export const FirstLoading: Story = { args: { state: 'loading', conversations: [] } };

/** The list could not be loaded. */
export const Error: Story = {
  args: { conversations: [], state: 'error' },
  play: async ({ canvas, args, step }) => {
    await step('It can be tried again', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Try again' }));
      await expect(args.onReload).toHaveBeenCalledOnce();
    });
  },
};

/** Nobody tells what goes on; the last list stays. */
export const Disconnected: Story = { args: { state: 'disconnected' } };

/** Under 400 px of its own width Stop is a square of 44. */
export const Narrow: Story = {
  decorators: [(Story) => <div style={{ inlineSize: 296 }}>{Story()}</div>],
};

/** Mirrored by logical properties; numbers keep their order. */
export const RightToLeft: Story = { args: { dir: 'rtl' } };

/** A row that ended stays, muted, until the pointer and the focus have left. */
export const EndedRowsStay: Story = {
  render: function Stopping(args: ActiveConversationsProps) {
    const [list, setList] = useState(args.conversations);
    return (
      <ActiveConversations
        {...args}
        conversations={list}
        onStop={(id) => setList(list.filter((row) => row.id !== id))}
      />
    );
  },
  play: async ({ canvas, canvasElement, step }) => {
    await step('Under the pointer a stopped row stays in its place', async () => {
      await userEvent.hover(canvas.getByText('Running now'));
      await userEvent.click(canvas.getByRole('button', { name: 'Stop Release notes for 4.2' }));
      await expect(canvas.getByText('Release notes for 4.2')).toBeVisible();
    });
    await step('It leaves with the pointer', async () => {
      await userEvent.unhover(canvas.getByText('Running now'));
      await userEvent.hover(canvasElement);
      await expect(canvas.queryByText('Release notes for 4.2')).toBeNull();
    });
  },
};
