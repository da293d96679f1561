import { ChatAgent, Lang, LangMessages } from 'aiwrapper';
import { createGeneration } from 'stopkit/core';
import {
  bridgeStopMessage,
  sourceFromAgent,
  sourceFromLang,
  type StopMessage,
} from 'stopkit/aiwrapper';
import { runIsolated } from 'stopkit/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  calls,
  chunk,
  endless,
  hangs,
  says,
  startModel,
} from '../../servers/aiwrapper/startModel.js';
import { listen } from '../../servers/listen.js';

let model: Awaited<ReturnType<typeof startModel>>;
beforeEach(async () => {
  model = await startModel();
});
afterEach(() => model.close());

const openLang = () => Lang.openaiLike({ model: 'scripted', baseURL: model.baseURL, apiKey: 'k' });

/** A tool that fetches something which never comes, with the run's own signal. */
async function slowTool() {
  let open = 0;
  const { server, port } = await listen((_req, res) => {
    open += 1;
    res.on('close', () => (open -= 1));
  });
  const tool = {
    name: 'look',
    description: 'Looks.',
    parameters: { type: 'object', properties: {} },
    handler: async (_args: Record<string, unknown>, run?: { signal: AbortSignal }) => {
      const response = await fetch(`http://127.0.0.1:${port}`, run && { signal: run.signal });
      return response.text();
    },
  };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { tool, close, open: () => open };
}

const sources = {
  agent: () => sourceFromAgent(new ChatAgent(openLang())),
  lang: () => sourceFromLang(openLang()),
};

describe.each(['agent', 'lang'] as const)('option 1: a signal from end to end, %s', (kind) => {
  test('an answer is read to its end', async () => {
    model.next(says('The sky is blue.'));
    const answer = createGeneration({ source: sources[kind]() });
    expect(await answer.start('Why?')).toMatchObject({
      status: 'complete',
      text: 'The sky is blue.',
    });
  });

  test('a stop before the headers is a stop, though the library’s error has lost its name', async () => {
    model.next(hangs);
    const answer = createGeneration({ source: sources[kind]() });
    const settled = answer.start('Why?');
    await expect.poll(() => model.open()).toBe(1);
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', error: null });
    await expect.poll(() => model.open()).toBe(0);
  });

  test('a stop in the middle closes the socket and keeps the partial; the next run works', async () => {
    model.next(endless, says('Again.'));
    const answer = createGeneration({ source: sources[kind]() });
    const settled = answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().text.length).toBeGreaterThan(20);
    const { text } = answer.getSnapshot();
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', text });
    await expect.poll(() => model.open()).toBe(0);
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Again.' });
  });

  test('a model that refuses is an error, not a stop', async () => {
    model.next((res) => {
      res.writeHead(400).end('no');
    });
    const answer = createGeneration({ source: sources[kind]() });
    expect(await answer.start('Why?')).toMatchObject({ status: 'error' });
  });

  test('a key that is refused is told as one, and asking again is not offered', async () => {
    model.next((res) => {
      res.writeHead(401).end('no');
    });
    const answer = createGeneration({ source: sources[kind]() });
    const { error } = await answer.start('Why?');
    expect(error).toMatchObject({ code: 'unauthorized', status: 401, retryable: false });
    expect(error?.message).toBe('Please sign in again.');
  });

  test('an upstream that is gone in mid-stream is told as a connection that was lost', async () => {
    model.next((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk({ role: 'assistant', content: 'A word' }), () => res.destroy());
    });
    const answer = createGeneration({ source: sources[kind]() });
    // Not "terminated", "network error" or "Load failed", as the fetch of the place calls it.
    expect(await answer.start('Why?')).toMatchObject({
      status: 'error',
      text: 'A word',
      error: {
        code: 'interrupted',
        message: 'The connection was lost before the answer was complete.',
      },
    });
  });

  test('an upstream that is gone before the first word is told as one that was not reached', async () => {
    model.next((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('\n', () => res.destroy());
    });
    const answer = createGeneration({ source: sources[kind]() });
    expect(await answer.start('Why?')).toMatchObject({
      status: 'error',
      error: { code: 'network', message: 'The connection was lost before the answer began.' },
    });
  });
});

