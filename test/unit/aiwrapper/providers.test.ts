import {
  ChatAgent,
  Lang,
  LangMessages,
  type LanguageProvider,
  setHttpRequestImpl,
} from 'aiwrapper';
import { createGeneration } from 'stopkit/core';
import { sourceFromAgent, sourceFromLang, type ToolRun } from 'stopkit/aiwrapper';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DIALECTS, speaking } from '../../servers/aiwrapper/dialects.js';
import { hangs, startModel } from '../../servers/aiwrapper/startModel.js';
import { listen } from '../../servers/listen.js';

// The providers of the package. Two take an address; the others have theirs fixed, so the package's own
// way to exchange the network call sends all of them to the scripted model on this machine.
const apiKey = 'k';
const parameters = { type: 'object', properties: {} };
const PROVIDERS: { name: string; open: () => LanguageProvider; dialect: keyof typeof DIALECTS }[] =
  [
    {
      name: 'openaiLike',
      dialect: 'chat',
      open: () => Lang.openaiLike({ apiKey, model: 'm', baseURL: 'https://models.invalid/v1' }),
    },
    { name: 'groq', dialect: 'chat', open: () => Lang.groq({ apiKey }) },
    { name: 'deepseek', dialect: 'chat', open: () => Lang.deepseek({ apiKey }) },
    { name: 'kimi', dialect: 'chat', open: () => Lang.kimi({ apiKey }) },
    { name: 'xai', dialect: 'chat', open: () => Lang.xai({ apiKey }) },
    { name: 'openrouter', dialect: 'chat', open: () => Lang.openrouter({ apiKey }) },
    {
      name: 'mistral',
      dialect: 'chat',
      open: () => Lang.mistral({ apiKey, model: 'mistral-small-2402' }),
    },
    { name: 'openai', dialect: 'responses', open: () => Lang.openai({ apiKey }) },
    { name: 'anthropic', dialect: 'messages', open: () => Lang.anthropic({ apiKey }) },
    { name: 'google', dialect: 'gemini', open: () => Lang.google({ apiKey }) },
  ];
const KINDS = {
  agent: (lang: LanguageProvider) => sourceFromAgent(new ChatAgent(lang)),
  lang: (lang: LanguageProvider) => sourceFromLang(lang),
};
const CASES = PROVIDERS.flatMap(({ name, open, dialect }) =>
  (['agent', 'lang'] as const).map((kind) => ({
    name,
    kind,
    model: speaking(DIALECTS[dialect]),
    // It answers only as a whole, so that there is no partial to keep.
    isWhole: dialect === 'gemini',
    start: () => createGeneration({ source: KINDS[kind](open()) }),
  })),
);

let upstream: Awaited<ReturnType<typeof startModel>>;
beforeEach(async () => {
  upstream = await startModel();
  setHttpRequestImpl((url, options) => fetch(upstream.baseURL + new URL(url).pathname, options));
});
afterEach(() => upstream.close());
afterAll(() => setHttpRequestImpl((url, options) => fetch(url, options)));

/** From here on the network ignores every signal. */
function goDeaf(): void {
  const deafly = (options: object): object => ({ ...options, signal: null });
  setHttpRequestImpl((url, options) =>
    fetch(upstream.baseURL + new URL(url).pathname, deafly(options)),
  );
}

