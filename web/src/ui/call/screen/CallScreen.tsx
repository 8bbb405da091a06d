import type { ReactElement } from 'react';
import type { CallsClient, CallType, StartingCall } from '@fayo/calls';
import { Avatar } from '../../Avatar';
import { Button } from '../../Button';
import { shownName } from '../../name';
import '../call.css';
import { otherName, type Names } from '../names';
import { useClientState } from '../useCalls';
import { Frame } from './Frame';
import { Joined } from './joined/Joined';
import './screen.css';

export interface CallScreenProps {
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
        : (names(starting.otherId) ?? shownName(starting.otherId));
  const devices = starting.callType === 'VIDEO' ? 'camera and microphone' : 'microphone';
  return (
    <Frame name={name} status={starting.sessionId === null ? `Starting your ${devices} …` : 'Answering …'}>
      <div className="stage">
        <Avatar name={name || '?'} large />
      </div>
      <div className="controls">
        <Button className="round" label="Cancel" icon="hangUp" look="danger" iconOnly onClick={() => void client.hangUp()} />
      </div>
    </Frame>
  );
}
