import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { GenerationError, type Snapshot, type StopRecord, type ToolCallPart } from 'stopkit/core';
import { literalGeneration, literalStop } from '../../stories/literalGeneration.js';
import { AssistantMessage } from './AssistantMessage.js';

const TEXT =
  'A backpressure-aware proxy reads only as fast as the slowest reader drinks. When the reader leaves, the upstream is cancelled and its socket is closed.';

const RECEIPT = {
  upstreamClosedMs: 43,
  savedMs: 71,
  chunksAfterStop: 0,
  tokensAfterStop: 0,
  savedChars: 1_284,
};

const stopped = (record: Partial<StopRecord>, rest: Partial<Snapshot> = {}) =>
  literalGeneration({
    status: 'stopped',
    text: TEXT,
    stopRecord: literalStop(record),
    canContinue: true,
    ...rest,
  });

const meta = {
  title: 'Components/AssistantMessage',
  component: AssistantMessage,
  args: {
    generation: literalGeneration({ status: 'complete', text: TEXT }),
    onRegenerate: fn(),
    onContinue: fn(),
    onShowRest: fn(),
  },
  argTypes: {
    generation: { control: false },
    renderText: { control: false },
    render: { control: false },
  },
} satisfies Meta<typeof AssistantMessage>;

export default meta;

type Story = StoryObj<typeof meta>;

/** Nothing was asked yet, so there is no message. */
export const Idle: Story = {
  args: { generation: literalGeneration() },
  play: async ({ canvas, step }) => {
    await step('There is no empty message', () => expect(canvas.queryByRole('article')).toBeNull());
  },
};

/** The words come after 400 ms, so a fast answer never flashes them. */
export const Connecting: Story = {
  args: { generation: literalGeneration({ status: 'connecting' }) },
  play: async ({ canvas, step }) => {
    await step('It is busy', () =>
      expect(canvas.getByRole('article')).toHaveAttribute('aria-busy', 'true'),
    );
    await step('After a moment it says what it waits for', () =>
      waitFor(() => expect(canvas.getByText('Waiting for the first word')).toBeVisible()),
    );
  },
};

/** The caret is the only thing that moves. Stop is elsewhere, and nothing else is offered beside it. */
export const Streaming: Story = {
  args: {
    generation: literalGeneration({
      status: 'streaming',
      text: TEXT.slice(0, TEXT.indexOf(' is cancelled')),
    }),
  },
  play: async ({ canvas, step }) => {
    await step('No action stands beside a running answer', () =>
      expect(canvas.queryByRole('button')).toBeNull(),
    );
  },
};

/** The text is frozen, and the mark is there at once. */
export const Stopping: Story = {
  args: {
    generation: literalGeneration({
      status: 'stopping',
      text: TEXT,
      stopRecord: literalStop({ confirmation: 'pending', answeredMs: null }),
    }),
  },
  play: async ({ canvas, step }) => {
    await step('It is no longer busy, and offers nothing yet', async () => {
      await expect(canvas.getByText('Stopping…')).toBeInTheDocument();
      await expect(canvas.getByRole('article')).not.toHaveAttribute('aria-busy');
      await expect(canvas.queryByRole('button')).toBeNull();
    });
  },
};

/** One quiet line; at its end the receipt. */
export const Stopped: Story = {
  args: { generation: stopped({ receipt: RECEIPT }) },
  play: async ({ canvas, args, step }) => {
    const proof = canvas.getByRole('button', { name: /84 ms · 0 tokens after$/ });
    await step('The receipt opens from the mark', async () => {
      await userEvent.click(proof);
      await expect(canvas.getByRole('group', { name: 'Stop receipt' })).toBeVisible();
    });
    await step('And closes again', async () => {
      await userEvent.click(proof);
      await expect(canvas.queryByRole('group', { name: 'Stop receipt' })).toBeNull();
    });
    await step('Continue, Regenerate and Copy are offered', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Continue' }));
      await expect(args.onContinue).toHaveBeenCalledOnce();
      await userEvent.click(canvas.getByRole('button', { name: 'Regenerate' }));
      await expect(args.onRegenerate).toHaveBeenCalledOnce();
      await expect(canvas.getByRole('button', { name: 'Copy' })).toBeVisible();
    });
  },
};

/** Nobody was asked, so the receipt tells what is not known. */
export const StoppedWithoutServer: Story = {
  args: { generation: stopped({ confirmation: 'not-asked', answeredMs: null }) },
};

/** One clear line: no empty bubble, and nothing to copy. */
export const StoppedBeforeTheFirstWord: Story = {
  args: { generation: stopped({}, { text: '', parts: [], canContinue: false }) },
  play: async ({ canvas, step }) => {
    await step('Only Regenerate makes sense', async () => {
      await expect(canvas.getByText('Stopped before the first word')).toBeInTheDocument();
      await expect(canvas.getAllByRole('button')).toHaveLength(1);
    });
  },
};

