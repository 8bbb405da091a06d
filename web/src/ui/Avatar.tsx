import type { ReactElement } from 'react';
import { initialsOf } from './name';

/** The initials of a name. The name itself is to be shown beside it. */
export function Avatar({ name, large = false }: { name: string; large?: boolean }): ReactElement {
  return (
    <span className={large ? 'avatar large' : 'avatar'} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
