import { useCallback, useEffect, useRef, useState } from 'react';
import type { BenchRequest } from '../../request.js';
import { ChatLayout } from '../ChatLayout.js';
import { mountReact, type PageProps } from '../mountReact.js';

/** The pattern as it is written by hand everywhere: one state, one setState a chunk. */
function useNaiveGeneration() {
  const [text, setText] = useState('');
  const [status, setStatus] = useState('idle');
  const controllerRef = useRef<AbortController | null>(null);

  const start = useCallback(async (request: BenchRequest): Promise<void> => {
    const controller = new AbortController();
    controllerRef.current = controller;
    setText('');
    setStatus('streaming');
    try {
      const response = await fetch('/generate', {
        method: 'POST',
        body: JSON.stringify({ prompt: request }),
        signal: controller.signal,
      });
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const result = await reader?.read();
        if (result?.value === undefined) break;
        const { value } = result;
        setText((before) => before + decoder.decode(value, { stream: true }));
      }
      setStatus('complete');
    } catch (error) {
      setStatus(error instanceof Error && error.name === 'AbortError' ? 'stopped' : 'error');
    }
  }, []);
  const stop = useCallback(() => controllerRef.current?.abort(), []);
  return { text, status, start, stop };
}

function Page({ earlier, onReady }: PageProps) {
  const { text, status, start, stop } = useNaiveGeneration();
  useEffect(() => onReady((request) => void start(request)), [onReady, start]);
  return (
    <ChatLayout
      earlier={earlier.map((message, index) => ({ id: String(index), text: message }))}
      text={text}
      state={status === 'streaming' ? 'running' : status}
      onStop={stop}
    />
  );
}

export const mount = mountReact(Page);
