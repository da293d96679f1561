import { useState } from 'react';
import { useGeneration, type UseGenerationResult } from 'stopkit';
import { scriptedSource } from 'stopkit/testing';

/** An answer that waits for its first word until it is stopped. */
export function useStoryAnswer(): UseGenerationResult<string> {
  const [source] = useState(() => scriptedSource());
  return useGeneration({ source });
}
