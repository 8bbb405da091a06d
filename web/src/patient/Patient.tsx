import { useCallback, useMemo, useState, type ReactElement } from 'react';
import type { CallsClient, CallsRest, CallType, Me } from '@fayo/calls';
import { Button } from '../ui/Button';
import { CallNotices } from '../ui/call/notices/CallNotices';
import { CallScreen } from '../ui/call/screen/CallScreen';
import { IncomingCall, useRingHere } from '../ui/call/incoming/IncomingCall';
import { namesOfCallers } from '../ui/call/names';
import { useCallsClient, useStore } from '../ui/call/useCalls';
import { useObserved } from '../ui/useObserved';
import { History } from '../ui/history/History';
import { Icon } from '../ui/Icon';
import { Shell } from '../ui/Shell';
import { useRinger, type Sound } from '../ui/sound/useRinger';
import { personName, errorText } from '../ui/texts';
import './patient.css';

interface PatientProps {
  me: Me;
  rest: CallsRest;
  token: () => string;
  signOut: (problem?: string) => void;
}

/** The patient's page: it waits for calls, and rings. */
export function Patient(session: PatientProps): ReactElement {
  const client = useCallsClient(session);
  return (
    <Shell title="Fayo" me={session.me} onSignOut={() => session.signOut()}>
      <main className="page patient">{client !== null && <PatientContent client={client} me={session.me} />}</main>
    </Shell>
  );
}

function PatientContent({ client, me }: { client: CallsClient; me: Me }): ReactElement {
  const sound = useRinger(useRingHere(client) !== null);
  const [problem, setProblem] = useState<string | null>(null);
  const call = useCallback(
    (userId: string, callType: CallType) => {
      setProblem(null);
      client.call(userId, callType).catch((error: unknown) => setProblem(errorText(error)));
    },
    [client],
  );
  const { calls } = useStore(client);
  const names = useMemo(() => namesOfCallers(calls.values()), [calls]);
  return (
    <>
      <CallNotices client={client} names={names} problem={problem} onProblemRead={() => setProblem(null)} />
      <Readiness client={client} me={me} sound={sound} />
      <section className="card" aria-labelledby="missed-title">
        <div className="card-head">
          <h2 id="missed-title">Missed calls</h2>
        </div>
        <History client={client} names={names} missedOnly onCall={call} />
      </section>
      <IncomingCall client={client} names={names} sound={sound} />
      <CallScreen client={client} names={names} onProblem={error => setProblem(errorText(error))} />
    </>
  );
}

/** Says whether this phone can ring now. */
function Readiness({ client, me, sound }: { client: CallsClient; me: Me; sound: Sound }): ReactElement {
  const connected = useObserved(client.hub.state) === 'connected';
  return (
    <section className="readiness" aria-label="Ready for calls">
      <span className={connected ? 'readiness-mark ready' : 'readiness-mark'}>
        <Icon name="phone" />
      </span>
      <h1>{`Hello, ${me.firstName ?? personName(me)}`}</h1>
      <p role="status">{connected ? 'You can be called. Keep this page open, and it rings.' : 'Connecting …'}</p>
      <div className="readiness-sound">
        {sound.silent ? (
          <Button label="Turn on sound" icon="sound" look="primary" onClick={sound.allow} />
        ) : (
          <p className="quiet">
            <Icon name="sound" />
            Sound is on
          </p>
        )}
      </div>
    </section>
  );
}
