import type { ReactElement } from 'react';
import type { JoinedCall, LocalMediaState, MediaState } from '@fayo/calls';
import { Button } from '../../../Button';
import { errorText } from '../../../texts';
import { ownTexts } from './call-status';
import { useLasting } from './useLasting';

const askedAfterMs = 1_500;
const poorAfterMs = 6_000;

interface CallProblemsProps {
  call: JoinedCall;
  local: LocalMediaState;
  media: MediaState;
  signedOut: boolean;
  waits: boolean;
}

/** What is wrong on this side, each in a sentence, and what the user can do about it. */
export function CallProblems({ call, local, media, signedOut, waits }: CallProblemsProps): ReactElement {
  const isAsked = useLasting(local.opening, askedAfterMs);
  const isPoor = useLasting(media.connection === 'connected' && media.quality === 'poor', poorAfterMs);
  return (
    <div className="call-problems">
      {signedOut && <p role="alert">Your sign-in has run out. This call goes on; sign in again when it is over.</p>}
      {isAsked && <p role="alert">Your browser asks whether this page may use the microphone. Allow it, so that you are heard.</p>}
      {!waits && media.unsent !== null && (
        <p role="alert">{`The other side cannot ${media.unsent === 'sound' ? 'hear' : 'see'} you yet; still trying …`}</p>
      )}
      {isPoor && <p role="status">The connection is poor: sound and picture come late, or with gaps.</p>}
      {!waits && media.connection !== 'connected' && media.serverProblem !== null && (
        <p role="alert">{`A server for the connection does not work. Tell whoever runs this service: ${media.serverProblem}`}</p>
      )}
      {ownTexts(local).map(words => (
        <p role="alert" key={words}>
          {words}
        </p>
      ))}
      {local.problem !== null && (
        <p role="alert">
          {errorText(local.problem)}
          {local.problem.device === 'camera' && ' You go on with voice.'}
          {local.microphone === null && ' The other side does not hear you.'}
          {local.microphone === null && <Button label="Try the microphone again" onClick={() => void call.local.retryMicrophone()} />}
        </p>
      )}
    </div>
  );
}
