/** Puts a voice in the place of the browser's that speaks only when it is told to. */
export function recordSpeech() {
  const spoken: string[] = [];
  let queue: SpeechSynthesisUtterance[] = [];
  let current: SpeechSynthesisUtterance | null = null;
  const fire = (utterance: SpeechSynthesisUtterance, type: string): void => {
    utterance.dispatchEvent(new Event(type));
  };
  Object.assign(speechSynthesis, {
    speak: (utterance: SpeechSynthesisUtterance) => queue.push(utterance),
    cancel() {
      const dropped = [...(current === null ? [] : [current]), ...queue];
      current = null;
      queue = [];
      for (const utterance of dropped) queueMicrotask(() => fire(utterance, 'end'));
    },
  });
  return {
    /** The sentence that is spoken is over, and the next begins. */
    next(): void {
      if (current !== null) fire(current, 'end');
      current = queue.shift() ?? null;
      if (current === null) return;
      spoken.push(current.text);
      fire(current, 'start');
    },
    spoken: () => spoken,
    isSpeaking: () => current !== null,
  };
}
