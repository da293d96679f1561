import { drawByHand } from '../drawByHand.js';

export const mount = drawByHand(() => {
  const decoder = new TextDecoder();
  return (bytes) => decoder.decode(bytes, { stream: true });
});