/** Another tab, an operator or the server stopped it. */
export const StoppedElsewhere: Story = {
  args: { generation: stopped({ by: 'remote', reason: 'other-tab' }) },
};

/** A budget of the app was used up. */
export const StoppedByItself: Story = {
  args: { generation: stopped({ by: 'auto', reason: 'total-time', limit: 30_000 }) },
};

/** The next question took its place. */
export const Replaced: Story = {
  args: { generation: stopped({ by: 'replaced', reason: 'replaced' }) },
};

/** The server was told, and has not said more. */
export const Accepted: Story = {
  args: { generation: stopped({ confirmation: 'accepted' }) },
};

/** Not a failure, and not a lie: there was nothing left to stop. */
export const HadFinished: Story = {
  args: { generation: stopped({ confirmation: 'already-finished' }) },
};

/** Amber, with a triangle and words: never colour alone. */
export const NotConfirmed: Story = {
  args: { generation: stopped({ confirmation: 'unconfirmed', answeredMs: null }) },
  play: async ({ canvas, step }) => {
    await step('The first action is in the note, the others below it', async () => {
      const names = canvas.getAllByRole('button').map(({ textContent }) => textContent);
      await expect(names).toEqual(['Retry stop', 'Regenerate', 'Copy']);
    });
  },
};

/** The reason is the server's own sentence. */
export const Refused: Story = {
  args: {
    generation: stopped({
      confirmation: 'refused',
      message: 'You may not stop this conversation.',
    }),
  },
};

/** Not a stop and not the end: the stream just broke off. */
export const Interrupted: Story = {
  args: {
    generation: literalGeneration({
      status: 'error',
      text: TEXT,
      canContinue: true,
      error: new GenerationError('interrupted', 'The connection was lost.'),
    }),
  },
};

/** Red is for failures only. */
export const Failed: Story = {
  name: 'Error',
  args: {
    generation: literalGeneration({
      status: 'error',
      text: TEXT,
      error: new GenerationError('provider', 'The model did not respond (502).'),
    }),
  },
};

/** A finished answer carries no mark. */
export const Complete: Story = {
  play: async ({ canvas, step }) => {
    await step('Continue is offered only where the length limit cut the answer', async () => {
      await expect(canvas.queryByRole('button', { name: 'Continue' })).toBeNull();
      await expect(canvas.getByRole('button', { name: 'Copy' })).toBeVisible();
    });
  },
};

const THOUGHT =
  'The user asks why the model goes on after the tab is closed. The likely cause is the request event, but I should check the framework first.';

const tool = (
  name: string,
  args: string,
  rest: Partial<ToolCallPart> = { endedAt: 800 },
): ToolCallPart => ({
  type: 'tool-call',
  id: name,
  name,
  arguments: args,
  state: 'done',
  started: true,
  startedAt: 0,
  ...rest,
});

/** Reasoning stands open while it runs, and each clock counts. */
export const ReasoningAndTools: Story = {
  args: {
    generation: literalGeneration({
      status: 'streaming',
      parts: [
        { type: 'reasoning', text: THOUGHT, open: true, startedAt: Date.now() - 4_000 },
        tool('search_docs', '"res close"'),
        tool('run_tests', 'server/', { state: 'running', startedAt: Date.now() - 3_000 }),
      ],
    }),
  },
};

/** Every clock is frozen, and open calls ended as cancelled. */
export const ToolsCancelled: Story = {
  args: {
    generation: stopped(
      {},
      {
        text: '',
        canContinue: false,
        parts: [
          { type: 'reasoning', text: THOUGHT, open: false, startedAt: 0, endedAt: 4_000 },
          tool('search_docs', '"res close"'),
          tool('run_tests', 'server/', { state: 'cancelled' }),
          tool('write_file', 'proxy.ts', { state: 'cancelled', started: false }),
        ],
      },
    ),
  },
  play: async ({ canvas, step }) => {
    await step('What had begun may have had effects', () =>
      expect(canvas.getByText('May have had effects before it was cancelled.')).toBeVisible(),
    );
  },
};

/** The thought is closed once the answer begins. */
export const Thought: Story = {
  args: {
    generation: literalGeneration({
      status: 'complete',
      text: TEXT,
      parts: [
        { type: 'reasoning', text: THOUGHT, open: false, startedAt: 0, endedAt: 6_000 },
        { type: 'text', text: TEXT },
      ],
    }),
  },
};

/** Every word is yours. */
export const InYourWords: Story = {
  args: {
    generation: stopped({ receipt: RECEIPT }),
    lang: 'de',
    labels: {
      stoppedByYou: 'Von dir angehalten',
      continueAnswer: 'Weiter',
      regenerate: 'Neu schreiben',
      copy: 'Kopieren',
      tokensAfter: (count) => `${count} Token danach`,
    },
  },
};

/** Only the order turns: icons that point do, shapes do not. */
export const RightToLeft: Story = {
  args: {
    generation: stopped({ receipt: RECEIPT }, { text: 'الوكيل يقرأ بسرعة أبطأ قارئ.' }),
    dir: 'rtl',
  },
};