describe.each(CASES)('$name as $kind', ({ model, isWhole, start }) => {
  test('an answer is read to its end, and it is the model’s and not the person’s', async () => {
    upstream.next(model.says('The sky is blue.'));
    expect(await start().start('Why?')).toMatchObject({
      status: 'complete',
      text: 'The sky is blue.',
    });
  });

  test('a stop before the headers closes the socket, and the next run works', async () => {
    upstream.next(hangs, model.says('Again.'));
    const answer = start();
    const settled = answer.start('Why?');
    await expect.poll(() => upstream.open()).toBe(1);
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', error: null, text: '' });
    await expect.poll(() => upstream.open()).toBe(0);
    expect(await answer.start('Next.')).toMatchObject({
      status: 'complete',
      text: 'Again.',
    });
    // One request each: nothing was tried again behind the stop.
    expect(upstream.requests).toHaveLength(2);
  });

  test('a stop of a provider that hangs in mid-stream closes the socket and keeps the partial', async () => {
    upstream.next(model.stalls, model.says('Again.'));
    const answer = start();
    const settled = answer.start('Why?');
    await expect.poll(() => upstream.open()).toBe(1);
    const text = isWhole ? '' : 'A word';
    await expect.poll(() => answer.getSnapshot().text).toBe(text);
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', error: null, text });
    await expect.poll(() => upstream.open()).toBe(0);
    expect(await answer.start('Next.')).toMatchObject({
      status: 'complete',
      text: 'Again.',
    });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a provider whose network ignores the signal holds nothing up', async () => {
    upstream.next(model.stalls, model.says('Again.'));
    goDeaf();
    const answer = start();
    const settled = answer.start('Why?');
    await expect.poll(() => upstream.requests).toHaveLength(1);
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', error: null });
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete' });
  });

  test('an upstream that is gone in mid-stream is a cut and no stop; the partial stays', async () => {
    upstream.next(model.breaks, model.says('Again.'));
    const answer = start();
    const settled = answer.start('Why?');
    const text = isWhole ? '' : 'A word';
    expect(await settled).toMatchObject({ status: 'error', stopRecord: null, text });
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete' });
  });
});

describe.each(PROVIDERS)('$name with a tool', ({ open, dialect }) => {
  const model = speaking(DIALECTS[dialect]);

  test('a stop inside a tool that fetches closes its request, and the next turn has its result', async () => {
    let fetching = 0;
    const { server, port } = await listen((_req, res) => {
      fetching += 1;
      res.on('close', () => (fetching -= 1));
    });
    const tool = {
      name: 'look',
      description: 'Looks.',
      parameters,
      handler: (_args: Record<string, unknown>, run?: ToolRun) =>
        fetch(`http://127.0.0.1:${port}`, run && { signal: run.signal }).then((res) => res.text()),
    };
    const answer = createGeneration({
      source: sourceFromAgent(new ChatAgent(open(), { tools: [tool] })),
    });
    upstream.next(model.calls('look', { at: 'sky' }), model.says('Then not.'));
    const settled = answer.start('Look.');
    await expect.poll(() => fetching).toBe(1);
    await expect
      .poll(() => answer.getSnapshot().parts)
      .toMatchObject([
        { type: 'tool-call', name: 'look', arguments: '{"at":"sky"}', state: 'running' },
      ]);
    await answer.stop();
    expect(await settled).toMatchObject({ status: 'stopped', parts: [{ state: 'cancelled' }] });
    await expect.poll(() => fetching).toBe(0);
    expect(await answer.start('Never mind.')).toMatchObject({
      status: 'complete',
      text: 'Then not.',
    });
    expect(JSON.stringify(upstream.requests.at(-1))).toContain('cancelled');
    server.close();
  });

  test.each(['agent', 'lang'] as const)(
    'no tool begins after the stop, though the model asks for it over a network that is deaf (%s)',
    async (kind) => {
      goDeaf();
      let began = 0;
      const tools = [{ name: 'mail', description: '', parameters, handler: () => (began += 1) }];
      const lang = open();
      const chat = lang.chat.bind(lang);
      let chatIsOver: Promise<unknown> = Promise.resolve();
      lang.chat = (...asked) => {
        const result = chat(...asked);
        chatIsOver = result.catch(() => undefined);
        return result;
      };
      let say: () => void = () => undefined;
      upstream.next((res) => {
        say = () => model.calls('mail', {})(res);
      });
      const source =
        kind === 'agent' ? sourceFromAgent(new ChatAgent(lang, { tools })) : sourceFromLang(lang);
      const answer = createGeneration({ source });
      void answer.start(kind === 'agent' ? 'Mail.' : new LangMessages('Mail.', { tools }));
      await expect.poll(() => upstream.requests).toHaveLength(1);
      await answer.stop();
      say();
      await chatIsOver;
      expect(began).toBe(0);
    },
  );
});

