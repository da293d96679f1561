import { useRef, useState } from 'react';
import { createRunId } from 'stopkit/core';

/** The button of many tutorials: it aborts its own request, and tells nobody. */
export function useNaiveAnswer() {
  const [text, setText] = useState('');
  const [isLoading, setLoading] = useState(false);
  const [runId, setRunId] = useState<string | null>(null);
  const controller = useRef<AbortController | null>(null);

  async function start(): Promise<void> {
    const id = createRunId();
    controller.current = new AbortController();
    setRunId(id);
    setText('');
    setLoading(true);
    try {
      const response = await fetch('/api/naive', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ runId: id }),
        signal: controller.current.signal,
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        const lines = (rest + part.value).split('\n');
        rest = lines.pop() ?? '';
        setText((before) => before + lines.map(wordOf).join(''));
      }
    } catch {
      // Aborted.
    }
    setLoading(false);
  }

  return { text, isLoading, runId, start, stop: () => controller.current?.abort() };
}

function wordOf(line: string): string {
  if (!line.startsWith('data: {')) return '';
  const { choices } = JSON.parse(line.slice(6)) as { choices?: { delta?: { content?: string } }[] };
  return choices?.[0]?.delta?.content ?? '';
}
