import { useState, type ReactElement } from 'react';
import { type CallSession, isOpen, type JoinedCall, otherParticipant } from '@fayo/calls';
import { Avatar } from '../../../Avatar';
import { Button } from '../../../Button';
import { formatDuration, endReasonText, errorText } from '../../../texts';
import { useObserved } from '../../../useObserved';
import { otherName } from '../../names';
import { useClientState } from '../../useCalls';
import type { CallScreenProps } from '../CallScreen';
import { DeviceChoice } from '../DeviceChoice';
import { DeviceRings } from '../DeviceRings';
import { Frame } from '../Frame';
import { Picture } from '../Picture';
import { Sound } from '../Sound';
import { useSeconds } from '../useSeconds';
import { useWakeLock } from '../useWakeLock';
import { CallProblems } from './CallProblems';
import { CallQuestions } from './CallQuestions';
import { callStatusText, otherText } from './call-status';
import { SecondRing } from './SecondRing';
import { useLasting } from './useLasting';
import { useLeaveQuestion } from './useLeaveQuestion';

const settledAfterMs = 1_500;

/** A call that this device is in, or was in until a moment ago. */
export function Joined({ client, names, onProblem, onCallAgain, call }: CallScreenProps & { call: JoinedCall }): ReactElement {
  const { session, problem, left } = useObserved(call.state);
  const { signedOut, unsent } = useClientState(client);
  const local = useObserved(call.local);
  const media = useObserved(call.media.state);
  const other = useObserved(call.other);
  const [choosing, setChoosing] = useState(false);
  const over = !isOpen(session);
  // Most ends are known at once, and most who leave have hung up: neither is worth words that change again in a moment.
  const untold = useLasting(unsent.includes(session.id), settledAfterMs);
  const gone = useLasting(media.gone, settledAfterMs);
  useSeconds(!over);
  useWakeLock(!over);
  const leaving = useLeaveQuestion(!over && !left);
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
    const hungUp = untold ? 'You have hung up. The service cannot be told yet; it is told as soon as that is possible.' : 'Hanging up …';
    return (
      <Frame
        name={name}
        status={over ? endReasonText(session, client.userId) : problem !== null ? errorText(problem) : hungUp}
        detail={over ? durationText(session) : null}
      >
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

  const note = waits ? null : otherText(name, other, media);
  return (
    <Frame
      name={name}
      status={callStatusText(session, { ...media, gone }, other, client)}
      quality={media.connection === 'connected' ? media.quality : 'unknown'}
    >
      <div className="stage">
        <Picture stream={media.remote.stream} label={`Picture of ${name}`} hidden={!showsRemote} />
        <Sound stream={media.remote.stream} />
        {!showsRemote && <Avatar name={name} large />}
        {waits && session.initiatorId === client.userId && <DeviceRings rest={client.rest} session={session} />}
      </div>
      <div className="own-picture" data-empty={local.camera === null || undefined}>
        <Picture stream={local.stream} label="Your own picture" own hidden={local.camera === null} />
      </div>
      <div className="call-notices">
        <SecondRing client={client} names={names} onProblem={onProblem} />
        <CallQuestions name={name} talking={!waits} media={media} leaving={leaving} onEnd={end} />
        {note !== null && (
          <p className="call-note" role="status">
            {note}
          </p>
        )}
        <CallProblems {...{ call, local, media, signedOut, waits }} />
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

function durationText(session: CallSession): string | null {
  const since = session.startedAt ?? session.answeredAt;
  return since === null || session.endedAt === null
    ? null
    : `Lasted ${formatDuration((Date.parse(session.endedAt) - Date.parse(since)) / 1_000)}`;
}
