import {
  createGeneration,
  type Generation,
  GenerationError,
  type GenerationOptions,
  type RequestStop,
  type Snapshot,
  type Source,
} from '../core/index.js';
import { fetchSource } from '../formats/fetchSource.js';
import { requestStopAt } from '../formats/requestStopAt.js';
import { publishText } from './publishByFrame.js';
import type { UseGenerationOptions } from './useGeneration.js';

/** A generation, the options of its next run, and the components that show it. */
export interface HeldGeneration<Input> {
  readonly generation: Generation<Input>;
  /** What was there before anything ran: the one snapshot of the server and of hydration. */
  readonly initial: Snapshot;
  /** Takes the options of one of its components for as long as it is shown, in place of those it had. */
  say(
    options: Omit<UseGenerationOptions<Input>, 'initialInput'>,
    component: object,
  ): (() => void) | undefined;
  /** Counts a component in; returns the way out. */
  retain(component: object): () => void;
}

/** Who is told when the first component comes and the last one has gone. */
export interface HeldGenerationEvents {
  onRetained(): void;
  onAbandoned(): void;
}

/** Makes a generation that outlives renders and is stopped when its last component has gone. */
export function holdGeneration<Input>(
  first: UseGenerationOptions<Input>,
  events?: HeldGenerationEvents,
): HeldGeneration<Input> {
  /** What each component that is shown says, the last word last: what one leaves out is another's to say. */
  const said = new Map<object, object>();
  const mounted = new Set<object>();
  let now = first;
  const settings = toSettings();
  const generation = createGeneration(settings);
  const initial = generation.getSnapshot();

  function adopt(): void {
    // The last words count until somebody says more.
    if (said.size === 0) return;
    now = Object.assign({}, ...said.values()) as typeof first;
    for (const key of Object.keys(settings)) Reflect.deleteProperty(settings, key);
    Object.assign(settings, toSettings());
  }

  function toSettings(): GenerationOptions<Input> {
    const { requestStop, ...rest } = now;
    return {
      publish: publishText,
      ...rest,
      source: sourceOf(now),
      ...(requestStop === undefined ? {} : { requestStop: stopAt(requestStop) }),
    };
  }

  /** A run is stopped where it began; but the stop is sent as the components say when it is asked for. */
  function stopAt(begun: string | RequestStop): RequestStop {
    return (...asked) => {
      if (typeof begun === 'string') return requestStopAt(begun, now)(...asked);
      return (typeof now.requestStop === 'function' ? now.requestStop : begun)(...asked);
    };
  }

  function leave(component: object): void {
    mounted.delete(component);
    // StrictMode mounts, unmounts and mounts again in one task: only an unmount that lasts is one.
    setTimeout(() => {
      adopt();
      if (mounted.size > 0) return;
      if (events !== undefined) events.onAbandoned();
      else if (now.onUnmount !== 'keep') generation.dispose();
    });
  }

  return {
    generation,
    initial,
    say(options, component) {
      // A component that only looks on, by `id`, leaves the options of the others alone.
      if (options.api === undefined && options.source === undefined) return;
      said.set(component, withValues(options));
      adopt();
      return () => void said.delete(component);
    },
    retain(component) {
      mounted.add(component);
      events?.onRetained();
      return () => leave(component);
    },
  };
}

const withValues = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function sourceOf<Input>(options: UseGenerationOptions<Input>): Source<Input> {
  if (options.source !== undefined) return options.source;
  if (options.api !== undefined) return fetchSource<Input>({ ...options, url: options.api });
  if (options.id === undefined) {
    throw new Error(
      'stopkit: useGeneration was given neither api nor source, so nobody can be asked. Pass one of them.',
    );
  }
  return () => {
    throw new GenerationError('protocol', 'No component has said yet whom to ask.');
  };
}
