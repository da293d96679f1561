import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { ThemingPage } from './ThemingPage.js';

const meta = {
  title: 'Guide/Theming',
  component: ThemingPage,
  tags: ['!autodocs'],
  parameters: { controls: { disabled: true } },
} satisfies Meta<typeof ThemingPage>;

export default meta;

/** Every custom property, in light and dark side by side, with the contrast measured in the page. */
export const Page: StoryObj<typeof meta> = {
  play: async ({ canvas, step, userEvent }) => {
    await step('Another accent is shown at once, with its contrast', async () => {
      await userEvent.click(canvas.getByRole('radio', { name: 'Green' }));
      await expect(canvas.getByText(/:1 with its label, passes AA/)).toBeVisible();
      await expect(canvas.getByText(/--stopkit-accent: #0b6e5f/)).toBeVisible();
    });
    await step('Every colour is listed for both schemes', async () => {
      const table = canvas.getByRole('region', { name: 'Colours' });
      await expect(table.querySelectorAll('tbody tr')).toHaveLength(18);
    });
  },
};
