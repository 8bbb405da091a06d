import type { ReactElement } from 'react';
import { EmptyState } from '../ui/States';

/** For a user who may not see other people's calls. */
export function StaffOnly(): ReactElement {
  return (
    <main className="page">
      <EmptyState icon="people" title="This page is for staff">
        It shows who is calling whom, so only people who look after the service may see it. If you should be one of them, ask your
        administrator. <a href="./me">Your own calls are here.</a>
      </EmptyState>
    </main>
  );
}
