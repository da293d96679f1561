import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming';

const shape = {
  brandTitle: 'stopkit',
  brandUrl: '?path=/story/guide-start-here--page',
  fontBase: '"Geist Variable", system-ui, sans-serif',
  fontCode: '"Geist Mono Variable", ui-monospace, monospace',
  appBorderRadius: 8,
  inputBorderRadius: 8,
};

const light = create({
  base: 'light',
  ...shape,
  appBg: '#f4f2ec',
  appContentBg: '#fbfaf7',
  appPreviewBg: '#fbfaf7',
  appBorderColor: '#e3dfd6',
  barBg: '#fbfaf7',
  barTextColor: '#5f5a50',
  barSelectedColor: '#2c56d0',
  barHoverColor: '#2c56d0',
  colorPrimary: '#2c56d0',
  colorSecondary: '#2c56d0',
  textColor: '#1d1b17',
  textMutedColor: '#5f5a50',
  inputBg: '#ffffff',
  inputBorder: '#878174',
  inputTextColor: '#1d1b17',
});

const dark = create({
  base: 'dark',
  ...shape,
  appBg: '#22211d',
  appContentBg: '#141311',
  appPreviewBg: '#141311',
  appBorderColor: '#33302a',
  barBg: '#141311',
  barTextColor: '#aba599',
  barSelectedColor: '#93adff',
  barHoverColor: '#93adff',
  colorPrimary: '#93adff',
  colorSecondary: '#93adff',
  textColor: '#edeae3',
  textMutedColor: '#aba599',
  inputBg: '#1b1a17',
  inputBorder: '#857f73',
  inputTextColor: '#edeae3',
});

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
addons.setConfig({ theme: prefersDark ? dark : light, sidebar: { showRoots: true } });
