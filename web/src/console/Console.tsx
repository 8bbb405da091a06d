import { useCallback, useMemo, useState, type ReactElement } from 'react';
import type { CallsClient, CallsRest, CallType, Me } from '@fayo/calls';
import { CallNotices } from '../ui/call/notices/CallNotices';
import { CallScreen } from '../ui/call/screen/CallScreen';
import { IncomingCall, useRingHere } from '../ui/call/incoming/IncomingCall';
import { namesOf } from '../ui/call/names';
import { useCallsClient } from '../ui/call/useCalls';
import { useRinger } from '../ui/sound/useRinger';
import { Shell, StaffNav } from '../ui/Shell';
import { personName, errorText } from '../ui/texts';
import './console.css';
import { Recents } from './Recents';
import { useDirectory } from './useDirectory';
import { Users } from './Users';

interface ConsoleProps {
  me: Me;
  rest: CallsRest;
  token: () => string;
  signOut: (problem?: string) => void;
}

/** The staff's page: they find people, call them, and are called. */
export function Console(session: ConsoleProps): ReactElement {
  const client = useCallsClient(session);
  return (
    <Shell title="Fayo calls" me={session.me} onSignOut={() => session.signOut()} nav={<StaffNav current="calls" />}>
      <main className="page">
        <h1 className="visually-hidden">Calls</h1>
        {client !== null && <ConsoleContent client={client} me={session.me} />}
      </main>
    </Shell>
  );
}

function ConsoleContent({ client, me }: { client: CallsClient; me: Me }): ReactElement {
  const directory = useDirectory(client.rest);
  const [problem, setProblem] = useState<string | null>(null);
  const names = useMemo(() => namesOf([...directory.seen.values(), me]), [directory.seen, me]);
  const sound = useRinger(useRingHere(client) !== null);
  const call = useCallback(
    (userId: string, callType: CallType) => {
      setProblem(null);
      client
        .call(userId, callType, { initiatorName: personName(me), recipientName: names(userId) ?? userId })
        .catch((error: unknown) => setProblem(errorText(error)));
    },
    [client, me, names],
  );
  return (
    <>
      <CallNotices client={client} names={names} problem={problem} onProblemRead={() => setProblem(null)} />
      <div className="columns">
        <Users directory={directory} me={me} onCall={call} />
        <Recents client={client} names={names} onCall={call} />
      </div>
      <IncomingCall client={client} names={names} sound={sound} />
      <CallScreen client={client} names={names} onCallAgain={call} onProblem={error => setProblem(errorText(error))} />
    </>
  );
}
