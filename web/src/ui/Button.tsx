import type { ComponentProps, ReactElement } from 'react';
import { Icon, type IconName } from './Icon';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What the button does; read out by screen readers if only the icon is shown. */
  label: string;
  icon?: IconName;
  look?: 'ordinary' | 'primary' | 'danger' | 'plain';
  iconOnly?: boolean;
}

export function Button({ label, icon, look = 'ordinary', iconOnly = false, className = '', ...rest }: ButtonProps): ReactElement {
  const classes = ['button', look, iconOnly ? 'icon-only' : '', className].filter(Boolean).join(' ');
  return (
    <button type="button" className={classes} aria-label={iconOnly ? label : undefined} title={iconOnly ? label : undefined} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {!iconOnly && label}
    </button>
  );
}
