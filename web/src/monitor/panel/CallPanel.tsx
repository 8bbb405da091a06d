import { useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { type CallsRest, isOpen } from '@fayo/calls';
import type { MonitorCall } from '@fayo/calls/monitor';
import { Button } from '../../ui/Button';
import { TimeInStatus, StatusBadge } from '../calls/CallRow';
import { calledName, deviceName, deviceState, reasonName, timeWithSeconds } from '../texts';
import { EndCall } from './EndCall';
import { Timeline } from './Timeline';
import './panel.css';

interface CallPanelProps {
  call: MonitorCall;
  siloName: (address: string | null) => string;
  rest: CallsRest;
  isStaff: boolean;
  onClose: () => void;
}

/** Everything about one call, beside the table or over it. */
export function CallPanel({ call, siloName, rest, isStaff, onClose }: CallPanelProps): ReactElement {
  const [isAsking, setIsAsking] = useState(false);
  const [done, setDone] = useState('');
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('dialog[open]') === null) {
        onClose();
      }
    };
    window.addEventListener('keydown', escape);
    return () => window.removeEventListener('keydown', escape);
  }, [onClose]);
  return (
    <aside className="card call-panel" aria-labelledby="panel-title">
      <div className="card-head">
        <h2 id="panel-title" tabIndex={-1} ref={title}>
          {call.callType === 'VIDEO' ? 'Video call' : 'Voice call'}
        </h2>
        <Button label="Close" icon="close" look="plain" iconOnly onClick={onClose} />
      </div>
      <div className="panel-body">
        <dl className="facts">
          <Fact name="From">{call.initiatorId}</Fact>
          <Fact name="To">{calledName(call)}</Fact>
          <Fact name="Status">
            <StatusBadge call={call} /> <TimeInStatus call={call} />
          </Fact>
          {call.endReason !== null && <Fact name="Ended">{endedLine(call)}</Fact>}
          <Fact name="Devices">
            {call.devices.length === 0
              ? 'No device yet'
              : call.devices.map((device, index) => (
                  <span key={device.device ?? index} className="device">
                    {deviceName(device)} <span className="quiet">{deviceState(device)}</span>
                  </span>
                ))}
          </Fact>
          <Fact name="Silo">{siloName(call.silo)}</Fact>
          <Fact name="Channel">{call.channelName}</Fact>
          <Fact name="Call">{call.id}</Fact>
        </dl>
        <p className="panel-done" role="status">
          {done}
        </p>
        {isStaff && isOpen(call) && <Button label="End this call" icon="hangUp" className="end-button" onClick={() => setIsAsking(true)} />}
        {isStaff && (
          <>
            <h3>Timeline</h3>
            <Timeline rest={rest} callId={call.id} version={call.version} />
          </>
        )}
      </div>
      {isAsking && (
        <EndCall
          call={call}
          rest={rest}
          onClose={() => setIsAsking(false)}
          onDone={words => {
            setIsAsking(false);
            setDone(words);
            // The button that had the focus disappears with the call.
            title.current?.focus();
          }}
        />
      )}
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div>
      <dt className="quiet">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function endedLine(call: MonitorCall): string {
  const parts = [
    reasonName(call.endReason!),
    call.endedBy === null ? '' : `by ${call.endedBy}`,
    call.endedAt === null ? '' : timeWithSeconds(call.endedAt),
  ];
  return parts.filter(Boolean).join(', ');
}
