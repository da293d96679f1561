import { cleanup, render, screen } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { createGeneration, type Generation, type RequestStop, type StopRecord } from 'stopkit/core';
import { StopButton, useSpeechStop, type UseSpeechStopOptions, type Voice } from 'stopkit';
import { scriptedSource } from 'stopkit/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';

/** What was said to the browser's own voice; it speaks when the test lets it. */
let spoken: string[] = [];
let queue: SpeechSynthesisUtterance[] = [];
let current: SpeechSynthesisUtterance | null = null;
let isPaused = false;
const own = { ...methodsOf(speechSynthesis) };

function methodsOf({ speak, cancel, resume, pause }: SpeechSynthesis) {
  return { speak, cancel, resume, pause };
}

const fire = (utterance: SpeechSynthesisUtterance, type: string): void => {
  utterance.dispatchEvent(new Event(type));
};
/** The next sentence begins, as far as there is one. */
function begin(): void {
  current = queue.shift() ?? null;
  if (current === null) return;
  spoken.push(current.text);
  fire(current, 'start');
}
/** The sentence that is spoken is over, and the next begins. */
function end(): void {
  if (current !== null) fire(current, 'end');
  begin();
}

beforeEach(() => {
  spoken = [];
  queue = [];
  current = null;
  isPaused = false;
  Object.assign(speechSynthesis, {
    speak: (utterance: SpeechSynthesisUtterance) => queue.push(utterance),
    cancel() {
      const dropped = [...(current === null ? [] : [current]), ...queue];
      current = null;
      queue = [];
      // Chromium tells later that they were cancelled; Safari calls it an end.
      for (const utterance of dropped) queueMicrotask(() => fire(utterance, 'end'));
    },
    pause: () => (isPaused = true),
    resume: () => (isPaused = false),
  });
});
afterEach(() => {
  cleanup();
  Object.assign(speechSynthesis, own);
});

const ANSWERS = {
  'no answer was asked for': () => createGeneration({ source: scriptedSource() }),
  'the answer streams': async () => {
    const source = scriptedSource();
    const generation = createGeneration({ source });
    void generation.start('hello');
    source.text('One. Two. Three.');
    await expect.poll(() => generation.getSnapshot().status).toBe('streaming');
    return generation;
  },
  'the answer is complete': async () => {
    const source = scriptedSource();
    const generation = createGeneration({ source });
    const settled = generation.start('hello');
    source.text('One. Two. Three.');
    source.done();
    await settled;
    return generation;
  },
};

function show(generation: Generation<string>, options: UseSpeechStopOptions = {}) {
  const seen: { voice: Voice | null } = { voice: null };
  function Chat({ conversationId = 'a' }: { conversationId?: string }) {
    const voice = useSpeechStop(generation, { conversationId, ...options });
    seen.voice = voice;
    return (
      <>
        <StopButton generation={voice.speech} scope="speech" />
        <StopButton generation={voice.all} scope="all" aria-label="Stop everything" />
      </>
    );
  }
  const page = render(<Chat />, { wrapper: StrictMode });
  if (seen.voice === null) throw new Error('nothing was rendered');
  return {
    voice: seen.voice,
    open: (conversationId: string) => page.rerender(<Chat conversationId={conversationId} />),
    leave: () => page.unmount(),
  };
}

/** Two sentences, handed over one after the other as an app does that waits for each end. */
const PHASES = {
  'before the first sentence': () => undefined,
  'inside a sentence': begin,
  'between two sentences': () => {
    begin();
    if (current !== null) fire(current, 'end');
    current = null;
  },
  'while it is paused': () => {
    begin();
    speechSynthesis.pause();
  },
};

type AnswerPhase = keyof typeof ANSWERS;
type SpeechPhase = keyof typeof PHASES;
const CASES = (Object.keys(ANSWERS) as AnswerPhase[]).flatMap((answer) =>
  (Object.keys(PHASES) as SpeechPhase[]).flatMap((phase) =>
    (['generation', 'speech', 'all'] as const).map((scope) => ({ answer, phase, scope })),
  ),
);

describe.each(CASES)('$scope stopped $phase, when $answer', ({ answer, phase, scope }) => {
  test('exactly what was meant falls silent, and nothing queued begins', async () => {
    const generation = await ANSWERS[answer]();
    const before = generation.getSnapshot().status;
    const { voice } = show(generation);
    const say = voice.read();
    for (const sentence of ['One.', 'Two.', 'Three.']) say(sentence);
    PHASES[phase]();
    const heard = [...spoken];
    await voice.speech.stop({ scope });
    end();
    // An app that goes on with the next sentence at an end goes on into silence.
    say('Four.');
    begin();
    expect(isPaused).toBe(scope === 'generation' && phase === 'while it is paused');
    if (scope === 'generation') expect(spoken.length).toBeGreaterThan(heard.length);
    else expect(spoken).toEqual(heard);
    const stopped = scope !== 'speech' && before === 'streaming';
    expect(generation.getSnapshot().status).toBe(stopped ? 'stopped' : before);
    expect(voice.speech.isActive()).toBe(scope === 'generation');
  });
});

