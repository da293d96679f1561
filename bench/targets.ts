import type { Results } from './Results.js';

/** A promise about the kit: a value of this run, and the most it may be. */
export interface Target {
  name: string;
  value: number;
  limit: number;
}

const FRAME_MS = 1_000 / 60;

/** Every target that is not about peers or Markdown, with what this run measured for it. */
export function checkTargets(results: Results): Target[] {
  const of = (measure: string, contestant: string): number => results.median(measure, contestant);
  const most = (measure: string, contestant: string): number =>
    Math.max(...results.values(measure, contestant));
  const targets: Target[] = [];
  const atMost = (name: string, value: number, limit: number): void => {
    if (!Number.isNaN(value) && Number.isFinite(value)) targets.push({ name, value, limit });
  };

  for (const kit of ['kit', 'kit-sse']) {
    const flooded = 'stop under flood: press to frozen, ms';
    atMost(
      `${kit}: press to frozen under flood, 1.5 x raw-sse and a frame`,
      of(flooded, kit),
      1.5 * of(flooded, 'raw-sse') + FRAME_MS,
    );
    for (const name of ['stop at 500/s', 'human press at 500/s']) {
      const measure = `${name}: press to stop request, ms`;
      atMost(`${kit}: ${measure}`, of(measure, kit), 5);
    }
    const down = 'human press at 500/s: characters after pointer down';
    atMost(`${kit}: ${down}`, most(down, kit), 0);
    for (const name of ['stop at 500/s', 'stop under flood', 'human press at 500/s']) {
      const after = `${name}: characters after the stop`;
      atMost(`${kit}: ${after}`, most(after, kit), 0);
      const open = `${name}: requests left open`;
      atMost(`${kit}: ${open}`, most(open, kit), 0);
    }
    for (const earlier of [0, 50, 200]) {
      const cpu = `steady, ${earlier} earlier: CPU ms`;
      atMost(`${kit}: ${cpu}, 0.75 x raw`, of(cpu, kit), 0.75 * of(cpu, 'raw'));
      const long = `steady, ${earlier} earlier: tasks over 50 ms`;
      atMost(`${kit}: ${long}`, of(long, kit), 0);
    }
    for (const size of [40_000, 200_000]) {
      const cpu = `flood of ${size}: CPU ms`;
      atMost(`${kit}: ${cpu}, 1.25 x raw-sse`, of(cpu, kit), 1.25 * of(cpu, 'raw-sse'));
      const long = `flood of ${size}: tasks over 50 ms`;
      atMost(`${kit}: ${long}`, of(long, kit), 0);
    }
    atMost(
      `${kit}: a frame at 730 kB, 5 x one at 5 kB`,
      of('a frame at 730000 characters: CPU ms', kit),
      5 * of('a frame at 5000 characters: CPU ms', kit),
    );
    atMost(`${kit}: most commits in a frame`, most('most commits in a frame', kit), 1);
    for (const what of ['earlier messages', 'a StopButton alone']) {
      const renders = `renders of ${what} in 60 frames`;
      atMost(`${kit}: ${renders}`, most(renders, kit), 0);
    }
    for (const where of ['settled text', 'the tail']) {
      const lost = 1 - of(`a selection in ${where} survives`, kit);
      atMost(`${kit}: selections lost in ${where}`, lost, 0);
    }
    for (const heap of ['heap per cycle, bytes', 'heap per later cycle, bytes']) {
      atMost(`${kit}: ${heap}`, of(heap, kit), 300);
    }
    for (const what of ['listeners gained in 600 cycles', 'requests open after the cycles']) {
      atMost(`${kit}: ${what}`, of(what, kit), 0);
    }
  }
  return targets;
}
