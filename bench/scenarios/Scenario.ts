import type { Contestant } from '../contestants.js';
import type { Lab } from '../Lab.js';
import type { Results } from '../Results.js';

/** What one scenario has to work with. */
export interface Bench {
  lab: Lab;
  results: Results;
  contestants: readonly Contestant[];
  /** How often each measurement is taken in a run. */
  rounds: number;
  /** Takes one measurement; a peer that fails is named in the report and not asked for it again. */
  attempt(contestant: Contestant, measure: string, work: () => Promise<void>): Promise<void>;
}

/** Something that is measured; contestants take turns, so that a busy moment hits all of them. */
export type Scenario = (bench: Bench) => Promise<void>;
