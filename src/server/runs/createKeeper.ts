import { after } from '../after.js';
import type { RunInfo } from './Bus.js';
import type { Logger } from './Logger.js';
import type { RunContent, RunSettled } from './RunSettled.js';
import { within } from './within.js';

/** What an app may do with an answer that is still being written. */
export type RunCheckpoint = RunInfo & RunContent;

/** Gives a run's answer to the app to keep: now and then while it grows, and once at its end. */
export interface Keeper {
  /** The answer has grown. */
  touch(content: () => RunContent): void;
  /** Resolves to whether it was saved; never rejects, never hangs. */
  settle(run: RunSettled): Promise<boolean>;
}

export interface KeeperOptions {
  info: RunInfo;
  checkpointMs: number;
  settleMs: number;
  onCheckpoint: ((run: RunCheckpoint) => unknown) | undefined;
  onSettled: ((run: RunSettled) => unknown) | undefined;
  logger: Logger;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { info, onCheckpoint, onSettled, logger } = options;
  let cancelTimer: (() => void) | null = null;
  let writing: Promise<void> | null = null;
  let grown: (() => RunContent) | null = null;
  let over = false;

  function plan(): void {
    if (over || cancelTimer !== null || writing !== null || grown === null) return;
    cancelTimer = after(options.checkpointMs, write);
  }

  function write(): void {
    cancelTimer = null;
    const content = grown;
    grown = null;
    if (content === null) return;
    const call = async (): Promise<void> => {
      try {
        await onCheckpoint?.({ ...info, ...content() });
      } catch (error) {
        logger.warn({ runId: info.id, err: error }, 'stopkit: onCheckpoint failed');
      }
      writing = null;
      plan();
    };
    writing = call();
  }

  /** A checkpoint that is still being written must not land on top of the final text, nor keep it from being saved. */
  async function checkpointed(): Promise<void> {
    if (writing === null) return;
    const written = writing.then(() => true);
    const waitMs = options.settleMs / 2;
    if ((await within(written, waitMs)) === true) return;
    logger.warn(
      { runId: info.id },
      `stopkit: onCheckpoint took over ${waitMs} ms; the final text is saved without it`,
    );
  }

  return {
    touch(content) {
      if (onCheckpoint === undefined) return;
      grown = content;
      plan();
    },
    async settle(run) {
      over = true;
      cancelTimer?.();
      const save = async (): Promise<true> => {
        await checkpointed();
        await onSettled?.(run);
        return true;
      };
      try {
        if ((await within(save(), options.settleMs)) === true) return true;
        logger.warn({ runId: info.id }, `stopkit: onSettled took over ${options.settleMs} ms`);
      } catch (error) {
        logger.warn({ runId: info.id, err: error }, 'stopkit: onSettled failed');
      }
      return false;
    },
  };
}
