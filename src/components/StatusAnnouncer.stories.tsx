import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor } from 'storybook/test';
import { literalGeneration } from '../../stories/literalGeneration.js';
import { useStoryAnswer } from '../../stories/useStoryAnswer.js';
import { Composer } from './Composer.js';
import { StatusAnnouncer } from './StatusAnnouncer.js';

const meta = {
  title: 'Components/StatusAnnouncer',
  component: StatusAnnouncer,
  args: { generation: literalGeneration() },
  argTypes: { generation: { control: false }, render: { control: false } },
} satisfies Meta<typeof StatusAnnouncer>;

export default meta;

/** Heard, not seen: the beginning, the stop and the end of an answer, and never its words. */
export const WhatIsHeard: StoryObj<typeof meta> = {
  render: function Heard(args) {
    const answer = useStoryAnswer();
    return (
      <>
        <StatusAnnouncer {...args} generation={answer} />
        <Composer generation={answer} onSend={(text) => void answer.start(text)} />
      </>
    );
  },
  play: async ({ canvas, step }) => {
    const heard = () => document.querySelector('[role="status"]')?.textContent;
    await step('The beginning is heard', async () => {
      await userEvent.type(canvas.getByRole('textbox'), 'Why?{Enter}');
      await waitFor(() => expect(heard()).toBe('Generating answer'));
    });
    await step('So is the stop', async () => {
      canvas.getByRole('button', { name: 'Stop generating' }).click();
      await waitFor(() => expect(heard()).toBe('Stopped before the first word'));
    });
  },
};
