import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { computedColor, contrast } from './contrast.js';
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
  play: async ({ canvas, canvasElement, step, userEvent }) => {
    await step('Another accent is shown at once, with its contrast', async () => {
      await userEvent.click(canvas.getByRole('radio', { name: 'Green' }));
      await expect(canvas.getByText(/:1 with its label, passes AA/)).toBeVisible();
    });
    await step(
      'What can be copied is what is shown, and passes AA in light and in dark',
      async () => {
        await userEvent.click(canvas.getByRole('radio', { name: '18' }));
        const copied = canvas.getByText(/your app/).textContent;
        const declarations = copied.slice(copied.lastIndexOf('{') + 1, copied.indexOf('}'));
        for (const name of ['Light', 'Dark']) {
          const shown = canvas.getByRole('region', { name });
          const page = document.createElement('div');
          page.dataset.theme = name.toLowerCase();
          page.style.cssText += declarations;
          canvasElement.append(page);
          for (const property of ['accent', 'on-accent', 'surface']) {
            await expect(computedColor(page, property)).toBe(computedColor(shown, property));
          }
          for (const radius of ['sm', 'md', 'lg'].map((size) => `--stopkit-radius-${size}`)) {
            await expect(getComputedStyle(page).getPropertyValue(radius).trim()).toBe(
              getComputedStyle(shown).getPropertyValue(radius).trim(),
            );
          }
          const accent = computedColor(page, 'accent');
          await expect(contrast(accent, computedColor(page, 'on-accent'))).toBeGreaterThan(4.5);
          await expect(contrast(accent, computedColor(page, 'surface'))).toBeGreaterThan(3);
          page.remove();
        }
      },
    );
    await step('Every colour is listed for both schemes', async () => {
      const table = canvas.getByRole('region', { name: 'Colours' });
      await expect(table.querySelectorAll('tbody tr')).toHaveLength(18);
    });
  },
};
