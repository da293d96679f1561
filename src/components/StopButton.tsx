'use client';
import { clsx } from 'clsx';
import { type ComponentPropsWithoutRef, forwardRef, useSyncExternalStore } from 'react';
import type { Stoppable } from '../core/index.js';

/** Props of `StopButton`. */
export interface StopButtonProps extends ComponentPropsWithoutRef<'button'> {
  generation: Stoppable;
}

/** The button that stops an answer; it is there exactly while there is something to stop. */
export const StopButton = forwardRef<HTMLButtonElement, StopButtonProps>(function StopButton(
  { generation, className, ...rest },
  ref,
) {
  const status = useSyncExternalStore(
    generation.subscribe,
    () => generation.getSnapshot().status,
    () => 'idle' as const,
  );
  if (status !== 'connecting' && status !== 'streaming' && status !== 'stopping') return null;
  return (
    <button
      {...rest}
      ref={ref}
      type="button"
      className={clsx('stopkit-stop-button', className)}
      data-stopkit="stop-button"
      data-status={status}
      aria-label={status === 'stopping' ? 'Stopping' : 'Stop generating'}
      aria-disabled={status === 'stopping' ? true : undefined}
      onClick={() => void generation.stop()}
    >
      {status === 'stopping' ? 'Stopping…' : 'Stop'}
    </button>
  );
});
