// Reaches the model with the clients that apps use, wired as the documentation says, and wired wrongly.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { json } from 'node:stream/consumers';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { streamText } from 'ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { proxyGeneration, type UpstreamContext } from 'stopkit/server';

interface Ask {
  /** The model's URL, script included. */
  base: string;
  runId: string;
}

type Call = (base: string, signal?: AbortSignal) => Promise<AsyncIterable<string>>;

const messages = [{ role: 'user' as const, content: 'Hello' }];

/** Each client as an iterable of text, with the signal where that client takes it. */
const clients: Record<string, Call> = {
  async openai(base, signal) {
    const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 0 });
    const request = { model: 'scripted', messages, stream: true } as const;
    const stream = await client.chat.completions.create(request, { signal });
    return (async function* () {
      for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? '';
    })();
  },
  async anthropic(base, signal) {
    const client = new Anthropic({ baseURL: base, apiKey: 'none', maxRetries: 0 });
    const request = { model: 'scripted', max_tokens: 9, messages, stream: true } as const;
    const stream = await client.messages.create(request, { signal: signal ?? null });
    return (async function* () {
      for await (const event of stream) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
          yield event.delta.text;
        }
      }
    })();
  },
  async ollama(base, signal) {
    // Its own abort() ends every stream of a client; a fetch with the signal ends this one.
    const client = new Ollama({
      host: base,
      fetch: (input, init) => fetch(input, { ...init, ...(signal && { signal }) }),
    });
    const stream = await client.chat({ model: 'scripted', messages, stream: true });
    return (async function* () {
      for await (const part of stream) yield part.message.content;
    })();
  },
  ai(base, signal) {
    const provider = createOpenAICompatible({ name: 'scripted', baseURL: `${base}/v1` });
    const { textStream } = streamText({
      model: provider('scripted'),
      prompt: 'Hello',
      maxRetries: 0,
      onError: () => undefined,
      ...(signal && { abortSignal: signal }),
    });
    return Promise.resolve(textStream);
  },
};

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const read = async (req: IncomingMessage): Promise<Ask> => (await json(req)) as Ask;

const wired =
  (call: Call): Handler =>
  async (req, res) => {
    const { base, runId } = await read(req);
    const upstream = ({ signal }: UpstreamContext) => call(base, signal);
    await proxyGeneration(req, res, upstream, { runId });
  };

/** The control: everything is in place but the signal. */
const unwired =
  (call: Call): Handler =>
  async (req, res) => {
    const { base, runId } = await read(req);
    await proxyGeneration(req, res, () => call(base), { runId });
  };

/** Proxies as tutorials have them. */
const naive: Record<string, Handler> = {
  async pipe(req, res) {
    const { base } = await read(req);
    const response = await fetch(`${base}/text`);
    // DOM and Node type the same stream twice.
    Readable.fromWeb(response.body as NodeReadableStream)
      .on('error', () => undefined)
      .pipe(res);
  },
  async 'for-await'(req, res) {
    const { base } = await read(req);
    const response = await fetch(`${base}/text`);
    for await (const bytes of response.body ?? []) res.write(bytes);
    res.end();
  },
  async 'req-close'(req, res) {
    const { base } = await read(req);
    const controller = new AbortController();
    req.on('close', () => controller.abort());
    const response = await fetch(`${base}/text`, { signal: controller.signal });
    for await (const bytes of response.body ?? []) res.write(bytes);
    res.end();
  },
};

const handlers: Record<string, Handler> = {
  ...Object.fromEntries(Object.entries(clients).map(([name, call]) => [`/${name}`, wired(call)])),
  ...Object.fromEntries(
    Object.entries(clients).map(([name, call]) => [`/unwired-${name}`, unwired(call)]),
  ),
  ...Object.fromEntries(Object.entries(naive).map(([name, handle]) => [`/${name}`, handle])),
};

const server = createServer((req, res) => {
  const handle = handlers[req.url ?? ''];
  if (handle === undefined) {
    res.writeHead(404).end();
    return;
  }
  // Only the naive ones reject; what becomes of the process is not what they are here to show.
  handle(req, res).catch(() => undefined);
}).listen(0, '127.0.0.1', () => {
  // A TCP server has an address object.
  console.log(JSON.stringify({ server: (server.address() as AddressInfo).port }));
});
