import { GenerationError } from '../core/index.js';
import { plainSentence } from './plainSentence.js';

/** The error a model's server reported inside its answer: a sentence, or an object with one. */
export function providerError(said: unknown): GenerationError {
  const { message, type, code }: Partial<Record<'message' | 'type' | 'code', unknown>> =
    typeof said === 'object' && said !== null ? said : { message: said };
  const kind = `${String(type)} ${String(code)}`;
  return new GenerationError(
    /rate.?limit/i.test(kind) ? 'rate-limited' : 'provider',
    plainSentence(message) ??
      (/overloaded/i.test(kind)
        ? 'The model is overloaded. Please try again.'
        : 'The model failed without saying why.'),
    { cause: said },
  );
}
