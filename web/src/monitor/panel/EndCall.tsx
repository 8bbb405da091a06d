import { useState, type ReactElement } from 'react';
import { CallError, type CallsRest } from '@fayo/calls';
import { endCall, type MonitorCall } from '@fayo/calls/monitor';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Notice } from '../../ui/States';
import { errorText } from '../../ui/texts';
import { calledName } from '../texts';

interface EndCallProps {
  call: MonitorCall;
  rest: CallsRest;
  onClose: () => void;
  /** Called with a text for the user. */
  onDone: (words: string) => void;
}

/** Asks for confirmation, then ends somebody's call. */
export function EndCall({ call, rest, onClose, onDone }: EndCallProps): ReactElement {
  const [remark, setRemark] = useState('');
  const [isEnding, setIsEnding] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const end = (): void => {
    setIsEnding(true);
    setProblem(null);
    endCall(rest, call.id, remark.trim()).then(
      () => onDone('The call is ended, for both sides.'),
      (error: unknown) => {
        setIsEnding(false);
        if (error instanceof CallError && (error.status === 409 || error.status === 410)) {
          onDone('The call had ended already.');
        } else {
          setProblem(errorText(error));
        }
      },
    );
  };
  return (
    <Dialog title="End this call?" onClose={onClose}>
      <form
        className="end-call"
        onSubmit={event => {
          event.preventDefault();
          end();
        }}
      >
        <p>
          The call of <strong>{call.initiatorId}</strong> to <strong>{calledName(call)}</strong> ends at once, for both. That you ended it
          stays on record.
        </p>
        {problem !== null && (
          <Notice bad>
            <p>{problem}</p>
          </Notice>
        )}
        <div className="field">
          <label htmlFor="remark">Remark, if you like</label>
          <input
            id="remark"
            className="input"
            value={remark}
            maxLength={200}
            autoComplete="off"
            onChange={event => setRemark(event.target.value)}
            aria-describedby="remark-help"
          />
          <p id="remark-help" className="quiet small">
            It is kept in the call’s timeline.
          </p>
        </div>
        <div className="dialog-actions">
          <Button label="Keep the call" onClick={onClose} disabled={isEnding} />
          <Button type="submit" label={isEnding ? 'Ending' : 'End the call'} look="danger" disabled={isEnding} />
        </div>
      </form>
    </Dialog>
  );
}
