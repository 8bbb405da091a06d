import type { ReactElement, ReactNode } from 'react';
import type { NetworkQuality } from '@fayo/calls';
import { useModal } from '../../useModal';

interface FrameProps {
  name: string;
  /** Screen readers read it out when it changes, except for the seconds of a call. */
  status: string;
  detail?: string | null;
  quality?: NetworkQuality;
  children: ReactNode;
}

const qualities: Readonly<Record<NetworkQuality, string>> = {
  unknown: '',
  good: 'Good connection',
  fair: 'Fair connection',
  poor: 'Poor connection',
};

/** The whole screen of a call: whose it is, how it is, and what belongs to it. */
export function Frame({ name, status, detail = null, quality = 'unknown', children }: FrameProps): ReactElement {
  const element = useModal({ focusDialog: true, staysOpen: true });
  const counts = /^[\d:]+$/.test(status);
  return (
    <dialog
      ref={element}
      className="call-screen"
      tabIndex={-1}
      aria-label={name === '' ? 'Call' : `Call with ${name}`}
      onCancel={event => event.preventDefault()}
    >
      <header className="call-head">
        <h2 className="clip" dir="auto">
          {name}
        </h2>
        <p className="call-status" data-testid="call-state">
          <span aria-hidden="true">{status}</span>
          {quality !== 'unknown' && (
            <span className={`quality ${quality}`} role="img" aria-label={qualities[quality]} title={qualities[quality]}>
              <i />
              <i />
              <i />
            </span>
          )}
        </p>
        {detail !== null && <p className="call-status">{detail}</p>}
        <p className="visually-hidden" aria-live="polite">
          {counts ? 'Connected' : status}
        </p>
      </header>
      {children}
    </dialog>
  );
}
