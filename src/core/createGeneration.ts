import { createRunner, type GenerationOptions } from './createRunner.js';
import type { Generation } from './Generation.js';

/** One answer after another from a source, each of which can be stopped. */
export function createGeneration<Input>(options: GenerationOptions<Input>): Generation<Input> {
  return createRunner(options).generation;
}
