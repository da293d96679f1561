import type { Backend, BackendEvent, ConversationInput, Source } from '../../core/index.js';
import { fetchSource } from '../../formats/fetchSource.js';
import { toStopAnswer } from '../../formats/toStopAnswer.js';
import { askJson } from '../askJson.js';
import { postStop } from '../../formats/postStop.js';
import type { HttpBackendOptions } from './HttpBackendOptions.js';
import { pollList } from '../pollList.js';
import { refusalOf } from './refusalOf.js';
import { readOwnEvent, readOwnHistory, readOwnList } from './readOwnRoutes.js';
import { watchEvents } from './watchEvents.js';

/** Conversations behind plain HTTP: stopkit's own routes as they are, anybody else's by `urls` and mappings. */
export function httpBackend(options: HttpBackendOptions = {}): Backend {
  const { baseUrl = '', urls = {}, name = 'http' } = options;
  const { readStop = toStopAnswer, readList = readOwnList, readHistory = readOwnHistory } = options;
  const { readEvent = readOwnEvent, listEveryMs = 5_000 } = options;
  const ofConversation = (what: string) => (id: string) =>
    `/conversations/${encodeURIComponent(id)}/${what}`;
  const { send: sendUrl = () => '/chat', attach: attachUrl = ofConversation('run') } = urls;
  const { stop: stopUrl = ofConversation('stop'), stopAll: stopAllUrl = '/conversations/stop' } =
    urls;
  const { list: listUrl = '/conversations/active', events: eventsUrl = ofConversation('events') } =
    urls;
  const { history: historyUrl = null } = urls;

  const watched = new Map<string, AbortController | null>();
  const reading = new Map<string, number>();
  let stopsOut = 0;
  let listener: ((event: BackendEvent) => void) | null = null;

  const send: Source<ConversationInput> = async function* send(request) {
    const { conversationId: id } = request.input;
    reading.set(id, (reading.get(id) ?? 0) + 1);
    follow(id);
    try {
      yield* read(request);
    } finally {
      reading.set(id, (reading.get(id) ?? 0) - 1);
      // A stop that closed the answer comes before the events that are opened again.
      setTimeout(follow, 0, id);
    }
  };

  const read: Source<ConversationInput> = (request) => {
    const { conversationId } = request.input;
    if (request.mode === 'attach') {
      const url = attachUrl === null ? '' : baseUrl + attachUrl(conversationId);
      return fetchSource<ConversationInput>({ ...options, url, fetch: fetchRun })(request);
    }
    const url = sendUrl === null ? '' : baseUrl + sendUrl(conversationId);
    const body = options.sendBody ?? sendBody;
    return fetchSource<ConversationInput>({ ...options, url, body })(request);
  };

  /** A server that has nothing to attach to says so with a body that is empty. */
  const fetchRun: typeof fetch = async (input, init) => {
    const response = await (options.fetch ?? fetch)(input, init);
    return response.status === 204 ? new Response(null, { status: 404 }) : response;
  };

  const list = async (): ReturnType<NonNullable<Backend['list']>> =>
    readList(await askJson(baseUrl + (listUrl ?? ''), options));

  /**
   * Holds a stream of events only while it is worth a connection, of which HTTP/1.1 has six per origin for all tabs:
   * not beside an answer that says everything itself, and not before a stop that must get through.
   */
  function follow(id: string): void {
    const stream = watched.get(id);
    if (stream === undefined || listener === null || eventsUrl === null) return;
    if (stopsOut > 0 || (reading.get(id) ?? 0) > 0) {
      stream?.abort();
      watched.set(id, null);
      return;
    }
    if (stream !== null) return;
    const controller = new AbortController();
    watched.set(id, controller);
    void watchEvents(baseUrl + eventsUrl(id), options, controller.signal, {
      onData: (said) => readEvent(said).forEach((event) => listener?.(event)),
      onOpen: () => listener?.({ type: 'connection', state: 'open' }),
      onCut: () => listener?.({ type: 'connection', state: 'reconnecting' }),
    });
  }

  const followAll = (): void => [...watched.keys()].forEach(follow);

  return {
    name,
    connect(next) {
      listener = next;
      const controller = new AbortController();
      if (listUrl === null) next({ type: 'connection', state: 'open' });
      else void pollList(list, listEveryMs, controller.signal, next);
      followAll();
      return () => {
        controller.abort();
        // Somebody may have begun to listen meanwhile.
        if (listener !== next) return;
        listener = null;
        for (const [id, stream] of watched) {
          stream?.abort();
          watched.set(id, null);
        }
      };
    },
    watch(id) {
      watched.set(id, watched.get(id) ?? null);
      follow(id);
      return () => {
        watched.get(id)?.abort();
        watched.delete(id);
      };
    },
    async stop(id, request, init) {
      const message = refusalOf(id);
      if (message !== null) return { outcome: 'refused', message };
      const body = options.stopBody === undefined ? request : options.stopBody(id, request);
      const url = baseUrl + stopUrl(id, request);
      stopsOut += 1;
      followAll();
      try {
        return await postStop(url, options, { body, signal: init?.signal }, readStop);
      } finally {
        stopsOut -= 1;
        followAll();
      }
    },
    ...(sendUrl === null ? {} : { send }),
    attaches: attachUrl !== null,
    saysWhenStopped: listUrl !== null || eventsUrl !== null,
    ...(listUrl === null ? {} : { list }),
    ...(stopAllUrl === null
      ? {}
      : {
          // Each has its own outcome; the list that is asked next tells them.
          stopAll: (init?: { signal?: AbortSignal }) =>
            postStop(baseUrl + stopAllUrl, options, { body: {}, signal: init?.signal }, () => ({
              outcome: 'stopping',
            })),
        }),
    ...(historyUrl === null
      ? {}
      : {
          async history(id: string) {
            const message = refusalOf(id);
            if (message !== null) throw new TypeError(message);
            return readHistory(await askJson(baseUrl + historyUrl(id), options));
          },
        }),
  };
}

const sendBody = ({ input, runId }: Parameters<Source<ConversationInput>>[0]): unknown => ({
  prompt: input.text,
  runId,
  conversationId: input.conversationId,
});