describe('an answer that was cut off before it said anything leaves no empty message for the next turn', () => {
  const lastSent = () => {
    const messages = model.requests.at(-1)?.messages as { role: string }[];
    return messages.map(({ role }) => role);
  };

  test('a stop while the model thinks', async () => {
    const answer = createGeneration({ source: sourceFromAgent(new ChatAgent(openLang())) });
    model.next((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk({ role: 'assistant', reasoning_content: 'Hm.' }));
    }, says('Again.'));
    void answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().parts).toMatchObject([{ type: 'reasoning' }]);
    await answer.stop();
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Again.' });
    expect(lastSent()).toEqual(['user', 'user']);
  });

  test.each([
    ['thinks', { reasoning_content: 'Hm.' }],
    ['has said a blank', { content: '\n' }],
    [
      'calls a tool',
      {
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: 'mail', arguments: '{"to":"someb' },
          },
        ],
      },
    ],
  ])('a connection that is lost while the model %s', async (_, delta) => {
    const tools = [{ name: 'mail', description: '', parameters: {}, handler: () => 'sent' }];
    const agent = new ChatAgent(openLang(), { tools });
    const answer = createGeneration({ source: sourceFromAgent(agent) });
    model.next((res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(chunk({ role: 'assistant', ...delta }), () => res.destroy());
    }, says('Again.'));
    expect(await answer.start('Why?')).toMatchObject({ status: 'error' });
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Again.' });
    expect(lastSent()).toEqual(['user', 'user']);
  });
});

test('option 1: a stop inside a tool closes the tool’s own request, and its call has a result', async () => {
  const { tool, open, close } = await slowTool();
  const agent = new ChatAgent(openLang(), { tools: [tool] });
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  model.next(calls('look', { at: 'sky' }));
  const settled = answer.start('Look.');
  await expect.poll(open).toBe(1);
  await expect
    .poll(() => answer.getSnapshot().parts)
    .toMatchObject([
      { type: 'tool-call', name: 'look', arguments: '{"at":"sky"}', state: 'running' },
    ]);
  await answer.stop();
  expect(await settled).toMatchObject({ status: 'stopped', parts: [{ state: 'cancelled' }] });
  await expect.poll(open).toBe(0);
  expect(agent.messages.at(-1)?.toolResults).toMatchObject([
    { callId: 'call_1', result: { cancelled: true } },
  ]);
  model.next(says('Then not.'));
  expect(await answer.start('Never mind.')).toMatchObject({
    status: 'complete',
    text: 'Then not.',
  });
  const sent = model.requests.at(-1)?.messages as { role: string }[];
  expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
  close();
});

test('a tool that was done before the stop is done, on the screen and for the model; only the open one is cancelled', async () => {
  const look = await slowTool();
  const handler = (): string => 'The mail was sent.';
  const mail = { name: 'mail', description: '', parameters: {}, handler };
  const breaks = (): never => {
    throw new Error('No paper.');
  };
  const print = { ...mail, name: 'print', handler: breaks };
  const agent = new ChatAgent(openLang(), { tools: [mail, print, look.tool] });
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  model.next((res) => {
    const tool_calls = ['mail', 'print', 'look'].map((name, index) => ({
      index,
      id: `call_${index}`,
      type: 'function',
      function: { name, arguments: '{}' },
    }));
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.end(`${chunk({ role: 'assistant', tool_calls })}data: [DONE]\n\n`);
  }, says('Again.'));
  void answer.start('Mail, print, and look.');
  await expect.poll(look.open).toBe(1);
  await answer.stop();
  expect(answer.getSnapshot().parts).toMatchObject([
    { name: 'mail', state: 'done', result: 'The mail was sent.' },
    { name: 'print', state: 'failed', result: { error: true, message: 'No paper.' } },
    { name: 'look', state: 'cancelled' },
  ]);
  expect(agent.messages.at(-1)?.toolResults).toMatchObject([
    { callId: 'call_0', result: 'The mail was sent.' },
    { callId: 'call_1', result: { error: true, message: 'No paper.' } },
    { callId: 'call_2', result: { cancelled: true } },
  ]);
  expect(await answer.start('And?')).toMatchObject({ status: 'complete' });
  expect(JSON.stringify(model.requests.at(-1))).toContain('The mail was sent.');
  look.close();
});

