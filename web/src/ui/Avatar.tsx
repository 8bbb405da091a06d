import type { ReactElement } from 'react';

/** The initials of a name. The name itself is to be shown beside it. */
export function Avatar({ name, large = false }: { name: string; large?: boolean }): ReactElement {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const initials = words.length > 1 ? `${words[0]![0]}${words.at(-1)![0]}` : (words[0] ?? '?').slice(0, 2);
  return (
    <span className={large ? 'avatar large' : 'avatar'} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}
