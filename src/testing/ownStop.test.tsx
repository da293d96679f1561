import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { AssistantMessage, type Source, StopButton, useGeneration } from 'stopkit';
import { hostileSources, scriptedSource } from 'stopkit/testing';
import { afterEach, expect, test } from 'vitest';

function Answer({ source }: { source: Source<string> }) {
  const answer = useGeneration({ source });
  return (
    <>
      <button onClick={() => void answer.start('Hello')}>Ask</button>
      <AssistantMessage generation={answer} />
      <StopButton generation={answer} />
    </>
  );
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
/** What is said is shown within three frames, so that frames are what to wait for. */
const frames = (count: number) =>
  act(async () => {
    for (let seen = 0; seen < count; seen++) await new Promise(requestAnimationFrame);
  });

afterEach(cleanup);

test('a stop keeps what was said, and nothing is added to it', async () => {
  const source = scriptedSource();
  render(<Answer source={source} />);
  press('Ask');
  act(() => source.text('The first half'));
  await screen.findByText('The first half');

  press('Stop generating');
  expect(source.runs[0]?.isClosed).toBe(true);
  source.text(' and the second');
  await frames(3);
  expect(screen.getByText('The first half')).toBeTruthy();
  expect(screen.getByText('You stopped this answer')).toBeTruthy();
});

test.each(Object.entries(hostileSources))('a stop ends %s', async (_, source) => {
  render(<Answer source={source} />);
  press('Ask');
  await frames(3);
  // Some fail or end by themselves before anybody could press.
  const stop = screen.queryByRole('button', { name: 'Stop generating' });
  if (stop !== null) fireEvent.click(stop);
  const shown = screen.getByRole('article').textContent;
  await frames(6);
  expect(screen.queryByRole('button', { name: 'Stop generating' })).toBeNull();
  expect(screen.getByRole('article').textContent).toBe(shown);
});