test('the speech button has its own words, is there while something is heard, and silences at a press', async () => {
  const generation = await ANSWERS['the answer streams']();
  const { voice } = show(generation);
  expect(screen.queryByRole('button', { name: 'Stop speaking' })).toBeNull();
  const say = voice.read();
  say('One.');
  say('Two.');
  begin();
  const button = await screen.findByRole('button', { name: 'Stop speaking' });
  // A press in the first moment counts as meant for what was there before.
  await expect
    .poll(async () => {
      await userEvent.click(button);
      return voice.speech.isActive();
    })
    .toBe(false);
  expect(current).toBeNull();
  expect(queue).toEqual([]);
  expect(generation.getSnapshot().status).toBe('streaming');
  expect(voice.speech.getSnapshot().stopRecord).toMatchObject({
    by: 'user',
    confirmation: 'not-asked',
  });
});

test('a press on a button of scope all ends the answer and what is heard', async () => {
  const generation = await ANSWERS['the answer streams']();
  const { voice } = show(generation);
  voice.read()('One.');
  begin();
  const button = await screen.findByRole('button', { name: 'Stop everything' });
  await expect
    .poll(async () => {
      await userEvent.click(button);
      return generation.getSnapshot().status;
    })
    .toBe('stopped');
  expect(current).toBeNull();
  expect(voice.speech.getSnapshot().status).toBe('stopped');
});

test('what was read to its end is over by itself, and the button goes', async () => {
  const { voice } = show(createGeneration({ source: scriptedSource() }));
  voice.read()('One.');
  begin();
  await screen.findByRole('button', { name: 'Stop speaking' });
  end();
  await expect.poll(() => screen.queryByRole('button', { name: 'Stop speaking' })).toBeNull();
  expect(voice.speech.getSnapshot().status).toBe('complete');
});

test('after a stop, a person can have it read again', async () => {
  const { voice } = show(createGeneration({ source: scriptedSource() }));
  const first = voice.read();
  first('One.');
  begin();
  await voice.speech.stop();
  const again = voice.read();
  again('One again.');
  first('Two.');
  begin();
  begin();
  expect(spoken).toEqual(['One.', 'One again.']);
  expect(voice.speech.isActive()).toBe(true);
});

test('switching the conversation silences, and so does leaving the page', () => {
  const { voice, open, leave } = show(createGeneration({ source: scriptedSource() }));
  const say = voice.read();
  say('One.');
  say('Two.');
  begin();
  open('b');
  expect([current, queue]).toEqual([null, []]);
  say('Three.');
  begin();
  expect(spoken).toEqual(['One.']);
  expect(voice.speech.getSnapshot().stopRecord).toMatchObject({ by: 'auto' });
  voice.read()('Of the other.');
  begin();
  leave();
  expect(current).toBeNull();
});

test('leaving a page that says nothing cuts nobody else off', () => {
  const { leave } = show(createGeneration({ source: scriptedSource() }));
  speechSynthesis.speak(new SpeechSynthesisUtterance('Somebody else.'));
  begin();
  leave();
  expect(current?.text).toBe('Somebody else.');
});

/** A sound that goes on, made here: an element that plays a track. */
async function playing() {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const element = new Audio();
  element.srcObject = out.stream;
  element.muted = true;
  await element.play();
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) throw new Error('no track');
  return { element, track, close: () => context.close() };
}

test.each(['generation', 'speech', 'all'] as const)(
  'audio elements and tracks fall silent at a stop of %s, unless it is only the text’s',
  async (scope) => {
    const { element, track, close } = await playing();
    const { voice } = show(createGeneration({ source: scriptedSource() }));
    voice.register(element);
    voice.register(track);
    expect(voice.speech.isActive()).toBe(true);
    await voice.speech.stop({ scope });
    expect([element.paused, track.enabled]).toEqual(
      scope === 'generation' ? [false, true] : [true, false],
    );
    await close();
  },
);

test('a track that was silenced is heard again with the next answer, not before', async () => {
  const { track, close } = await playing();
  const source = scriptedSource();
  const generation = createGeneration({ source });
  void generation.start('First.');
  const { voice } = show(generation);
  voice.register(track);
  await voice.all.stop();
  expect(track.enabled).toBe(false);
  void generation.start('Second.');
  expect(track.enabled).toBe(true);
  await generation.stop();
  await close();
});

test('a recording that cannot be played is heard no more, and the button goes', async () => {
  const { voice } = show(createGeneration({ source: scriptedSource() }));
  const element = document.createElement('video');
  // Muted, it may play before anybody has pressed anything.
  element.muted = true;
  element.src = 'data:video/mp4;base64,AAAA';
  voice.register(element);
  await element.play().catch(() => undefined);
  await expect.poll(() => element.error).not.toBeNull();
  expect([element.paused, element.ended]).toEqual([false, false]);
  await expect.poll(() => voice.speech.getSnapshot().status).toBe('complete');
  expect(screen.queryByRole('button', { name: 'Stop speaking' })).toBeNull();
});

