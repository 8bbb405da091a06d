import { useEffect, useState, type ReactElement } from 'react';
import type { CallsClient } from '@fayo/calls';
import { Notice } from '../../States';
import { useObserved } from '../../useObserved';

const shownAfterMs = 2_500;

/** Says that no call can ring here, once the connection has been lost for a moment. */
export function ConnectionNotice({ client }: { client: CallsClient }): ReactElement | null {
  return useObserved(client.hub.state) === 'connected' ? null : <NotConnected />;
}

function NotConnected(): ReactElement | null {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return shown ? (
    <Notice>
      <p>Not connected at the moment: calls do not ring here. Trying again …</p>
    </Notice>
  ) : null;
}
