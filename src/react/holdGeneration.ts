import {
  createGeneration,
  type Generation,
  GenerationError,
  type GenerationOptions,
  idleSnapshot,
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
  /** Takes the options for the next run; callbacks count at once. */
  update(options: UseGenerationOptions<Input>): void;
  /** Counts a component in; returns the way out. */
  retain(): () => void;
}

/** Who is told when the first component comes and the last one has gone. */
export interface HeldGenerationEvents {
  onRetained(): void;
  onAbandoned(): void;
}

// Core reads these when a run begins; an option that is taken away must not stay behind.
const ABSENT = {
  requestStop: undefined,
  confirmWithinMs: undefined,
  autoStop: undefined,
  onSettled: undefined,
};

/** Makes a generation that outlives renders and is stopped when its last component has gone. */
export function holdGeneration<Input>(
  first: UseGenerationOptions<Input>,
  events?: HeldGenerationEvents,
): HeldGeneration<Input> {
  const settings = toGenerationOptions(first);
  const generation = createGeneration(settings);
  let { onUnmount } = first;
  let components = 0;

  const leave = (): void => {
    components -= 1;
    // StrictMode mounts, unmounts and mounts again in one task: only an unmount that lasts is one.
    setTimeout(() => {
      if (components > 0) return;
      if (events !== undefined) events.onAbandoned();
      else if (onUnmount !== 'keep') generation.dispose();
    });
  };

  return {
    generation,
    initial: first.initial ?? idleSnapshot,
    update(options) {
      // A component that only looks on, by `id`, leaves the options of the others alone.
      if (options.api === undefined && options.source === undefined) return;
      onUnmount = options.onUnmount;
      Object.assign(settings, ABSENT, toGenerationOptions(options));
    },
    retain() {
      components += 1;
      events?.onRetained();
      return leave;
    },
  };
}

function toGenerationOptions<Input>(
  options: UseGenerationOptions<Input>,
): GenerationOptions<Input> {
  const { requestStop, ...rest } = options;
  return {
    publish: publishByFrame,
    ...rest,
    source: sourceOf(options),
    ...(requestStop === undefined
      ? {}
      : {
          requestStop:
            typeof requestStop === 'string' ? requestStopAt(requestStop, rest) : requestStop,
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
