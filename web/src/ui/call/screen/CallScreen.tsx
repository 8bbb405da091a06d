import { useState, type ReactElement } from 'react';
import {
  type CallsClient,
  type CallSession,
  type CallType,
  isOpen,
  type JoinedCall,
  type MediaState,
  type NetworkQuality,
  otherParticipant,
  type StartingCall,
} from '@fayo/calls';
import { Avatar } from '../../Avatar';
import { Button } from '../../Button';
import { useModal } from '../../useModal';
import { formatDuration, endReasonText, errorText } from '../../texts';
import '../call.css';
import { DeviceChoice } from './DeviceChoice';
import { DeviceRings } from './DeviceRings';
import { otherName, type Names } from '../names';
import { Picture } from './Picture';
import { Sound } from './Sound';
import { useClientState } from '../useCalls';
import { useObserved } from '../../useObserved';
import { useSeconds } from './useSeconds';
import { useWakeLock } from './useWakeLock';
import './screen.css';

interface CallScreenProps {
  client: CallsClient;
  names: Names;
  onProblem: (error: unknown) => void;
  /** Calls the other participant again; undefined if the page does not offer that. */
  onCallAgain?: (userId: string, callType: CallType) => void;
}

/** The call on this device, from the first click until it is closed; nothing if there is none. */
export function CallScreen(props: CallScreenProps): ReactElement | null {
  const { starting, joined } = useClientState(props.client);
  if (joined !== null) {
    return <Joined {...props} call={joined} />;
  }

  return starting === null ? null : <Starting {...props} starting={starting} />;
}

function Starting({ client, names, starting }: CallScreenProps & { starting: StartingCall }): ReactElement {
  const known = starting.sessionId === null ? undefined : client.store.getSnapshot().calls.get(starting.sessionId);
  const name =
    known !== undefined
      ? otherName(known, client.userId, names)
      : starting.otherId === null
        ? ''
        : (names(starting.otherId) ?? starting.otherId);
  const devices = starting.callType === 'VIDEO' ? 'camera and microphone' : 'microphone';
  return (
    <Frame name={name} status={`Starting your ${devices} …`}>
      <div className="stage">
        <Avatar name={name || '?'} large />
      </div>
      <div className="controls">
        <Button className="round" label="Cancel" icon="hangUp" look="danger" iconOnly onClick={() => void client.hangUp()} />
      </div>
    </Frame>
  );
}

