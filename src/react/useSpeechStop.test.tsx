import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { literalGeneration } from '../../stories/literalGeneration.js';
import { useSpeechStop } from './useSpeechStop.js';

function Reader() {
  const voice = useSpeechStop(literalGeneration({ status: 'complete', text: 'Hello' }));
  return (
    <button
      onClick={(event) => {
        voice.read()('Hello');
        event.currentTarget.textContent = voice.speech.getSnapshot().status;
      }}
    >
      Read aloud
    </button>
  );
}

test('where nothing can speak, nothing is read, and nothing is thrown', async () => {
  expect(typeof speechSynthesis).toBe('undefined');
  render(<Reader />);
  await userEvent.click(screen.getByRole('button', { name: 'Read aloud' }));
  expect(screen.getByRole('button')).toHaveTextContent('idle');
});
