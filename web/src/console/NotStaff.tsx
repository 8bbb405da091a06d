import type { ReactElement } from 'react';
import type { Me } from '@fayo/calls';
import { Shell } from '../ui/Shell';
import { personName } from '../ui/texts';

/** For a user who is not staff: shows the way to their own page. */
export function NotStaff({ me, onSignOut }: { me: Me; onSignOut: () => void }): ReactElement {
  return (
    <Shell title="Fayo calls" me={me} onSignOut={onSignOut}>
      <main className="page">
        <div className="state">
          <h1>{`Hello, ${personName(me)}`}</h1>
          <p>This page is for staff. Yours is next door: calls for you ring there.</p>
          <a className="button primary" href="./me">
            Go to my page
          </a>
        </div>
      </main>
    </Shell>
  );
}
