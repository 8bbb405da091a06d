import { useCallback, useMemo, useState, type ReactElement } from 'react';
import type { CallsClient, CallsRest, CallType, Me } from '@fayo/calls';
import { CallNotices } from '../ui/call/notices/CallNotices';
import { CallScreen } from '../ui/call/screen/CallScreen';
import { IncomingCall, useRingHere } from '../ui/call/incoming/IncomingCall';
import { namesOfCallers } from '../ui/call/names';
import { useCallsClient, useStore } from '../ui/call/useCalls';
import { History } from '../ui/history/History';
import { Shell } from '../ui/Shell';
import { useRenewal } from '../ui/renewal/useRenewal';
import { forgetVisit } from '../ui/sign-in/token';
import { useRinger } from '../ui/sound/useRinger';
import { errorText } from '../ui/texts';
import { forgetPush } from './push/push-device';
import { useRingNotices } from './push/useRingNotices';
import { Readiness } from './Readiness';
import './patient.css';

interface PatientProps {
  me: Me;
  rest: CallsRest;
  token: () => string;
  remember: () => void;
  signOut: (problem?: string) => void;
}

/** The patient's page: it waits for calls, and rings. */
export function Patient(session: PatientProps): ReactElement {
  const client = useCallsClient(session);
  const signOut = (): void => {
    // Begins before the token is forgotten, which its requests need.
    void forgetPush(session.rest);
    session.signOut();
    forgetVisit();
  };
  return (
    <Shell title="Fayo" me={session.me} onSignOut={signOut}>
      <main className="page patient">{client !== null && <PatientContent client={client} session={session} />}</main>
    </Shell>
  );
}

function PatientContent({ client, session }: { client: CallsClient; session: PatientProps }): ReactElement {
  const sound = useRinger(useRingHere(client) !== null);
  useRenewal(client);
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
  const tell = useCallback((error: unknown) => setProblem(errorText(error)), []);
  useRingNotices({ client, names, onProblem: tell });
  return (
    <>
      <CallNotices client={client} names={names} problem={problem} onProblemRead={() => setProblem(null)} />
      <Readiness client={client} session={session} sound={sound} />
      <section className="card" aria-labelledby="missed-title">
        <div className="card-head">
          <h2 id="missed-title">Missed calls</h2>
        </div>
        <History client={client} names={names} missedOnly onCall={call} />
      </section>
      <IncomingCall client={client} names={names} sound={sound} />
      <CallScreen client={client} names={names} onProblem={tell} />
    </>
  );
}
