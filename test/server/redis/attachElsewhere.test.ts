import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createRunId } from 'stopkit/core';
import { redisBus } from 'stopkit/redis';
import { type Bus, memoryBus } from 'stopkit/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, startApp } from '../runs/startApp.js';
import { LONG } from '../../tier.js';
import { hasRedisServer, type StartedRedis, startRedis } from './startRedis.js';

/** A model that says these words, as many of them as the test lets it, and is done. */
function wordsOf(words: readonly string[]) {
  let allowed = 0;
  let wake = (): void => undefined;
  return {
    say(more: number): void {
      allowed += more;
      wake();
    },
    async *upstream() {
      for (const [at, word] of words.entries()) {
        while (at >= allowed) await new Promise<void>((resolve) => (wake = resolve));
        yield word;
      }
    },
  };
}

/** Reads a body as it comes; `lines` are what has arrived so far, but for one that is not whole. */
function listen(response: Response): { lines(): string } {
  let all = '';
  void (async () => {
    const decoder = new TextDecoder();
    // Node's streams are async iterables; the DOM's type does not say so.
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      all += decoder.decode(bytes, { stream: true });
    }
  })().catch(() => undefined);
  return { lines: () => all.slice(0, all.lastIndexOf('\n') + 1) };
}

let redis: StartedRedis | null = null;
const clients: { end(): void }[] = [];
let apps: App[] = [];
beforeAll(async () => {
  if (hasRedisServer()) redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(apps.map((app) => app.close()));
  for (const client of clients.splice(0)) client.end();
  apps = [];
});
afterAll(() => redis?.stop());

const kinds: Record<string, () => Promise<[Bus, Bus]>> = {
  memory() {
    const bus = memoryBus();
    return Promise.resolve([bus, bus]);
  },
};
if (hasRedisServer()) {
  kinds['ioredis'] = () =>
    Promise.resolve(
      [0, 1].map(() => {
        const client = new Redis(redis?.url ?? '', { retryStrategy: () => 20 });
        clients.push({ end: () => client.disconnect() });
        return redisBus(client);
      }) as [Bus, Bus],
    );
  kinds['node-redis'] = async () => {
    const made = await Promise.all(
      [0, 1].map(async () => {
        const client = createClient({ url: redis?.url ?? '' });
        client.on('error', () => undefined);
        await client.connect();
        clients.push({ end: () => client.destroy() });
        return redisBus(client);
      }),
    );
    return made as [Bus, Bus];
  };
}

