/** How long a sentence takes, for each of its letters. */
const LETTER_MS = 60;

/** Gives a browser that has no voice one that is silent, and takes its time; returns the way back. */
export async function recordedVoice(): Promise<() => void> {
  if (await hasVoices()) return () => undefined;
  let queue: SpeechSynthesisUtterance[] = [];
  let current: SpeechSynthesisUtterance | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function next(): void {
    current?.dispatchEvent(new Event('end'));
    current = queue.shift() ?? null;
    if (current === null) return;
    current.dispatchEvent(new Event('start'));
    timer = setTimeout(next, current.text.length * LETTER_MS);
  }

  const own = {
    speaking: { get: () => current !== null },
    pending: { get: () => queue.length > 0 },
    speak: {
      value(utterance: SpeechSynthesisUtterance) {
        queue.push(utterance);
        if (current === null) next();
      },
    },
    cancel: {
      value() {
        const dropped = [...(current === null ? [] : [current]), ...queue];
        clearTimeout(timer);
        current = null;
        queue = [];
        for (const utterance of dropped) utterance.dispatchEvent(new Event('error'));
      },
    },
  };
  for (const [name, property] of Object.entries(own)) {
    Object.defineProperty(speechSynthesis, name, { ...property, configurable: true });
  }
  return () => {
    speechSynthesis.cancel();
    for (const name of Object.keys(own)) Reflect.deleteProperty(speechSynthesis, name);
  };
}

/** Chromium brings its voices only after it was asked for them, and says so. */
function hasVoices(): Promise<boolean> {
  if (speechSynthesis.getVoices().length > 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const tell = (): void => resolve(speechSynthesis.getVoices().length > 0);
    speechSynthesis.addEventListener('voiceschanged', tell, { once: true });
    setTimeout(tell, 300);
  });
}
