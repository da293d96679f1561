import '@fontsource-variable/geist';
import '@fontsource-variable/geist-mono';
import type { Preview } from '@storybook/react-vite';
import { useEffect } from 'react';
import 'stopkit/styles.css';
import './preview.css';

const toolbar = (title: string, items: { value: string; title: string }[]) => ({
  toolbar: { title, items, dynamicTitle: true },
});

export default {
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
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
    scheme: (import.meta.env.VITE_SCHEME as string | undefined) ?? 'light',
    direction: 'ltr',
    motion: 'system',
  },
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
