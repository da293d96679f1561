import { clsx } from 'clsx/lite';
import { type ComponentPropsWithoutRef, forwardRef, type MouseEvent, type ReactNode } from 'react';

/** Props of `Button`. */
export interface ButtonProps extends ComponentPropsWithoutRef<'button'> {
  icon?: ReactNode;
  /** @default 'ghost' */
  variant?: 'solid' | 'outline' | 'ghost';
  /** @default 'sm' */
  size?: 'sm' | 'md' | 'lg';
  /** A press leaves the focus where it is. @default false */
  keepsFocus?: boolean;
}

/** Leaves the focus, and a phone's keyboard, where they are. */
export const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** The quiet buttons beside Stop; without children it is an icon, and its name is `aria-label`. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { icon, variant = 'ghost', size = 'sm', keepsFocus, className, children, ...rest },
  ref,
) {
  return (
    <button
      type="button"
      onMouseDown={keepsFocus ? keepFocus : undefined}
      {...rest}
      ref={ref}
      className={clsx('stopkit-button', className)}
      data-stopkit="button"
      data-variant={variant}
      data-size={size}
      data-icon-only={children === undefined ? true : undefined}
    >
      {icon}
      {children}
    </button>
  );
});
