import { useEffect, useState, type ReactElement } from 'react';
import { type CallsClient, type CallSession, canCapture, canConnectMedia, isOpen, otherParticipant } from '@fayo/calls';
import { capableBrowser } from '../../browser';
import { Button } from '../../Button';
import { Notice } from '../../States';
import { endReasonText, errorText } from '../../texts';
import { ConnectionNotice } from './ConnectionNotice';
import { otherName, type Names } from '../names';
import { useLasting } from '../screen/joined/useLasting';
import { useClientState, useStore } from '../useCalls';
import './notices.css';

const shownForMs = 10_000;
const settledAfterMs = 1_500;

interface CallNoticesProps {
  client: CallsClient;
  names: Names;
}

interface NoticesProps extends CallNoticesProps {
  /** Why the last action failed, as a text for the user. */
  problem: string | null;
  onProblemRead: () => void;
}

/** Messages above the page: no connection, no microphone, how a ring ended, calls that go on without this device, and what failed. */
export function CallNotices({ client, names, problem, onProblemRead }: NoticesProps): ReactElement {
  return (
    <div className="notices">
      <ConnectionNotice client={client} />
      <NoCalls />
      <UnsentEnd client={client} />
      <StoppedRing client={client} names={names} />
      <OngoingCall client={client} names={names} />
      {problem !== null && (
        <Notice bad>
          <p>{problem}</p>
          <Button label="Close this message" icon="close" look="plain" iconOnly onClick={onProblemRead} />
        </Notice>
      )}
    </div>
  );
}

/** Why the browser can take part in no call at all. */
function NoCalls(): ReactElement | null {
  if (canCapture() && canConnectMedia()) {
    return null;
  }

  const reason = canCapture()
    ? `this browser has no WebRTC, or it is turned off. Turn it on, or open this address in ${capableBrowser()}.`
    : isSecureContext
      ? `this browser gives pages no microphone and no camera. Open this address in ${capableBrowser()}.`
      : 'the browser gives microphone and camera only to secure addresses, https or localhost.';
  return (
    <Notice bad>
      <p>{`No call can be made or answered here: ${reason}`}</p>
    </Notice>
  );
}

function UnsentEnd({ client }: { client: CallsClient }): ReactElement | null {
  const { unsent, joined } = useClientState(client);
  const waiting = unsent.some(id => id !== joined?.state.getSnapshot().session.id);
  const shown = useLasting(waiting, settledAfterMs);
  return shown ? (
    <Notice>
      <p>A call that you have ended or declined here is not over yet for the service. It is told as soon as it can be reached.</p>
    </Notice>
  ) : null;
}

function StoppedRing({ client, names }: CallNoticesProps): ReactElement | null {
  const { stopped } = useStore(client);
  useEffect(() => {
    if (stopped === null) {
      return undefined;
    }

    const timer = setTimeout(() => client.store.forgetStopped(), shownForMs);
    return () => clearTimeout(timer);
  }, [client, stopped]);
  if (stopped === null) {
    return null;
  }

  const how = stopped.answeredAt !== null ? 'Answered on another device' : endReasonText(stopped, client.userId);
  return (
    <Notice>
      <p>{`${how}: ${otherName(stopped, client.userId, names)}`}</p>
      <Button label="Close this message" icon="close" look="plain" iconOnly onClick={() => client.store.forgetStopped()} />
    </Notice>
  );
}

function OngoingCall({ client, names }: CallNoticesProps): ReactElement | null {
  const { calls } = useStore(client);
  const { starting, joined, unsent } = useClientState(client);
  const [problem, setProblem] = useState<{ readonly id: string; readonly words: string } | null>(null);
  if (starting !== null || joined !== null) {
    return null;
  }

  const session = [...calls.values()].find(call => canRejoin(call, client) && !unsent.includes(call.id));
  if (session === undefined) {
    return null;
  }

  const attempt = (action: Promise<void>): void => {
    setProblem(null);
    action.catch((error: unknown) => setProblem({ id: session.id, words: errorText(error) }));
  };
  return (
    <Notice>
      <p>{problem?.id === session.id ? problem.words : `You are in a call with ${otherName(session, client.userId, names)}.`}</p>
      {problem?.id !== session.id && (
        <>
          <Button label="Return to it" onClick={() => attempt(client.rejoin(session, session.callType === 'VIDEO'))} />
          <Button label="End it" look="plain" onClick={() => attempt(client.end(session))} />
        </>
      )}
    </Notice>
  );
}

/** True if this device may join the call. A call that rang here and was answered elsewhere belongs to the other device. */
function canRejoin(session: CallSession, { userId, store }: CallsClient): boolean {
  return (
    isOpen(session) &&
    otherParticipant(session, userId) !== null &&
    (session.initiatorId === userId || (session.answeredAt !== null && !store.hasRung(session.id)))
  );
}
