import type { Meta, StoryObj } from '@storybook/react-vite';
import { idleSnapshot, type Status } from 'stopkit';
import { StopButton } from './StopButton.js';

const inStatus = (status: Status) => ({
  subscribe: () => () => undefined,
  getSnapshot: () => ({ ...idleSnapshot, status }),
  isActive: () => true,
  stop: () => Promise.resolve(null),
  retryStop: () => Promise.resolve(null),
});

const meta = {
  title: 'Components/StopButton',
  component: StopButton,
  args: { generation: inStatus('streaming') },
} satisfies Meta<typeof StopButton>;

export default meta;

export const Streaming: StoryObj<typeof meta> = {};
