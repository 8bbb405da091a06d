import type { ReactElement, ReactNode } from 'react';
import { Button } from './Button';
import { Icon, type IconName } from './Icon';

/** What is shown in place of an empty list: what is missing, and why. */
export function EmptyState({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }): ReactElement {
  return (
    <div className="state">
      <Icon name={icon} />
      <h3>{title}</h3>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

/** What went wrong, and what to do about it. */
export function ErrorState({ title, children, onRetry }: { title: string; children: ReactNode; onRetry?: () => void }): ReactElement {
  return (
    <div className="state" role="alert">
      <Icon name="warning" />
      <h3>{title}</h3>
      <p>{children}</p>
      {onRetry !== undefined && <Button label="Try again" onClick={onRetry} />}
    </div>
  );
}

/** Placeholders as tall as the rows that are being loaded. */
export function LoadingRows({ count }: { count: number }): ReactElement {
  return (
    <div role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: count }, (_, index) => (
        <div className="row" key={index} aria-hidden="true">
          <span className="avatar skeleton" />
          <span className="row-text">
            <span className="skeleton line" />
            <span className="skeleton line" />
          </span>
        </div>
      ))}
    </div>
  );
}

/** A message above what it is about. */
export function Notice({ bad = false, children }: { bad?: boolean; children: ReactNode }): ReactElement {
  return (
    <div className={bad ? 'notice bad' : 'notice'} role={bad ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
