import type { Meta, StoryObj } from '@storybook/react-vite';
import { StartHerePage } from './StartHerePage.js';

const meta = {
  title: 'Guide/Start here',
  component: StartHerePage,
  tags: ['!autodocs'],
  parameters: { controls: { disabled: true } },
} satisfies Meta<typeof StartHerePage>;

export default meta;

/** What the kit is, in one page. */
export const Page: StoryObj<typeof meta> = {};