test('a tool’s result is a part, and the agent goes on', async () => {
  const tool = { name: 'add', description: 'Adds.', parameters: {}, handler: () => 3 };
  const answer = createGeneration({
    source: sourceFromAgent(new ChatAgent(openLang(), { tools: [tool] })),
  });
  model.next(calls('add', { a: 1, b: 2 }), says('Three.'));
  expect(await answer.start('1 + 2?')).toMatchObject({
    status: 'complete',
    text: 'Three.',
    parts: [{ type: 'tool-call', state: 'done', result: 3 }, { type: 'text' }],
  });
});

test('the partial stays in the agent’s own conversation', async () => {
  const agent = new ChatAgent(openLang());
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  model.next(endless);
  void answer.start('Why?');
  await expect.poll(() => answer.getSnapshot().text).not.toBe('');
  await answer.stop();
  expect(agent.messages).toBeInstanceOf(LangMessages);
  expect(Array.from(agent.messages, ({ role }) => role)).toEqual(['user', 'assistant']);
  expect(agent.messages.at(-1)?.text).toContain('word');
});

test('a question that is asked again stands there once where the app took its turn out first', async () => {
  const agent = new ChatAgent(openLang());
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  model.next(endless, says('Again.'));
  void answer.start('Why?');
  await expect.poll(() => answer.getSnapshot().text).not.toBe('');
  await answer.stop();
  agent.messages.splice(-2);
  expect(await answer.regenerate()).toMatchObject({ status: 'complete', text: 'Again.' });
  expect(model.requests.at(-1)?.messages).toMatchObject([{ role: 'user', content: 'Why?' }]);
});

test('option 2: a tool that asks between its steps does no further step', async () => {
  const steps: number[] = [];
  let go: () => void = () => undefined;
  const tool = {
    name: 'work',
    description: 'Works.',
    parameters: {},
    handler: async (_args: unknown, run?: { check(): void }) => {
      for (let step = 1; step <= 3; step += 1) {
        run?.check();
        steps.push(step);
        await new Promise<void>((resolve) => (go = resolve));
      }
    },
  };
  const agent = new ChatAgent(openLang(), { tools: [tool] });
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  model.next(calls('work', {}));
  void answer.start('Work.');
  await expect.poll(() => steps).toEqual([1]);
  await answer.stop();
  go();
  expect(await answer.stop()).toBeNull();
  await new Promise(setImmediate);
  expect(steps).toEqual([1]);
});

test('a provider that hangs and ignores its signal holds nothing up, and its late words are nobody’s', async () => {
  let late: (text: string) => void = () => undefined;
  const lang = openLang();
  const chat = lang.chat.bind(lang);
  const agent = new ChatAgent(lang);
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  lang.chat = (messages, options) => {
    const own = messages as LangMessages;
    late = (text) => {
      own.addAssistantMessage(text);
      const message = own.at(-1);
      if (message !== undefined) options?.onResult?.(message);
    };
    return new Promise(() => undefined);
  };
  void answer.start('Why?');
  await expect.poll(() => agent.messages.length).toBe(1);
  late('First');
  await expect.poll(() => answer.getSnapshot().text).toBe('First');
  const stale = late;
  await answer.stop();
  expect(answer.getSnapshot()).toMatchObject({ status: 'stopped', text: 'First' });
  lang.chat = chat;
  model.next(says('Fresh.'));
  const settled = answer.start('Next.');
  stale('Stale');
  expect(await settled).toMatchObject({ status: 'complete', text: 'Fresh.' });
});

