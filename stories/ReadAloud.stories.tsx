import type { Meta, StoryObj } from '@storybook/react-vite';
import { type ReactElement, useEffect, useRef } from 'react';
import { AssistantMessage, StopButton, useGeneration, useSpeechStop } from 'stopkit';
import { expect, waitFor } from 'storybook/test';
import './conversationToolbar.css';
import { recordedVoice } from './recordedVoice.js';
import { talkingSource, type TalkingOptions } from './talkingSource.js';

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const sentencesOf = (text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

/** An answer that is read aloud while it is written: each sentence as soon as it is whole. */
function ReadAloud(model: TalkingOptions): ReactElement {
  const answer = useGeneration({ source: talkingSource(model) });
  const voice = useSpeechStop(answer);
  const say = useRef<(sentence: string) => void>(null);
  const said = useRef(0);
  const { text, status } = answer;

  useEffect(() => {
    // The last sentence is whole when the answer is.
    const whole = sentencesOf(text).slice(0, status === 'complete' ? undefined : -1);
    for (const sentence of whole.slice(said.current)) say.current?.(sentence);
    said.current = whole.length;
  }, [text, status]);

  const ask = (): void => {
    void answer.start('Is anybody still reading?');
    said.current = 0;
    say.current = voice.read();
  };

  return (
    <section className="example-conversation" aria-label="Still reading?">
      <header>
        <div>
          <h2>Still reading?</h2>
          <p>Writer, aloud</p>
        </div>
        <StopButton generation={voice.all} scope="all" size="sm" variant="outline" />
      </header>
      {status !== 'idle' && <AssistantMessage generation={answer} />}
      <footer>
        <button
          type="button"
          data-stopkit="button"
          data-variant="outline"
          data-size="sm"
          onClick={ask}
        >
          Ask and listen
        </button>
        <StopButton generation={voice.speech} scope="speech" size="sm" variant="outline" />
      </footer>
    </section>
  );
}

const meta = {
  title: 'Examples/Read aloud',
  component: ReadAloud,
  tags: ['!autodocs'],
  beforeEach: recordedVoice,
  args: { wordsPerSecond: 40, firstWordMs: 300 },
} satisfies Meta<typeof ReadAloud>;

export default meta;

type Story = StoryObj<typeof meta>;
type Play = Parameters<NonNullable<Story['play']>>[0];

async function listen({ canvas, userEvent, step }: Play): Promise<void> {
  await step('A question is asked, and the first sentence is heard', async () => {
    await userEvent.click(canvas.getByRole('button', { name: 'Ask and listen' }));
    await canvas.findByRole('button', { name: 'Stop speaking' });
    await expect(speechSynthesis.speaking).toBe(true);
  });
}

async function expectSilence({ canvas, step }: Play): Promise<void> {
  await step('Nothing is heard, no sentence waits, and the button is gone', async () => {
    await waitFor(() => expect(canvas.queryByRole('button', { name: 'Stop speaking' })).toBeNull());
    await expect([speechSynthesis.speaking, speechSynthesis.pending]).toEqual([false, false]);
  });
}

/** Silence, and the text goes on to its end: no later sentence is heard. */
export const StopSpeaking: Story = {
  play: async (context) => {
    const { canvas, userEvent, step } = context;
    await listen(context);
    await step('Stop speaking is pressed', async () => {
      canvas.getByRole('button', { name: 'Stop speaking' }).focus();
      await userEvent.keyboard('{Enter}');
      await userEvent.tab();
    });
    await step('The text goes on to its last word', () =>
      waitFor(() => expect(canvas.getByRole('article')).toHaveTextContent('offer to ask again.'), {
        timeout: 10_000,
      }),
    );
    await expectSilence(context);
  },
};

/** One press for both: the text stands still, and nothing more is heard. */
export const StopAll: Story = {
  play: async (context) => {
    const { canvas, userEvent, step } = context;
    await listen(context);
    await step('Stop is pressed', async () => {
      canvas.getByRole('button', { name: 'Stop' }).focus();
      await userEvent.keyboard('{Enter}');
    });
    await step('The text is kept and marked', () =>
      waitFor(() => expect(canvas.getByText('You stopped this answer')).toBeVisible()),
    );
    await expectSilence(context);
  },
};
