import type { Commits } from './observeCommits.js';

/** What was seen while an answer streamed. */
export interface Rendering {
  mostInAFrame: number;
  earlier: number;
  stop: number;
  /** 1 when a selection in this place was still there half a second later. */
  settled: number;
  tail: number;
}

/** Waits for so many animation frames. */
export const frames = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise(requestAnimationFrame);
};

/** Selects ten characters of the first or the last text node. */
function select(live: HTMLElement, where: 'settled' | 'tail'): string {
  const walker = document.createTreeWalker(live, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  while (walker.nextNode() !== null) {
    if (walker.currentNode instanceof Text && walker.currentNode.length > 10) {
      nodes.push(walker.currentNode);
    }
  }
  const node = where === 'settled' ? nodes[0] : nodes.at(-1);
  if (node === undefined) return '';
  getSelection()?.setBaseAndExtent(node, 0, node, 10);
  return String(getSelection());
}

async function survives(live: HTMLElement, where: 'settled' | 'tail'): Promise<number> {
  const selected = select(live, where);
  await frames(30);
  return Number(selected !== '' && String(getSelection()) === selected);
}

/** Watches an answer that streams for two seconds. */
export async function observeRendering(
  live: HTMLElement,
  commits: Commits | null,
): Promise<Rendering> {
  commits?.reset();
  await frames(60);
  const { mostInAFrame = 0, renders = {} } = commits ?? {};
  return {
    mostInAFrame,
    earlier: renders['earlier'] ?? 0,
    stop: renders['stop'] ?? 0,
    settled: await survives(live, 'settled'),
    tail: await survives(live, 'tail'),
  };
}