describe.each(Object.entries(kinds))('two nodes over %s', (kind, make) => {
  async function start(
    options: Parameters<typeof startApp>[0] = {},
    change: (bus: Bus) => Bus = (bus) => bus,
  ): Promise<[App, App]> {
    const [one, other] = await make();
    apps = [
      await startApp({ ...options, bus: one, onDisconnect: 'continue' }),
      await startApp({ ...options, bus: change(other), onDisconnect: 'continue' }),
    ];
    return apps as [App, App];
  }
  const texts = (lines: string): string =>
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; delta?: string })
      .reduce((text, event) => (event.type === 'replay' ? '' : text + (event.delta ?? '')), '');

  test('a run is read from the start on another node, without a gap, also when the subscribers are cut off', async () => {
    const [one, other] = await start();
    const conversationId = createRunId();
    const sent = await one.send({ conversationId, words: 120 });
    const attached = await other.get(`/conversations/${conversationId}/run`);
    expect(attached.status).toBe(200);
    if (kind !== 'memory' && redis !== null) {
      const admin = new Redis(redis.url);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      admin.disconnect();
    }
    const [lines, whole] = await Promise.all([attached.text(), sent.text()]);
    expect(texts(lines)).toBe(whole);
    expect(lines.trim().split('\n').at(-1)).toContain('"type":"done","outcome":"complete"');
  });

  // The quick tier takes one client through it.
  test.runIf(LONG ? kind !== 'memory' : kind === 'ioredis')(
    'a run is read on another node without a gap, though Redis did not answer for a while',
    async () => {
      const [one, other] = await start();
      const conversationId = createRunId();
      const sent = await one.send({ conversationId, words: 60, intervalMs: 50 });
      const attached = await other.get(`/conversations/${conversationId}/run`);
      await expect.poll(() => one.model.words).toBeGreaterThan(10);
      const admin = new Redis(redis?.url ?? '');
      // Longer than a node waits for an answer.
      await admin.call('CLIENT', 'PAUSE', '1300', 'ALL');
      admin.disconnect();
      const [lines, whole] = await Promise.all([attached.text(), sent.text()]);
      expect(texts(lines)).toBe(whole);
      expect(lines.trim().split('\n').at(-1)).toContain('"type":"done","outcome":"complete"');
    },
  );

  const lost: Record<string, () => Promise<unknown>> = {
    async 'has let go of what was said'() {
      const admin = new Redis(redis?.url ?? '');
      await admin.del(await admin.keys('*log:shared:*'));
      admin.disconnect();
    },
    async 'has let go of the last words'() {
      const admin = new Redis(redis?.url ?? '');
      for (const log of await admin.keys('*log:shared:*')) {
        const [last] = await admin.xrevrange(log, '+', '-', 'COUNT', 1);
        await admin.xdel(log, last?.[0] ?? '');
      }
      admin.disconnect();
    },
    async 'came back with nothing'() {
      await redis?.kill();
      await redis?.restart({ empty: true });
    },
  };
  const whileSilent = ['while the model says nothing', 'when the model has said more'].flatMap(
    (when) => Object.entries(lost).map(([what, lose]) => [what, when, lose] as const),
  );
  // The quick tier takes one client through them.
  describe.runIf(LONG ? kind !== 'memory' : kind === 'ioredis')('whose Redis', () => {
    test.each(whileSilent)(
      '%s: a page that comes %s is told the whole answer',
      async (_what, when, lose) => {
        const model = wordsOf(['One ', 'two ', 'three ', 'four ']);
        const [one, other] = await start({ describe: () => ({ upstream: model.upstream }) });
        const conversationId = createRunId();
        void one.send({ conversationId });
        model.say(1);
        const attach = () => other.get(`/conversations/${conversationId}/run`);
        await expect.poll(async () => (await attach()).status).toBe(200);
        const first = listen(await attach());
        await expect.poll(() => texts(first.lines())).toBe('One ');
        model.say(1);
        await expect.poll(() => texts(first.lines())).toBe('One two ');
        await lose();
        if (when !== 'while the model says nothing') {
          model.say(1);
          await expect.poll(() => one.runs.active('ada')).toHaveLength(1);
        }
        let late = await attach();
        await expect
          .poll(async () => (late = late.status === 200 ? late : await attach()).status)
          .toBe(200);
        const page = listen(late);
        const told = when === 'while the model says nothing' ? 'One two ' : 'One two three ';
        await expect.poll(() => texts(page.lines())).toBe(told);
        model.say(4);
        await expect.poll(() => texts(page.lines())).toBe('One two three four ');
        await expect.poll(() => page.lines()).toContain('"outcome":"complete"');
      },
    );
  });

  test('a page that comes to a run on another node learns how much of it is told again', async () => {
    const [one, other] = await start();
    const conversationId = createRunId();
    const runId = createRunId();
    await one.send({ runId, conversationId });
    const attach = () => other.get(`/conversations/${conversationId}/run`);
    const first = listen(await attach());
    await expect.poll(() => first.lines().split('\n').length).toBeGreaterThan(10);
    const before = texts(first.lines());
    const late = listen(await attach());
    await expect.poll(() => late.lines()).toContain('"delta"');
    const [, chars] = /"replay","chars":(\d+)/.exec(late.lines()) ?? [];
    expect(Number(chars)).toBeGreaterThanOrEqual(before.length);
    await one.stop(runId);
  });

  test.each([
    ['is given all its words', 'word2 ', 'complete'],
    ['is told of its stop', '', 'stopped'],
  ])(
    'a page that comes to a run on another node as it ends %s',
    async (_what, lastWord, outcome) => {
      const runId = createRunId();
      const [one, other] = await start({}, (bus) => ({
        join(node) {
          const link = bus.join(node);
          return {
            ...link,
            /** The run ends while the page is told of it. */
            async active(where) {
              const runs = await link.active(where);
              if (outcome !== 'complete') await one.runs.stop({ runId });
              await expect.poll(() => link.find(runId)).toMatchObject({ state: 'settled' });
              return runs;
            },
          };
        },
      }));
      const conversationId = createRunId();
      const words = outcome === 'complete' ? { words: 3, intervalMs: 100 } : {};
      await one.send({ runId, conversationId, ...words });
      const lines = await (await other.get(`/conversations/${conversationId}/run`)).text();
      expect(texts(lines).endsWith(lastWord)).toBe(true);
      expect(lines.trim().split('\n').at(-1)).toContain(`"type":"done","outcome":"${outcome}"`);
    },
  );

  test('a stop on another node says nothing of who ended a run before that is known', async () => {
    let save = (): void => undefined;
    const saved = new Promise<void>((resolve) => (save = resolve));
    const [one, other] = await start({ limits: { answerMs: 50 }, onSettled: () => saved });
    const runId = createRunId();
    await one.send({ runId, words: 1 });
    await expect.poll(() => one.settled).toMatchObject([{ outcome: 'complete' }]);
    expect(await other.stop(runId)).toMatchObject({ outcome: 'stopping', abortedTurn: false });
    save();
    await expect
      .poll(() => other.stop(runId))
      .toMatchObject({ outcome: 'finished', abortedTurn: false });
  });

  test('a stop on another node of a run that was running is the one that ended it, also while that is being kept', async () => {
    let save = (): void => undefined;
    const saved = new Promise<void>((resolve) => (save = resolve));
    const [one, other] = await start({ limits: { answerMs: 50 }, onSettled: () => saved });
    const runId = createRunId();
    await one.send({ runId });
    await expect.poll(() => one.model.words).toBeGreaterThan(1);
    expect(await other.stop(runId)).toMatchObject({ outcome: 'stopping', abortedTurn: true });
    save();
    await expect.poll(() => other.stop(runId)).toMatchObject({ outcome: 'stopped' });
  });

  test('E10: a stop on another node ends what both read, with the same text', async () => {
    const [one, other] = await start();
    const conversationId = createRunId();
    const runId = createRunId();
    await one.send({ runId, conversationId });
    const attached = other.get(`/conversations/${conversationId}/run`);
    await expect.poll(() => one.model.words).toBeGreaterThan(10);
    expect(await other.stop(runId)).toMatchObject({ outcome: 'stopped', saved: true });
    const lines = await (await attached).text();
    expect(lines).toContain('"type":"done","outcome":"stopped","reason":"user","by":"user"');
    expect(texts(lines)).toBe(one.settled[0]?.text);
    expect((await other.get(`/conversations/${conversationId}/run`)).status).toBe(204);
  });
});
