import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { expect, fn, userEvent } from 'storybook/test';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { useStoryAnswer } from '../../stories/useStoryAnswer.js';
import { Composer } from './Composer.js';

const meta = {
  title: 'Components/Composer',
  component: Composer,
  args: { generation: literalGeneration(), onSend: fn() },
  argTypes: {
    generation: { control: false },
    render: { control: false },
    add: { control: false },
    stopButton: { control: false },
    textBox: { control: false },
  },
  // What is written is kept for a generation: a story that is shown again has another one.
  render: function Composed({ generation, ...args }) {
    const [own] = useState(() => ({
      ...generation,
      subscribe: (listener: () => void) => generation.subscribe(listener),
    }));
    return <Composer {...args} generation={own} />;
  },
} satisfies Meta<typeof Composer>;

export default meta;

type Story = StoryObj<typeof meta>;

const plus = (
  <button
    type="button"
    aria-label="Add"
    data-stopkit="button"
    data-variant="ghost"
    data-size="md"
    data-icon-only
  >
    <svg
      width="16"
      height="16"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
    >
      <path d="M12 4v16M4 12h16" />
    </svg>
  </button>
);

/** Send is there, quiet, and can have the focus; pressed, it leads to the text box. */
export const Idle: Story = {
  args: { add: plus },
  play: async ({ canvas, args, step }) => {
    await step('Send on an empty box sends nothing and leads to the box', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Send' }));
      await expect(canvas.getByRole('textbox')).toHaveFocus();
      await expect(args.onSend).not.toHaveBeenCalled();
    });
    (document.activeElement as HTMLElement).blur();
  },
};

/** Enter sends, Shift Enter breaks the line. */
export const IdleWithADraft: Story = {
  args: { add: plus },
  play: async ({ canvas, args, step }) => {
    await step('Shift Enter breaks the line', async () => {
      await userEvent.type(canvas.getByRole('textbox'), 'One{Shift>}{Enter}{/Shift}two');
      await expect(canvas.getByRole('textbox')).toHaveValue('One\ntwo');
    });
    await step('Enter sends and empties the box', async () => {
      await userEvent.keyboard('{Enter}');
      await expect(args.onSend).toHaveBeenCalledWith('One\ntwo');
      await expect(canvas.getByRole('textbox')).toHaveValue('');
    });
    await userEvent.keyboard('Why does the model go on after I close the tab?');
  },
};

/** Send has turned into Stop, in the same place. */
export const Connecting: Story = {
  args: { add: plus, generation: literalGeneration({ status: 'connecting' }) },
};

/** The box can still be written in. */
export const Streaming: Story = {
  args: { add: plus, generation: literalGeneration({ status: 'streaming' }) },
};

/** Stop keeps its place beside a draft; Enter queues. */
export const StreamingBesideADraft: Story = {
  args: { ...Streaming.args, draft: 'And on HTTP/2?' },
};

/** What waits can be edited and removed. */
export const StreamingWithAQueue: Story = {
  args: { ...Streaming.args },
  play: async ({ canvas, args, step }) => {
    await step('Enter queues while an answer runs', async () => {
      await userEvent.type(canvas.getByRole('textbox'), 'And on HTTP/2?{Enter}');
      await userEvent.keyboard('And on HTTP/3?{Enter}');
      await userEvent.keyboard('Show me the same in Fastify{Enter}');
      await expect(canvas.getByText('3 queued, sent when the answer ends')).toBeVisible();
      await expect(args.onSend).not.toHaveBeenCalled();
    });
    await step('Remove takes one out', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Remove And on HTTP/3?' }));
      await expect(canvas.getByText('2 queued, sent when the answer ends')).toBeVisible();
    });
  },
};

/** The draft is not touched. */
export const Stopping: Story = {
  args: {
    add: plus,
    draft: 'And on HTTP/2?',
    generation: literalGeneration({
      status: 'stopping',
      stopRecord: literalStop({ confirmation: 'pending' }),
    }),
  },
};

/** Send is back. */
export const Stopped: Story = {
  args: {
    add: plus,
    generation: literalGeneration({ status: 'stopped', stopRecord: literalStop() }),
  },
};

/** Nothing moved: Retry stop stands where Stop stood, and Send is back in front of it. */
export const StoppedButNotConfirmed: Story = {
  args: {
    add: plus,
    generation: literalGeneration({
      status: 'stopped',
      stopRecord: literalStop({ confirmation: 'unconfirmed' }),
    }),
  },
};

/** The answer is there, and the next question can be asked. */
export const Complete: Story = {
  args: { add: plus, generation: literalGeneration({ status: 'complete' }) },
};

/** The answer failed; what was written is safe. */
export const Error: Story = {
  args: { add: plus, draft: 'And on HTTP/2?', generation: literalGeneration({ status: 'error' }) },
};

/** After a stop nothing is sent by itself. */
export const QueueHeldAfterAStop: Story = {
  render: function Held(args) {
    const answer = useStoryAnswer();
    return <Composer {...args} generation={answer} onSend={(text) => void answer.start(text)} />;
  },
  args: { add: plus },
  play: async ({ canvas, step }) => {
    await step('A question is asked, and two more wait', async () => {
      await userEvent.type(canvas.getByRole('textbox'), 'Why?{Enter}');
      await userEvent.keyboard('And on HTTP/2?{Enter}');
      await userEvent.keyboard('Show me the same in Fastify{Enter}');
    });
    await step('Stop holds them', async () => {
      canvas.getByRole('button', { name: 'Stop generating' }).click();
      await expect(await canvas.findByText('2 held because you stopped')).toBeVisible();
    });
  },
};

/** Stopped before the first word, the question is offered back. */
export const MessageOfferedBack: Story = {
  render: QueueHeldAfterAStop.render as NonNullable<Story['render']>,
  args: { add: plus },
  play: async ({ canvas, step }) => {
    await step('A question is stopped before the first word', async () => {
      await userEvent.type(canvas.getByRole('textbox'), 'Wyh?{Enter}');
      canvas.getByRole('button', { name: 'Stop generating' }).click();
    });
    await step('Edit message gives it back', async () => {
      await userEvent.click(await canvas.findByRole('button', { name: 'Edit message' }));
      await expect(canvas.getByRole('textbox')).toHaveValue('Wyh?');
    });
  },
};

/** It grows to eight lines, then scrolls. */
export const ALongDraft: Story = {
  args: {
    add: plus,
    draft: Array.from({ length: 12 }, (_, line) => `Line ${line + 1}`).join('\n'),
  },
};

/** Under 400 px of its own width every target is 44. */
export const Narrow: Story = {
  args: { ...StreamingBesideADraft.args },
  decorators: [(Story) => <div style={{ inlineSize: 296 }}>{Story()}</div>],
};

/** Mirrored by logical properties; the square has no direction. */
export const RightToLeft: Story = {
  args: {
    ...Streaming.args,
    draft: 'وماذا عن الإصدار الثاني؟',
    dir: 'rtl',
    lang: 'ar',
    labels: { queue: 'أضف للقائمة', placeholder: 'اسأل أي شيء' },
  },
};
