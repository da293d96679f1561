import {
  createGeneration,
  type Generation,
  GenerationError,
  type GenerationOptions,
  type Snapshot,
  type Source,
} from '../core/index.js';
import { fetchSource } from '../formats/fetchSource.js';
import { requestStopAt } from '../formats/requestStopAt.js';
import { publishByFrame } from './publishByFrame.js';
import type { UseGenerationOptions } from './useGeneration.js';

/** A generation, the options of its next run, and the components that show it. */
export interface HeldGeneration<Input> {
  readonly generation: Generation<Input>;
  /** What was there before anything ran: the one snapshot of the server and of hydration. */
  readonly initial: Snapshot;
  /** Takes the options of one of its components, and takes back what that one has no more. */
  update(options: UseGenerationOptions<Input>, component: object): void;
  /** Counts a component in; returns the way out. */
  retain(): () => void;
}

/** Who is told when the first component comes and the last one has gone. */
export interface HeldGenerationEvents {
  onRetained(): void;
  onAbandoned(): void;
}

type Said = Record<string, unknown>;

/** Makes a generation that outlives renders and is stopped when its last component has gone. */
export function holdGeneration<Input>(
  first: UseGenerationOptions<Input>,
  events?: HeldGenerationEvents,
): HeldGeneration<Input> {
  // What its components said last: a run keeps what it began with, but a stop is asked for as it is now.
  const now = { ...first };
  const settings = toGenerationOptions(now);
  const generation = createGeneration(settings);
  const initial = generation.getSnapshot();
  /** What each component said last, and what no component has claimed yet. */
  const told = new WeakMap<object, Said>();
  let unclaimed: Said = { ...first };
  let components = 0;

  const leave = (): void => {
    components -= 1;
    // StrictMode mounts, unmounts and mounts again in one task: only an unmount that lasts is one.
    setTimeout(() => {
      if (components > 0) return;
      if (events !== undefined) events.onAbandoned();
      else if (now.onUnmount !== 'keep') generation.dispose();
    });
  };

  return {
    generation,
    initial,
    update(options, component) {
      // A component that only looks on, by `id`, leaves the options of the others alone.
      if (options.api === undefined && options.source === undefined) return;
      const before = told.get(component) ?? unclaimed;
      const after: Said = { ...options };
      unclaimed = {};
      told.set(component, after);
      for (const key in { ...before, ...after }) {
        const value = after[key];
        // What it neither says nor said may be another component's.
        if (value !== undefined || before[key] !== undefined) Object.assign(now, { [key]: value });
      }
      Object.assign(settings, { requestStop: undefined }, toGenerationOptions(now));
    },
    retain() {
      components += 1;
      events?.onRetained();
      return leave;
    },
  };
}

/** `now` is read again at every stop, for tokens and functions change while a run goes on. */
function toGenerationOptions<Input>(now: UseGenerationOptions<Input>): GenerationOptions<Input> {
  const { requestStop, ...rest } = now;
  return {
    publish: publishByFrame,
    ...rest,
    source: sourceOf(rest),
    ...(requestStop === undefined
      ? {}
      : {
          requestStop:
            typeof requestStop === 'string'
              ? requestStopAt(requestStop, now)
              : (...asked) =>
                  (typeof now.requestStop === 'function' ? now.requestStop : requestStop)(...asked),
        }),
  };
}

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