// In 3.0.3 DeepSeek never lets go of its reader: the second answer of a run grows the first, and it asks for ever.
test.each(PROVIDERS.filter(({ name }) => name !== 'deepseek'))(
  '$name: two calls one after the other are two parts, each with its own result',
  async ({ open, dialect }) => {
    const model = speaking(DIALECTS[dialect]);
    let calls = 0;
    const tool = {
      name: 'count',
      description: 'Counts.',
      parameters,
      handler: () => `call ${(calls += 1)}`,
    };
    upstream.next(model.calls('count', {}), model.calls('count', {}), model.says('Two.'));
    const answer = createGeneration({
      source: sourceFromAgent(new ChatAgent(open(), { tools: [tool] })),
    });
    expect(await answer.start('Count.')).toMatchObject({
      status: 'complete',
      text: 'Two.',
      parts: [
        { type: 'tool-call', state: 'done', result: 'call 1' },
        { type: 'tool-call', state: 'done', result: 'call 2' },
        { type: 'text' },
      ],
    });
  },
);

test.each([
  ['ollama', () => Lang.ollama({ url: 'http://models.invalid' })],
  ['cohere', () => Lang.cohere({ apiKey })],
] as const)('%s, which fails before it asks in 3.0.3, is an error and no stop', async (_, open) => {
  const answer = createGeneration({ source: sourceFromLang(open()) });
  expect(await answer.start('Why?')).toMatchObject({ status: 'error', text: '', stopRecord: null });
  expect(upstream.requests).toEqual([]);
});

test.each(PROVIDERS)(
  '$name: the answer after a stopped one, in a list of the app’s own, is a message of its own',
  async ({ open, dialect }) => {
    const model = speaking(DIALECTS[dialect]);
    const messages = new LangMessages('Why?');
    upstream.next(model.stalls, model.says('Again.'));
    const answer = createGeneration({ source: sourceFromLang(open()) });
    void answer.start(messages);
    await expect.poll(() => upstream.open()).toBe(1);
    if (dialect !== 'gemini') await expect.poll(() => answer.getSnapshot().text).toBe('A word');
    await answer.stop();
    await expect.poll(() => upstream.open()).toBe(0);
    messages.addUserMessage('And now?');
    expect(await answer.start(messages)).toMatchObject({ status: 'complete', text: 'Again.' });
    expect(messages.at(-1)?.text).toBe('Again.');
  },
);

test('where the package hands over what a model said with its refusal, a person reads that', async () => {
  upstream.next((res) => {
    res.writeHead(403, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ error: { message: 'Your plan does not include this model.' } }));
  });
  const answer = createGeneration({ source: sourceFromLang(Lang.openai({ apiKey })) });
  expect(await answer.start('Why?')).toMatchObject({
    status: 'error',
    error: { code: 'http', status: 403, message: 'Your plan does not include this model.' },
  });
});

