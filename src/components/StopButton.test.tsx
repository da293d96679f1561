import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useGeneration } from '../react/useGeneration.js';
import { scriptedSource } from '../testing/scriptedSource.js';
import { StopButton } from './StopButton.js';

test('Stop is not there while nothing runs', () => {
  function Page() {
    const answer = useGeneration({ source: scriptedSource() });
    return <StopButton generation={answer} />;
  }
  render(<Page />);
  expect(screen.queryByRole('button')).toBeNull();
});
