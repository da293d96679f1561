/** The part of React's internal tree that tells who rendered. */
interface Fiber {
  tag: number;
  flags: number;
  child: Fiber | null;
  sibling: Fiber | null;
  alternate: Fiber | null;
  memoizedProps: Record<string, unknown> | null;
}

/** What React did since the last reset. */
export interface Commits {
  /** The most commits within one frame. */
  mostInAFrame: number;
  total: number;
  /** Renders of components, by the `data-bench` part they are in. */
  renders: Record<string, number>;
  reset(): void;
}

const COMPONENT_TAGS = new Set([0, 11, 14, 15]);
const PERFORMED_WORK = 1;

/** Counts commits and renders the way React's own developer tools do: no contestant has to help. */
export function observeCommits(): Commits {
  let inThisFrame = 0;
  const commits: Commits = {
    mostInAFrame: 0,
    total: 0,
    renders: {},
    reset() {
      commits.mostInAFrame = commits.total = inThisFrame = 0;
      commits.renders = {};
    },
  };
  const nextFrame = (): void => {
    inThisFrame = 0;
    requestAnimationFrame(nextFrame);
  };
  requestAnimationFrame(nextFrame);

  const visit = (fiber: Fiber, before: Fiber | null, part: string): void => {
    const named = fiber.memoizedProps?.['data-bench'];
    const here = typeof named === 'string' ? named : part;
    if (COMPONENT_TAGS.has(fiber.tag) && (fiber.flags & PERFORMED_WORK) !== 0) {
      commits.renders[here] = (commits.renders[here] ?? 0) + 1;
    }
    // The same child as before: React did not go further down here.
    if (fiber.child === before?.child) return;
    for (let child = fiber.child; child !== null; child = child.sibling) {
      visit(child, child.alternate, here);
    }
  };

  Object.assign(window, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberRoot(_id: number, root: { current: Fiber }) {
        commits.total += 1;
        inThisFrame += 1;
        commits.mostInAFrame = Math.max(commits.mostInAFrame, inThisFrame);
        visit(root.current, root.current.alternate, 'page');
      },
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
    },
  });
  return commits;
}
