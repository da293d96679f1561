import type { ReactElement, ReactNode } from 'react';
import type { StopLook } from './stopLooks.js';

/** Props of `ButtonFace`. */
export interface ButtonFaceProps {
  look: StopLook;
  /** Everything the button will ever say: the widest word sets its width. */
  looks: Record<string, Pick<StopLook, 'word'>>;
  iconOnly?: boolean;
  /** Stands after the word. */
  children?: ReactNode;
}

/** The inside of a button whose word changes: an icon and a word, in a cell that fits all its words. */
export function ButtonFace({ look, looks, iconOnly, children }: ButtonFaceProps): ReactElement {
  if (iconOnly) return <span data-part="label">{look.icon}</span>;
  return (
    // A box of its own: a button of the app's lays out its children in its own way.
    <span data-part="face">
      <span data-part="label">
        {look.icon}
        <span data-part="word">{look.word}</span>
        {children}
      </span>
      {Object.entries(looks).map(([key, { word }]) => (
        <span key={key} data-part="sizer" data-word={word} aria-hidden />
      ))}
    </span>
  );
}
