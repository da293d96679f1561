import { clsx } from 'clsx/lite';
import { type ComponentPropsWithoutRef, forwardRef, type ReactNode } from 'react';

/** Props of `Button`. */
export interface ButtonProps extends ComponentPropsWithoutRef<'button'> {
  icon?: ReactNode;
  /** @default 'ghost' */
  variant?: 'solid' | 'outline' | 'ghost';
  /** @default 'sm' */
  size?: 'sm' | 'md' | 'lg';
}

/** The quiet buttons beside Stop; without children it is an icon, and its name is `aria-label`. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { icon, variant = 'ghost', size = 'sm', className, children, ...rest },
  ref,
) {
  return (
    <button
      type="button"
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
