import { drawByHand } from '../drawByHand.js';

interface Chunk {
  choices: { delta: { content?: string } }[];
}

export const mount = drawByHand(() => {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    let text = '';
    for (const line of lines) {
      if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
      text += (JSON.parse(line.slice(6)) as Chunk).choices[0]?.delta.content ?? '';
    }
    return text;
  };
});
