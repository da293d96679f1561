import '@fontsource-variable/geist';
import '@fontsource-variable/geist-mono';
import { afterEach as runAxe } from '@storybook/addon-a11y/preview';
import type { Preview } from '@storybook/react-vite';
import { useEffect } from 'react';
import 'stopkit/styles.css';
import './preview.css';

/** Stories count as read only when axe has seen them in light and in dark; the addon looks once. */
async function lookInTheDark(context: Parameters<typeof runAxe>[0]): Promise<void> {
  const root = document.documentElement;
  const { theme } = root.dataset;
  root.dataset.theme = root.style.colorScheme = 'dark';
  try {
    await runAxe(context);
  } finally {
    root.dataset.theme = theme;
    root.style.colorScheme = theme ?? 'light';
  }
}

/** Stories run as tests. */
const IS_TEST = import.meta.env.MODE === 'test';
/** Every rule is run; only what it found is told, because what it did not find is most of the work to tell. */
const FINDINGS = { resultTypes: ['violations', 'incomplete'] };

const toolbar = (title: string, items: { value: string; title: string }[]) => ({
  toolbar: { title, items, dynamicTitle: true },
});

export default {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error', ...(IS_TEST ? { options: FINDINGS } : {}) },
    layout: 'padded',
    backgrounds: { disabled: true },
    controls: { expanded: true },
    docs: { toc: { headingSelector: 'h2, h3', title: 'On this page' } },
    options: {
      storySort: {
        order: [
          'Guide',
          ['Start here', 'Theming', 'Accessibility', 'Words and languages'],
          'Components',
          'Examples',
        ],
      },
    },
  },
  globalTypes: {
    scheme: toolbar('Scheme', [
      { value: 'light', title: 'Light' },
      { value: 'dark', title: 'Dark' },
    ]),
    direction: toolbar('Direction', [
      { value: 'ltr', title: 'Left to right' },
      { value: 'rtl', title: 'Right to left' },
    ]),
    motion: toolbar('Motion', [
      { value: 'system', title: 'Motion of the system' },
      { value: 'none', title: 'No motion' },
    ]),
  },
  initialGlobals: {
    scheme: 'light',
    direction: 'ltr',
    motion: 'system',
  },
  ...(IS_TEST ? { afterEach: lookInTheDark } : {}),
  decorators: [
    function Surroundings(Story, { globals }) {
      const { scheme, direction, motion } = globals as Record<string, string>;
      useEffect(() => {
        const root = document.documentElement;
        root.dataset.theme = scheme;
        root.style.colorScheme = scheme ?? 'light';
        root.dir = direction ?? 'ltr';
        root.dataset.motion = motion;
      }, [scheme, direction, motion]);
      return <Story />;
    },
  ],
} satisfies Preview;
