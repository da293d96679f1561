import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import type { RequestStop } from 'stopkit';
import { ExampleChat } from './ExampleChat.js';

const meta = {
  title: 'Examples/When things fail',
  component: ExampleChat,
  tags: ['!autodocs'],
  args: { wordsPerSecond: 60, firstWordMs: 100 },
  argTypes: { requestStop: { control: false } },
} satisfies Meta<typeof ExampleChat>;

export default meta;

type Story = StoryObj<typeof meta>;
type Play = Parameters<NonNullable<Story['play']>>[0];

const nobodyAnswers: RequestStop = () => new Promise(() => undefined);
const refuses: RequestStop = () =>
  Promise.resolve({ outcome: 'refused', message: 'You may read this conversation, not stop it.' });

async function ask({ canvas, userEvent, step }: Play): Promise<void> {
  await step('A question is sent', async () => {
    await userEvent.type(canvas.getByRole('textbox'), 'What should a server listen to?{Enter}');
    await waitFor(() => expect(canvas.getByRole('article')).toHaveTextContent('Listen on'));
  });
}

async function press({ canvas, userEvent, step }: Play): Promise<void> {
  await step('Stop is pressed', async () => {
    canvas.getByRole('button', { name: 'Stop generating' }).focus();
    await userEvent.keyboard('{Enter}');
  });
}

/** The server does not answer: the text stands still, and the note says what is not known. */
export const NobodyAnswersTheStop: Story = {
  args: { requestStop: nobodyAnswers, confirmWithinMs: 600 },
  play: async (context) => {
    await ask(context);
    await press(context);
    await context.step('It is said that the stop was not confirmed', () =>
      waitFor(() => expect(context.canvas.getByText('Stopped here, not confirmed.')).toBeVisible()),
    );
  },
};

/** The server refuses: its own sentence is shown. */
export const TheServerRefusesTheStop: Story = {
  args: { requestStop: refuses },
  play: async (context) => {
    await ask(context);
    await press(context);
    await context.step('The reason is shown', () =>
      waitFor(() => expect(context.canvas.getByText(/You may read/)).toBeVisible()),
    );
  },
};

/** The connection is lost: the text stays, and can be continued. */
export const TheConnectionIsLost: Story = {
  args: { cutAfter: 12 },
  play: async (context) => {
    await ask(context);
    await context.step('It is neither a stop nor the end', () =>
      waitFor(() => expect(context.canvas.getByText('The connection was lost.')).toBeVisible()),
    );
  },
};

/** The model fails: what was said so far is kept. */
export const TheModelFails: Story = {
  args: { failAfter: 12 },
  play: async (context) => {
    await ask(context);
    await context.step('The sentence of the server is shown', () =>
      waitFor(() => expect(context.canvas.getByText(/502/)).toBeVisible()),
    );
  },
};
