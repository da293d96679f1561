import type { Meta, StoryObj } from '@storybook/react-vite';
import Markdown from 'react-markdown';
import { expect } from 'storybook/test';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { StreamingText } from './StreamingText.js';

const PLAIN =
  'Listen on the response, not on the request.\n\nThe response closes when the reader leaves, and a response that closed before';

const MARKDOWN = `Three events look alike, and **one** of them means that the person has left:

1. \`req close\`: the body was read.
2. \`res finish\`: all was sent.
3. \`res close\`: check \`writableEnded`;

const LINES = 2_000;

const meta = {
  title: 'Components/StreamingText',
  component: StreamingText,
  args: { generation: literalGeneration({ status: 'streaming', text: PLAIN }) },
  argTypes: {
    generation: { control: false },
    renderText: { control: false },
    render: { control: false },
  },
} satisfies Meta<typeof StreamingText>;

export default meta;

type Story = StoryObj<typeof meta>;

/** The text and a caret at its end: no mark, no actions. */
export const Streaming: Story = {
  play: async ({ canvas, canvasElement, step }) => {
    await step('The caret stands after the last word', () =>
      expect(canvasElement.querySelector('[data-caret]')?.textContent).toMatch(/before$/),
    );
    await step('Nothing else is offered', () => expect(canvas.queryByRole('button')).toBeNull());
  },
};

/** Drawn by your own library, block by block; what is open in the last one is closed as it is drawn. */
export const StreamingMarkdown: Story = {
  args: {
    generation: literalGeneration({ status: 'streaming', text: MARKDOWN }),
    renderText: (markdown) => <Markdown>{markdown}</Markdown>,
  },
  play: async ({ canvasElement, step }) => {
    await step('The unfinished code is code already', () =>
      expect(canvasElement.querySelector('[data-caret]')?.textContent).toBe('writableEnded'),
    );
  },
};

/** The text stands still, and the caret is gone. */
export const Stopped: Story = {
  args: {
    generation: literalGeneration({ status: 'stopped', text: PLAIN, stopRecord: literalStop() }),
  },
  play: async ({ canvasElement, step }) => {
    await step('No caret is left', () =>
      expect(canvasElement.querySelector('[data-caret]')).toBeNull(),
    );
  },
};

/** A long answer is a list of blocks; a word more touches only the last. */
export const VeryLong: Story = {
  args: {
    generation: literalGeneration({
      status: 'streaming',
      text: Array.from({ length: LINES }, (_, line) => `Line ${line + 1}.`).join('\n\n'),
    }),
  },
  decorators: [
    (Story) => (
      // What scrolls must be reachable with the keyboard.
      <div
        style={{ blockSize: 320, overflowY: 'auto' }}
        role="region"
        aria-label="Answer"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <Story />
      </div>
    ),
  ],
  play: async ({ canvasElement, step }) => {
    await step('Every line is there, in its own block', () =>
      expect(canvasElement.querySelectorAll('[data-part="block"]')).toHaveLength(LINES),
    );
  },
};