describe('what an old run leaves behind', () => {
  const tool = {
    name: 'look',
    description: 'Looks.',
    parameters,
    handler: (): Promise<string> => new Promise(() => undefined),
  };
  const { says, calls } = speaking(DIALECTS.chat);
  const [first] = PROVIDERS;

  test('a run that starts in the moment of the stop has its words, though the old one ends after it', async () => {
    const agent = new ChatAgent(first?.open(), { tools: [tool] });
    const answer = createGeneration({ source: sourceFromAgent(agent) });
    upstream.next(calls('look', {}), says('Fresh.'));
    void answer.start('Look.');
    await expect.poll(() => answer.getSnapshot().parts).toMatchObject([{ state: 'running' }]);
    void answer.stop();
    expect(await answer.start('Next.')).toMatchObject({ status: 'complete', text: 'Fresh.' });
    expect(agent.messages.availableTools?.[0]).toBe(tool);
    expect(Array.from(agent.messages, ({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool-results',
      'user',
      'assistant',
    ]);
  });

  test('a deaf provider that ends much later takes nothing back from the conversation', async () => {
    let finish: () => void = () => undefined;
    const lang = first?.open();
    if (lang === undefined) throw new Error('no provider');
    const chat = lang.chat.bind(lang);
    lang.chat = (messages) => new Promise((resolve) => (finish = () => resolve(messages as never)));
    const agent = new ChatAgent(lang);
    const answer = createGeneration({ source: sourceFromAgent(agent) });
    void answer.start('Why?');
    await expect.poll(() => agent.messages.length).toBe(1);
    await answer.stop();
    lang.chat = chat;
    upstream.next(says('Fresh.'));
    expect(await answer.start('Next.')).toMatchObject({ text: 'Fresh.' });
    finish();
    await new Promise(setImmediate);
    expect(Array.from(agent.messages, ({ text }) => text)).toEqual(['Why?', 'Next.', 'Fresh.']);
  });

  test('a list of the app’s own has its tools when it is asked again, though a stopped run still hangs', async () => {
    const tools = [{ name: 'add', description: '', parameters, handler: () => 3 }];
    const messages = new LangMessages('1 + 2?', { tools });
    const lang = first?.open();
    if (lang === undefined) throw new Error('no provider');
    const chat = lang.chat.bind(lang);
    lang.chat = () => new Promise(() => undefined);
    const answer = createGeneration({ source: sourceFromLang(lang) });
    void answer.start(messages);
    await answer.stop();
    lang.chat = chat;
    upstream.next(calls('add', {}));
    expect(await answer.start(messages)).toMatchObject({ parts: [{ name: 'add', result: 3 }] });
    expect(messages.availableTools).toBe(tools);
  });

  test('the answer after one whose connection was lost, in a list of the app’s own with tools, is a message of its own', async () => {
    const tools = [{ name: 'add', description: '', parameters, handler: () => 3 }];
    const messages = new LangMessages('Why?', { tools });
    upstream.next(speaking(DIALECTS.chat).breaks, says('Again.'));
    const answer = createGeneration({ source: sourceFromLang(first?.open()) });
    expect(await answer.start(messages)).toMatchObject({ status: 'error', text: 'A word' });
    messages.addUserMessage('And now?');
    expect(await answer.start(messages)).toMatchObject({ status: 'complete', text: 'Again.' });
    expect(Array.from(messages, ({ text }) => text)).toEqual([
      'Why?',
      'A word',
      'And now?',
      'Again.',
    ]);
  });

  test('no tool of a stopped run begins, though its list is asked again before the model asks for the tool', async () => {
    let began = 0;
    const tools = [{ name: 'mail', description: '', parameters, handler: () => (began += 1) }];
    const messages = new LangMessages('Mail.', { tools });
    const asksForIt: (() => Promise<unknown>)[] = [];
    const lang = {
      chat: (list: LangMessages) =>
        new Promise(() => {
          asksForIt.push(() => {
            list.addAssistantItems([{ type: 'tool', name: 'mail', callId: 'c', arguments: {} }]);
            return list.executeRequestedTools();
          });
        }),
    };
    const answer = createGeneration({ source: sourceFromLang(lang) });
    void answer.start(messages);
    await answer.stop();
    void answer.regenerate();
    await expect.poll(() => asksForIt).toHaveLength(2);
    await asksForIt[0]?.();
    expect(began).toBe(0);
    await asksForIt[1]?.();
    expect(began).toBe(1);
    // The list is still the app's own.
    expect(messages.availableTools).toBe(tools);
    expect(messages).toHaveLength(5);
    await answer.stop();
  });
});