function Joined({ client, names, onProblem, onCallAgain, call }: CallScreenProps & { call: JoinedCall }): ReactElement {
  const { session, problem, left } = useObserved(call.state);
  const { signedOut } = useClientState(client);
  const local = useObserved(call.local);
  const media = useObserved(call.media.state);
  const [choosing, setChoosing] = useState(false);
  const over = !isOpen(session);
  useSeconds(!over);
  useWakeLock(!over);
  const name = otherName(session, client.userId, names);
  const otherId = otherParticipant(session, client.userId);
  const waits = session.answeredAt === null;
  const showsRemote = !over && media.remote.camera && media.remote.stream !== null;
  const end = (): void => {
    client.hangUp().catch((error: unknown) => {
      client.close();
      onProblem(error);
    });
  };
  if (over || left) {
    const status = over ? endReasonText(session, client.userId) : problem !== null ? errorText(problem) : 'Hanging up …';
    return (
      <Frame name={name} status={status} detail={over ? durationText(session) : null}>
        <div className="stage">
          <Avatar name={name} large />
        </div>
        {/* The same key as during the call, so that React keeps the element and nothing moves. */}
        <div className="controls" key="controls">
          {over && onCallAgain !== undefined && otherId !== null && (
            <Button
              label="Call again"
              icon={session.callType === 'VIDEO' ? 'video' : 'phone'}
              onClick={() => onCallAgain(otherId, session.callType)}
            />
          )}
          {!over && problem !== null && <Button label="End the call" look="danger" onClick={end} />}
          {/* eslint-disable-next-line jsx-a11y/no-autofocus -- The button that had the focus is gone with the call. */}
          <Button label="Close" look="primary" autoFocus onClick={() => client.close()} />
        </div>
      </Frame>
    );
  }

  return (
    <Frame
      name={name}
      status={callStatusText(session, media, client)}
      quality={media.connection === 'connected' ? media.quality : 'unknown'}
    >
      <div className="stage">
        <Picture stream={media.remote.stream} label={`Picture of ${name}`} hidden={!showsRemote} />
        <Sound stream={media.remote.stream} />
        {!showsRemote && <Avatar name={name} large />}
        {waits && session.initiatorId === client.userId && <DeviceRings rest={client.rest} session={session} />}
        {media.remote.muted && media.connection === 'connected' && <p className="stage-note badge">{`${name} has muted the microphone`}</p>}
      </div>
      <div className="own-picture" data-empty={local.camera === null || undefined}>
        <Picture stream={local.stream} label="Your own picture" own hidden={local.camera === null} />
      </div>
      <div className="call-problems">
        {signedOut && <p role="alert">Your sign-in has run out. This call goes on; sign in again when it is over.</p>}
        {!waits && media.unsent !== null && (
          <p role="alert">{`The other side cannot ${media.unsent === 'sound' ? 'hear' : 'see'} you yet; still trying …`}</p>
        )}
        {local.problem !== null && (
          <p role="alert">
            {errorText(local.problem)}
            {local.problem.device === 'camera' && ' You go on with voice.'}
          </p>
        )}
      </div>
      <div className="controls" key="controls" role="group" aria-label="Call controls">
        <Button
          className="round"
          label={local.muted ? 'Unmute' : 'Mute'}
          icon={local.muted ? 'microphoneOff' : 'microphone'}
          iconOnly
          aria-pressed={local.muted}
          onClick={() => call.setMuted(!local.muted)}
        />
        <Button
          className="round"
          label={local.camera === null ? 'Turn camera on' : 'Turn camera off'}
          icon={local.camera === null ? 'videoOff' : 'video'}
          iconOnly
          aria-pressed={local.camera === null}
          onClick={() => void call.setCamera(local.camera === null)}
        />
        <Button className="round" label="Choose devices" icon="settings" iconOnly onClick={() => setChoosing(true)} />
        <Button className="round" label={waits ? 'Cancel the call' : 'Hang up'} icon="hangUp" look="danger" iconOnly onClick={end} />
      </div>
      {choosing && <DeviceChoice call={call} onClose={() => setChoosing(false)} />}
    </Frame>
  );
}

interface FrameProps {
  name: string;
  /** Screen readers read it out when it changes, except for the seconds of a call. */
  status: string;
  detail?: string | null;
  quality?: NetworkQuality;
  children: React.ReactNode;
}

const qualities: Readonly<Record<NetworkQuality, string>> = {
  unknown: '',
  good: 'Good connection',
  fair: 'Fair connection',
  poor: 'Poor connection',
};

function Frame({ name, status, detail = null, quality = 'unknown', children }: FrameProps): ReactElement {
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
        <h2 className="clip">{name}</h2>
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

function callStatusText(session: CallSession, media: MediaState, client: CallsClient): string {
  if (session.answeredAt === null) {
    return session.status === 'RINGING' ? 'Ringing …' : 'Calling …';
  }

  switch (media.connection) {
    case 'connected':
      return formatDuration((client.serverNow() - Date.parse(session.startedAt ?? session.answeredAt)) / 1_000);
    case 'reconnecting':
      return 'Reconnecting …';
    case 'failed':
      return 'No sound or picture comes through yet; still trying …';
    default:
      return 'Connecting …';
  }
}

function durationText(session: CallSession): string | null {
  const since = session.startedAt ?? session.answeredAt;
  return since === null || session.endedAt === null
    ? null
    : `Lasted ${formatDuration((Date.parse(session.endedAt) - Date.parse(since)) / 1_000)}`;
}
