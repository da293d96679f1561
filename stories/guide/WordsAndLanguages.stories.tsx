import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { WordsPage } from './WordsPage.js';

const meta = {
  title: 'Guide/Words and languages',
  component: WordsPage,
  tags: ['!autodocs'],
  parameters: { controls: { disabled: true } },
} satisfies Meta<typeof WordsPage>;

export default meta;

/** Every word can be replaced; the longest one sets the width of Stop. */
export const Page: StoryObj<typeof meta> = {
  play: async ({ canvas, step }) => {
    await step('Stop speaks German and Arabic', async () => {
      await expect(canvas.getByRole('button', { name: 'Anhalten der Antwort' })).toBeVisible();
      await expect(canvas.getByRole('button', { name: 'إيقاف الإجابة' })).toBeVisible();
    });
  },
};
