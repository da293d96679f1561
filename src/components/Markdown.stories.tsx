import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { ReactMarkdownAnswer } from '../../stories/markdown/ReactMarkdownAnswer.js';
import { StreamdownAnswer } from '../../stories/markdown/StreamdownAnswer.js';
import { AssistantMessage } from './AssistantMessage.js';

const IN_CODE = `Cancel the upstream when the response closes, not when the request does:

\`\`\`ts
const upstream = await fetch(url, { signal })
res.on('close', () => {
  if (!res.writableEnded) con`;

const IN_TABLE = `Three events look alike. Only one of them means **the person has left**:

| Event | Fires | Means |
| --- | --- | --- |
| \`req close\` | 30 ms | body read |
| \`res finish\` | 230 ms | all sent |
| \`res close\` | any time | check \`writableEnded`;

const stopped = literalGeneration({
  status: 'stopped',
  text: IN_CODE,
  canContinue: true,
  stopRecord: literalStop(),
});

const meta = {
  title: 'Components/AssistantMessage/Markdown',
  component: AssistantMessage,
  args: { generation: stopped, onRegenerate: () => undefined, onContinue: () => undefined },
  argTypes: { generation: { control: false }, renderText: { control: false } },
} satisfies Meta<typeof AssistantMessage>;

export default meta;

type Story = StoryObj<typeof meta>;

/** The end mark is outside the code block. Long code scrolls by itself. */
export const StoppedInACodeBlock: Story = {
  render: (args) => <ReactMarkdownAnswer {...args} />,
  play: async ({ canvas, step }) => {
    await step('The mark is outside the code', () =>
      expect(canvas.getByText('You stopped this answer').closest('pre')).toBeNull(),
    );
  },
};

/** The caret stands after the last character, also in a cell. */
export const StreamingATable: Story = {
  args: { generation: literalGeneration({ status: 'streaming', text: IN_TABLE }) },
  render: (args) => <ReactMarkdownAnswer {...args} />,
  play: async ({ canvasElement, step }) => {
    await step('The unfinished code in the last cell is code already', () =>
      expect(canvasElement.querySelector('[data-caret]')?.textContent).toBe('writableEnded'),
    );
  },
};

/** The same answer, drawn by Streamdown. */
export const WithStreamdown: Story = {
  render: (args) => <StreamdownAnswer {...args} />,
};
