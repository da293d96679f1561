import type { Preview } from '@storybook/react-vite';
import 'stopkit/styles.css';

export default {
  parameters: { a11y: { test: 'error' } },
  tags: ['autodocs'],
} satisfies Preview;
