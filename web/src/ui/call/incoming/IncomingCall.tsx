import { useState, type ReactElement } from 'react';
import type { CallsClient, CallSession, CallType } from '@fayo/calls';
import { Avatar } from '../../Avatar';
import { Button } from '../../Button';
import { Notice } from '../../States';
import { shownName } from '../../name';
import { useModal } from '../../useModal';
import { errorText } from '../../texts';
import '../call.css';
import { otherName, type Names } from '../names';
import { useClientState, useStore } from '../useCalls';
import type { Sound } from '../../sound/useRinger';
import './incoming.css';

interface IncomingCallProps {
  client: CallsClient;
  names: Names;
  sound: Sound;
}

/** The call that rings here; nothing if none rings, or if this device is not free. */
export function IncomingCall({ client, names, sound }: IncomingCallProps): ReactElement | null {
  const ring = useRingHere(client);
  // Kept here, not in Ringing: while answering is tried no ring is shown, and if that fails the ring comes back with this message.
  const [problem, setProblem] = useState<Problem | null>(null);
  if (ring === null) {
    return null;
  }

  const { id } = ring.session;
  return (
    <Ringing
      key={id}
      client={client}
      names={names}
      sound={sound}
      session={ring.session}
      problem={problem?.id === id ? problem.words : null}
      onProblem={error => setProblem({ id, words: errorText(error) })}
    />
  );
}

interface Problem {
  readonly id: string;
  readonly words: string;
}

/** The ring to show here; null while this device is in a call or is starting one. */
export function useRingHere(client: CallsClient): ReturnType<typeof useStore>['rings'][number] | null {
  const { rings } = useStore(client);
  useClientState(client);
  return client.isFree ? (rings[0] ?? null) : null;
}

interface RingingProps extends IncomingCallProps {
  session: CallSession;
  problem: string | null;
  onProblem: (error: unknown) => void;
}

function Ringing({ client, names, sound, session, problem, onProblem }: RingingProps): ReactElement {
  const element = useModal({ focusDialog: true });
  const name = otherName(session, client.userId, names);
  const answer = (callType: CallType): void => {
    client.answer(session, callType).catch(onProblem);
  };
  const video = session.callType === 'VIDEO';
  return (
    <dialog
      ref={element}
      className={problem === null && !sound.silent ? 'incoming' : 'incoming crowded'}
      tabIndex={-1}
      aria-labelledby="incoming-name"
      aria-describedby="incoming-kind"
      onCancel={event => {
        event.preventDefault();
        client.dismiss(session.id);
      }}
    >
      <Button
        className="incoming-dismiss"
        label="Stop ringing on this device"
        icon="close"
        look="plain"
        iconOnly
        onClick={() => client.dismiss(session.id)}
      />
      <div className="incoming-who">
        <span className="incoming-rings">
          <Avatar name={name} large />
        </span>
        <h2 id="incoming-name" dir="auto">
          {name}
        </h2>
        <p id="incoming-kind" role="status">
          {video ? 'Incoming video call' : 'Incoming voice call'}
        </p>
        {name !== shownName(session.initiatorId) && names(session.initiatorId) === undefined && (
          <p className="small incoming-id clip">{shownName(session.initiatorId)}</p>
        )}
      </div>
      {problem !== null && (
        <Notice bad>
          <p>{problem}</p>
        </Notice>
      )}
      {sound.silent && <Button label="Turn on sound" icon="sound" onClick={sound.allow} />}
      <div className="incoming-actions">
        <Choice label="Decline" icon="hangUp" look="danger" onClick={() => void client.decline(session.id).catch(onProblem)} />
        <Choice
          label={video ? 'Voice only' : 'Answer'}
          icon="phone"
          look={video ? 'ordinary' : 'primary'}
          onClick={() => answer('VOICE')}
        />
        {video && <Choice label="Answer" icon="video" look="primary" onClick={() => answer('VIDEO')} />}
      </div>
    </dialog>
  );
}

type ChoiceProps = React.ComponentProps<typeof Button>;

/** A round button with its label below. */
function Choice(props: ChoiceProps): ReactElement {
  return (
    <span className="choice">
      <Button {...props} className="round" iconOnly />
      <span aria-hidden="true">{props.label}</span>
    </span>
  );
}
