import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { AccessibilityPage } from './AccessibilityPage.js';

const meta = {
  title: 'Guide/Accessibility',
  component: AccessibilityPage,
  tags: ['!autodocs'],
  parameters: { controls: { disabled: true } },
} satisfies Meta<typeof AccessibilityPage>;

export default meta;

/** A run beside the list of what a screen reader heard of it. */
export const Page: StoryObj<typeof meta> = {
  play: async ({ canvas, step, userEvent }) => {
    const heard = canvas.getByRole('list', { name: 'Heard by a screen reader' });
    await step('The start of an answer is heard once', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Run' }));
      await waitFor(() => expect(heard).toHaveTextContent('Generating answer'));
    });
    await step('Words are written, and none of them is heard', async () => {
      await waitFor(() => expect(canvas.getByRole('article')).toHaveTextContent('Listen on'));
      await expect(heard.querySelectorAll('li')).toHaveLength(1);
    });
    await step('The stop is heard once', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Stop generating' }));
      await waitFor(() => expect(heard).toHaveTextContent('Stopped'));
      await expect(heard.querySelectorAll('li')).toHaveLength(2);
    });
  },
};
