import type { StorybookConfig } from '@storybook/react-vite';
import { alias } from '../vite.config.js';

export default {
  stories: ['../stories/**/*.stories.tsx', '../src/**/*.stories.tsx'],
  addons: ['@storybook/addon-docs', '@storybook/addon-a11y', '@storybook/addon-vitest'],
  framework: '@storybook/react-vite',
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  // vite.config.ts is the library's: a Storybook is a page, so what makes a library of it is dropped.
  viteFinal: (config) => {
    delete config.build?.lib;
    delete config.build?.rolldownOptions;
    return { ...config, resolve: { ...config.resolve, alias } };
  },
} satisfies StorybookConfig;
