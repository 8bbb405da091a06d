import type { ReactElement, ReactNode } from 'react';
import type { Me } from '@fayo/calls';
import { personName } from './texts';
import { Avatar } from './Avatar';
import { Button } from './Button';

interface ShellProps {
  title: string;
  me: Me;
  onSignOut: () => void;
  /** Links to the other pages, with aria-current on this one. */
  nav?: ReactNode;
  children: ReactNode;
}

/** The frame of a page for a user who is signed in. */
export function Shell({ title, me, onSignOut, nav, children }: ShellProps): ReactElement {
  return (
    <div className="shell">
      <header className="topbar">
        <div className="topbar-row">
          <span className="brand">
            <img src="./icon.svg" width="32" height="32" alt="" />
            <span>{title}</span>
          </span>
          {nav !== undefined && (
            <nav className="topbar-nav" aria-label="Pages">
              {nav}
            </nav>
          )}
          <div className="topbar-who">
            <Avatar name={personName(me)} />
            <span className="clip topbar-name">{personName(me)}</span>
            <Button label="Sign out" look="plain" onClick={onSignOut} />
          </div>
        </div>
      </header>
      {children}
    </div>
  );
}

/** The links between the pages of staff. */
export function StaffNav({ current }: { current: 'calls' | 'monitor' }): ReactElement {
  return (
    <>
      <a href="./" aria-current={current === 'calls' ? 'page' : undefined}>
        Calls
      </a>
      <a href="./monitor" aria-current={current === 'monitor' ? 'page' : undefined}>
        Monitor
      </a>
    </>
  );
}