test('the late words of a stopped run are nobody’s, also where the agent keeps no conversation', async () => {
  type Listener = (event: { type: string; data?: unknown }) => void;
  const listeners = new Set<Listener>();
  const runs: { say(text: string): void; finish(): void }[] = [];
  // It never looks at its signal.
  const agent = {
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    run(): Promise<unknown> {
      const item = { type: 'text', text: '' };
      const msg = { role: 'assistant', items: [item] };
      return new Promise((resolve) => {
        runs.push({
          say(text) {
            item.text += text;
            for (const listener of [...listeners]) listener({ type: 'streaming', data: { msg } });
          },
          finish: () => resolve(undefined),
        });
      });
    },
  };
  const answer = createGeneration({ source: sourceFromAgent(agent) });
  void answer.start('Why?');
  await expect.poll(() => runs.length).toBe(1);
  runs[0]?.say('First');
  await expect.poll(() => answer.getSnapshot().text).toBe('First');
  await answer.stop();
  const settled = answer.start('Next.');
  await expect.poll(() => runs.length).toBe(2);
  runs[0]?.say(' and late.');
  runs[1]?.say('Fresh.');
  runs[1]?.finish();
  expect(await settled).toMatchObject({ status: 'complete', text: 'Fresh.' });
});

test.each(['thread', 'process'] as const)(
  'option 3: an agent whose provider never yields is ended with its %s, and what it said is kept',
  async (isolation) => {
    const answer = createGeneration<string>({
      async *source({ input, signal }) {
        const module = new URL('./hungAgent.mjs', import.meta.url);
        for await (const said of runIsolated(module, input, { signal, graceMs: 100, isolation })) {
          yield { type: 'text', delta: String(said) };
        }
      },
    });
    const settled = answer.start('Why?');
    await expect.poll(() => answer.getSnapshot().text).toBe('A word');
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', text: 'A word' });
  },
);

describe('a host app’s stop-message', () => {
  function createHost() {
    const listeners = new Set<(message?: StopMessage) => void>();
    return {
      listeners,
      onEvent(_name: string, listener: (message?: StopMessage) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      trigger: (message?: StopMessage) => {
        for (const listener of listeners) listener(message);
      },
    };
  }

  test('stops the run of that message only, tells the host once, and drops what comes later', async () => {
    model.next(endless, endless);
    const runs = new Map(
      ['m1', 'm2'].map((id) => [id, createGeneration({ source: sources.lang() })]),
    );
    const host = createHost();
    const settled: [string | undefined, string, string][] = [];
    const leave = bridgeStopMessage(host, {
      runOf: ({ messageId = '' }) => runs.get(messageId),
      onSettled: (message, { status, text }) => settled.push([message.messageId, status, text]),
    });
    for (const run of runs.values()) void run.start('Go.');
    await expect.poll(() => [...runs.values()].every((run) => run.getSnapshot().text)).toBe(true);
    host.trigger({ messageId: 'm1' });
    host.trigger({ messageId: 'm1' });
    const text = runs.get('m1')?.getSnapshot().text ?? '';
    await expect.poll(() => settled).toEqual([['m1', 'stopped', text]]);
    expect(runs.get('m2')?.isActive()).toBe(true);
    await expect.poll(() => model.open()).toBe(1);
    expect(runs.get('m1')?.getSnapshot().text).toBe(text);
    leave();
    expect(host.listeners.size).toBe(0);
    await runs.get('m2')?.stop();
    expect(settled).toHaveLength(1);
  });

  test('a message that nothing writes stops nothing', () => {
    const host = createHost();
    const settled: unknown[] = [];
    bridgeStopMessage(host, { runOf: () => null, onSettled: (message) => settled.push(message) });
    host.trigger();
    expect(settled).toEqual([]);
  });
});
