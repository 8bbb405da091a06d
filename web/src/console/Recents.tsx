import { useState, type ReactElement } from 'react';
import type { CallsClient, CallType } from '@fayo/calls';
import { History } from '../ui/history/History';
import type { Names } from '../ui/call/names';

interface RecentsProps {
  client: CallsClient;
  names: Names;
  onCall: (userId: string, callType: CallType) => void;
}

/** The user's own calls: all of them, or only the missed ones. */
export function Recents(props: RecentsProps): ReactElement {
  const [missedOnly, setMissedOnly] = useState(false);
  return (
    <section className="card" aria-labelledby="recents-title">
      <div className="card-head">
        <h2 id="recents-title">Recent calls</h2>
        <div className="segments" role="group" aria-label="Which calls">
          <button type="button" aria-pressed={!missedOnly} onClick={() => setMissedOnly(false)}>
            All
          </button>
          <button type="button" aria-pressed={missedOnly} onClick={() => setMissedOnly(true)}>
            Missed
          </button>
        </div>
      </div>
      <History {...props} missedOnly={missedOnly} />
    </section>
  );
}
