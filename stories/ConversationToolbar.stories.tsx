import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { AssistantMessage, type Snapshot, StopButton } from 'stopkit';
import { expect } from 'storybook/test';
import './conversationToolbar.css';
import { literalGeneration, literalStop } from './literalGeneration.js';

interface ToolbarProps {
  title: string;
  agentName: string;
  snapshot: Partial<Snapshot>;
  /** Events do not arrive. */
  reconnecting?: boolean;
  confirm?: boolean;
}

/** A conversation with its Stop at the top, as an app puts it together. */
function ConversationToolbar(props: ToolbarProps): ReactElement {
  const { title, agentName, snapshot, reconnecting = false, confirm = false } = props;
  const answer = literalGeneration(snapshot);
  return (
    <section className="example-conversation" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          <p>
            {agentName}
            {reconnecting && (
              <span className="example-connection" role="status">
                {' · '}
                Reconnecting…
              </span>
            )}
          </p>
        </div>
        <StopButton generation={answer} size="sm" variant="outline" confirm={confirm} />
      </header>
      <AssistantMessage generation={answer} />
    </section>
  );
}

const text =
  'Listen on the response, not on the request: since Node 16 the request closes as soon as its body was read.';

const meta = {
  title: 'Examples/Conversation toolbar',
  component: ConversationToolbar,
  tags: ['!autodocs'],
  args: {
    title: 'Release notes for 4.2',
    agentName: 'Writer',
    snapshot: { status: 'streaming', runId: 'r1', text },
  },
  argTypes: { snapshot: { control: false } },
} satisfies Meta<typeof ConversationToolbar>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Something runs: Stop is there. */
export const Active: Story = {
  play: async ({ canvas, step }) => {
    await step('Stop is in the toolbar', () =>
      expect(canvas.getByRole('button', { name: 'Stop generating' })).toBeVisible(),
    );
  },
};

/** Nothing was asked: there is nothing to stop, and no button. */
export const Idle: Story = {
  args: { snapshot: {} },
  play: async ({ canvas, step }) => {
    await step('There is no Stop', () =>
      expect(canvas.queryByRole('button', { name: 'Stop generating' })).toBeNull(),
    );
  },
};

/** The stop is out: the button cannot be pressed again, and keeps its place. */
export const Stopping: Story = {
  args: {
    snapshot: {
      status: 'stopping',
      runId: 'r1',
      text,
      stopRecord: literalStop({ confirmation: 'pending', answeredMs: null }),
    },
  },
};

/** The turn was aborted, and the person is told. */
export const Stopped: Story = {
  args: { snapshot: { status: 'stopped', runId: 'r1', text, stopRecord: literalStop() } },
};

/** It had ended between the press and the request, and the person is told that too. */
export const AlreadyFinished: Story = {
  args: {
    snapshot: {
      status: 'stopped',
      runId: 'r1',
      text,
      stopRecord: literalStop({ confirmation: 'already-finished' }),
    },
  },
};

/** The server did not answer: what is not known is said, and can be asked again. */
export const NotConfirmed: Story = {
  args: {
    snapshot: {
      status: 'stopped',
      runId: 'r1',
      text,
      stopRecord: literalStop({ confirmation: 'unconfirmed', answeredMs: null }),
    },
  },
};

/** Events do not arrive: the answer stands as it is, and Stop works. */
export const Reconnecting: Story = { args: { reconnecting: true } };

/** An app that wants it lets Stop ask first; by default it does not. */
export const StopAsksFirst: Story = {
  args: { confirm: true },
  play: async ({ canvas, step, userEvent }) => {
    await step('The first press asks', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Stop generating' }));
      await expect(canvas.getByRole('button', { name: 'Stop now' })).toHaveFocus();
      await expect(canvas.getByRole('button', { name: 'Keep going' })).toBeVisible();
    });
  },
};
