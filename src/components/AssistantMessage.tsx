'use client';
import { clsx } from 'clsx';
import { type ComponentPropsWithoutRef, forwardRef, useSyncExternalStore } from 'react';
import type { Generation } from '../core/index.js';

/** Props of `AssistantMessage`. */
export interface AssistantMessageProps extends ComponentPropsWithoutRef<'article'> {
  generation: Generation<never>;
  onRegenerate?: () => void;
}

/** An answer: its text, and below it one quiet line that says how it ended. */
export const AssistantMessage = forwardRef<HTMLElement, AssistantMessageProps>(
  function AssistantMessage({ generation, onRegenerate, className, ...rest }, ref) {
    const { status, text } = useSyncExternalStore(
      generation.subscribe,
      generation.getSnapshot,
      generation.getSnapshot,
    );
    return (
      <article
        aria-label="Assistant"
        {...rest}
        ref={ref}
        className={clsx('stopkit-message', className)}
        data-stopkit="assistant-message"
        data-status={status}
      >
        <div data-stopkit="text">{text}</div>
        {status === 'stopped' && (
          <footer>
            You stopped this answer
            {onRegenerate !== undefined && (
              <button type="button" onClick={onRegenerate}>
                Regenerate
              </button>
            )}
          </footer>
        )}
      </article>
    );
  },
);
