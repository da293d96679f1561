import { type ComponentPropsWithoutRef, forwardRef, type KeyboardEvent } from 'react';
import { isComposing } from '../react/isComposing.js';
import { chain } from './chain.js';

/** Props of `ComposerField`. */
export interface ComposerFieldProps extends ComponentPropsWithoutRef<'textarea'> {
  label: string;
  draft: string;
  onWrite: (draft: string) => void;
  onEnter: () => void;
}

/** The text box: grows with its text, and Enter sends unless it belongs to an input method. */
export const ComposerField = forwardRef<HTMLTextAreaElement, ComposerFieldProps>(
  function ComposerField({ label, draft, onWrite, onEnter, placeholder = label, ...rest }, ref) {
    const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
      if (event.key !== 'Enter' || event.shiftKey || isComposing(event.nativeEvent)) return;
      event.preventDefault();
      onEnter();
    };
    return (
      // The stylesheet lays what is seen under the box, which takes its height.
      <div data-part="field" data-draft={`${draft || placeholder} `}>
        <textarea
          rows={1}
          aria-label={label}
          placeholder={placeholder}
          enterKeyHint="send"
          {...rest}
          ref={ref}
          value={draft}
          onChange={chain(rest.onChange, (event) => onWrite(event.target.value))}
          onKeyDown={chain(rest.onKeyDown, press)}
        />
      </div>
    );
  },
);
