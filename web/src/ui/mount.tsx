import { Component, StrictMode, type ReactElement, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { keptValues, standInForStorage } from '@fayo/calls';
import { ErrorState } from './States';
import './styles/index.css';

class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? (
      <ErrorState title="This page has stumbled" onRetry={() => location.reload()}>
        Something here did not go as planned. Loading it again usually helps; a call that goes on is picked up again.
      </ErrorState>
    ) : (
      this.props.children
    );
  }
}

/** Renders a page into its document. */
export function mount(page: ReactElement): void {
  standInForStorage();
  // All its files are here; see public/renew.js.
  keptValues('session').remove('fayo.renewals');
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <ErrorBoundary>{page}</ErrorBoundary>
    </StrictMode>,
  );
}
