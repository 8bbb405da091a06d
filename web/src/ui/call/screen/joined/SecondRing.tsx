import { useState, type ReactElement } from 'react';
import type { CallsClient } from '@fayo/calls';
import { Button } from '../../../Button';
import { errorText } from '../../../texts';
import { useCallWaiting } from '../../../sound/useRinger';
import { otherName, type Names } from '../../names';
import { useStore } from '../../useCalls';

interface SecondRingProps {
  client: CallsClient;
  names: Names;
  onProblem: (error: unknown) => void;
}

/** A call that rings while this device is in another one; nothing if there is none. */
export function SecondRing({ client, names, onProblem }: SecondRingProps): ReactElement | null {
  const ring = useStore(client).rings[0];
  const [problem, setProblem] = useState<{ readonly id: string; readonly words: string } | null>(null);
  useCallWaiting(ring !== undefined);
  if (ring === undefined) {
    return null;
  }

  const { session } = ring;
  const name = otherName(session, client.userId, names);
  return (
    <div className="second-ring" role="alertdialog" aria-label={`${name} is calling`}>
      <p className="second-ring-who">
        <strong className="clip" dir="auto">
          {name}
        </strong>
        <span>{session.callType === 'VIDEO' ? 'calls by video' : 'calls'}</span>
      </p>
      {problem?.id === session.id && <p role="alert">{problem.words}</p>}
      <div className="call-question-answers">
        <Button
          label="Decline"
          look="danger"
          onClick={() => void client.decline(session.id).catch((error: unknown) => setProblem({ id: session.id, words: errorText(error) }))}
        />
        <Button
          label="End this call and answer"
          look="primary"
          onClick={() => void client.answerInstead(session, session.callType).catch(onProblem)}
        />
      </div>
    </div>
  );
}
