import { useCallback, useMemo, useState, type ReactElement } from 'react';
import { CallError, type CallsClient, type CallSession, type CallsRest, type CallType, type Me } from '@fayo/calls';
import { Button } from '../ui/Button';
import { CallNotices } from '../ui/call/notices/CallNotices';
import { CallScreen } from '../ui/call/screen/CallScreen';
import { IncomingCall, useRingHere } from '../ui/call/incoming/IncomingCall';
import { namesOf, otherName } from '../ui/call/names';
import { useCallsClient } from '../ui/call/useCalls';
import { useRenewal } from '../ui/renewal/useRenewal';
import { useRinger } from '../ui/sound/useRinger';
import { Shell, StaffNav } from '../ui/Shell';
import { Notice } from '../ui/States';
import { errorText } from '../ui/texts';
import './console.css';
import { Recents } from './Recents';
import { useDirectory } from './useDirectory';
import { usePresence } from './usePresence';
import { Users } from './Users';

interface ConsoleProps {
  me: Me;
  rest: CallsRest;
  token: () => string;
  signOut: (problem?: string) => void;
}

/** A call that could not be made, because the user is in another one by the record. */
interface BlockedCall {
  readonly by: CallSession;
  readonly userId: string;
  readonly callType: CallType;
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
  const directory = usePresence(client, useDirectory(client.rest));
  const [problem, setProblem] = useState<string | null>(null);
  const [blocked, setBlocked] = useState<BlockedCall | null>(null);
  const names = useMemo(() => namesOf([...directory.seen.values(), me]), [directory.seen, me]);
  const sound = useRinger(useRingHere(client) !== null);
  useRenewal(client);
  const call = useCallback(
    (userId: string, callType: CallType) => {
      setProblem(null);
      setBlocked(null);
      client.call(userId, callType).catch((error: unknown) => {
        const by = error instanceof CallError && error.code === 'in_call' ? error.session : undefined;
        if (by === undefined) {
          setProblem(errorText(error));
        } else {
          setBlocked({ by, userId, callType });
        }
      });
    },
    [client],
  );
  const endAndCall = ({ by, userId, callType }: BlockedCall): void => {
    setBlocked(null);
    client.end(by).then(
      () => call(userId, callType),
      (error: unknown) => setProblem(errorText(error)),
    );
  };
  return (
    <>
      <CallNotices client={client} names={names} problem={problem} onProblemRead={() => setProblem(null)} />
      {blocked !== null && (
        <Notice bad>
          <p>{`You are still in a call with ${otherName(blocked.by, client.userId, names)}, on another device or from before this page was loaded.`}</p>
          <Button label={`End it and call ${names(blocked.userId) ?? blocked.userId}`} onClick={() => endAndCall(blocked)} />
          <Button label="Keep it" look="plain" onClick={() => setBlocked(null)} />
        </Notice>
      )}
      <div className="columns">
        <Users directory={directory} me={me} onCall={call} />
        <Recents client={client} names={names} onCall={call} />
      </div>
      <IncomingCall client={client} names={names} sound={sound} />
      <CallScreen client={client} names={names} onCallAgain={call} onProblem={error => setProblem(errorText(error))} />
    </>
  );
}