/** A chat in which somebody is called. */
function Call({ of, on, track }: { of: string; on: Generation<string>; track: MediaStreamTrack }) {
  const voice = useSpeechStop(on, { conversationId: of });
  useEffect(() => voice.register(track), [voice, track]);
  return null;
}

test.each<[string, ('a' | 'b' | null)[]]>([
  ['the conversation that was opened', ['b']],
  ['a conversation that was left and opened again', ['b', 'a']],
  ['a chat that has gone and is there again', [null, 'a']],
])('the track of a call is heard again with the next answer of %s', async (_, opened) => {
  const { track, close } = await playing();
  const answers = {
    a: createGeneration({ source: scriptedSource() }),
    b: createGeneration({ source: scriptedSource() }),
  };
  const page = (of: 'a' | 'b' | null) =>
    of === null ? null : <Call of={of} on={answers[of]} track={track} />;
  const { rerender } = render(page('a'));
  expect(track.enabled).toBe(true);
  for (const of of opened) rerender(page(of));
  expect(track.enabled).toBe(false);
  const now = answers[opened.at(-1) ?? 'a'];
  void now.start('Next');
  await expect.poll(() => track.enabled).toBe(true);
  await now.stop();
  await close();
});

test('what begins to sound while a server is still asked about the last stop can be stopped', async () => {
  const { element, close } = await playing();
  const { voice } = show(createGeneration({ source: scriptedSource() }), {
    requestStop: () => new Promise(() => undefined),
  });
  voice.register(element);
  void voice.speech.stop();
  expect(element.paused).toBe(true);
  await screen.findByRole('button', { name: 'Stopping' });
  await element.play();
  const button = await screen.findByRole('button', { name: 'Stop speaking' });
  // A press in the first moment counts as meant for what was there before.
  await expect
    .poll(async () => {
      await userEvent.click(button);
      return element.paused;
    })
    .toBe(true);
  await close();
});

test('a server that speaks is told, with the run it speaks for', async () => {
  const generation = await ANSWERS['the answer is complete']();
  const requests: unknown[] = [];
  const { voice } = show(generation, {
    requestStop: (request) => {
      requests.push(request);
      return Promise.resolve({ outcome: 'stopped' });
    },
  });
  voice.read()('One.');
  begin();
  expect(await voice.speech.stop()).toMatchObject({ confirmation: 'confirmed' });
  expect(requests).toMatchObject([
    { scope: 'speech', reason: 'user', runId: generation.getSnapshot().runId },
  ]);
});

/** A streaming answer whose server is told of stops, beside a voice whose server is told too. */
async function twoToTell(answerAsks: boolean) {
  const requests: [of: string, scope: string | undefined][] = [];
  const tell =
    (of: string): RequestStop =>
    ({ scope }) => {
      requests.push([of, scope]);
      return Promise.resolve({ outcome: 'stopped' });
    };
  const source = scriptedSource();
  const generation = createGeneration({
    source,
    ...(answerAsks ? { requestStop: tell('answer') } : {}),
  });
  void generation.start('hello');
  source.text('One. Two.');
  await expect.poll(() => generation.getSnapshot().status).toBe('streaming');
  const { voice } = show(generation, { requestStop: tell('voice') });
  voice.read()('One.');
  begin();
  return { voice, generation, requests };
}

test.each([
  ['by the answer, where that asks one', true, [['answer', 'all']]],
  ['by the voice, where the answer asks nobody', false, [['voice', 'all']]],
] as const)('a stop of all tells the server once: %s', async (_, answerAsks, expected) => {
  const { voice, generation, requests } = await twoToTell(answerAsks);
  await voice.all.stop();
  await expect.poll(() => voice.speech.getSnapshot().stopRecord?.confirmation).toBe('confirmed');
  expect(generation.getSnapshot().status).toBe('stopped');
  expect(requests).toEqual(expected);
});

test('a stop of all tells a server that has not begun to speak, where the answer asks nobody', async () => {
  const requests: unknown[] = [];
  const generation = await ANSWERS['the answer streams']();
  const { voice } = show(generation, {
    requestStop: (request) => {
      requests.push(request);
      return Promise.reject(new Error('The server is away.'));
    },
  });
  const { runId } = generation.getSnapshot();
  await voice.all.stop();
  await expect.poll(() => requests).toMatchObject([{ scope: 'all', reason: 'user', runId }]);
});

test('a button of scope speech on an answer that is only text stops no text', async () => {
  const generation = await ANSWERS['the answer streams']();
  const records: StopRecord[] = [];
  render(
    <StopButton generation={generation} scope="speech" onStop={(record) => records.push(record)} />,
  );
  const button = screen.getByRole('button', { name: 'Stop speaking' });
  // A press in the first moment counts as meant for what was there before.
  await expect
    .poll(async () => {
      await userEvent.click(button);
      return records.length;
    })
    .toBeGreaterThan(0);
  expect(records[0]).toMatchObject({ confirmation: 'not-asked' });
  expect(generation.getSnapshot()).toMatchObject({ status: 'streaming', stopRecord: null });
  await generation.stop();
});
