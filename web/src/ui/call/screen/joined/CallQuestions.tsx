import { useState, type ReactElement } from 'react';
import type { MediaState } from '@fayo/calls';
import { Button } from '../../../Button';
import { useLasting } from './useLasting';
import type { LeaveQuestion } from './useLeaveQuestion';

const aloneAfterMs = 30_000;

interface CallQuestionsProps {
  name: string;
  /** Whether the call has been answered, and is on. */
  talking: boolean;
  media: MediaState;
  leaving: LeaveQuestion;
  onEnd: () => void;
}

/** What the user is asked during a call: whether to go on waiting alone, and whether to leave. */
export function CallQuestions({ name, talking, media, leaving, onEnd }: CallQuestionsProps): ReactElement | null {
  const [round, setRound] = useState(0);
  if (leaving.asked) {
    return (
      <Question words={`You are still in the call with ${name}. Hang up?`}>
        <Button label="Hang up and leave" look="danger" onClick={onEnd} />
        <Button label="Stay in the call" onClick={leaving.stay} />
      </Question>
    );
  }

  return (
    <Alone
      key={round}
      alone={talking && media.connection !== 'connected'}
      name={name}
      onEnd={onEnd}
      onWait={() => setRound(count => count + 1)}
    />
  );
}

interface AloneProps {
  alone: boolean;
  name: string;
  onEnd: () => void;
  onWait: () => void;
}

function Alone({ alone, name, onEnd, onWait }: AloneProps): ReactElement | null {
  return useLasting(alone, aloneAfterMs) ? (
    <Question words={`Nothing has come from ${name} for a while. Go on waiting?`}>
      <Button label="End the call" look="danger" onClick={onEnd} />
      <Button label="Wait" onClick={onWait} />
    </Question>
  ) : null;
}

function Question({ words, children }: { words: string; children: React.ReactNode }): ReactElement {
  return (
    <div className="call-question" role="alertdialog" aria-label={words}>
      <p>{words}</p>
      <div className="call-question-answers">{children}</div>
    </div>
  );
}
