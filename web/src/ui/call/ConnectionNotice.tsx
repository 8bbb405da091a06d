import { useEffect, useState, type ReactElement } from 'react';
import type { CallsClient } from '@fayo/calls';
import { Notice } from '../States';
import { useObserved } from './useCalls';

const patienceMs = 2_500;

/** Says that no call can ring here, once that has been so for a moment. */
export function ConnectionNotice({ client }: { client: CallsClient }): ReactElement | null {
  const connected = useObserved(client.hub.state) === 'connected';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (connected) {
      setShown(false);
      return undefined;
    }

    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, [connected]);
  return shown ? (
    <Notice>
      <p>Not connected at the moment: calls do not ring here. Trying again …</p>
    </Notice>
  ) : null;
}
