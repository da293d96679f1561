import type { StreamEvent } from '../core/index.js';
import type { Format } from './Format.js';

/** Text as it comes; the end of the body is the end of the answer. */
export function plainText(): Format {
  return {
    name: 'plain-text',
    async *decode(body) {
      // Stream mode keeps a character that was cut in two; what is left of one at the end is dropped.
      const decoder = new TextDecoder();
      for await (const bytes of body) {
        const delta = decoder.decode(bytes, { stream: true });
        if (delta !== '') yield [{ type: 'text', delta }] satisfies StreamEvent[];
      }
    },
  };
}
