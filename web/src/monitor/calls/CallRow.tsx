import { memo, type ReactElement } from 'react';
import { isOpen } from '@fayo/calls';
import type { MonitorCall } from '@fayo/calls/monitor';
import { Icon } from '../../ui/Icon';
import { statusText } from '../../ui/texts';
import { useServiceTime } from '../clock';
import { badgeClass, calledName, devicesLine, reasonName, timeInStatus } from '../texts';

interface CallRowProps {
  call: MonitorCall;
  index: number;
  /** From the top of all rows, in pixels. */
  top: number;
  silo: string;
  isReachable: boolean;
  isSelected: boolean;
}

/** One call in the table. The table handles clicks and keys for its rows. */
export const CallRow = memo(function CallRow({ call, index, top, silo, isReachable, isSelected }: CallRowProps): ReactElement {
  return (
    <div
      role="row"
      className={isOpen(call) ? 'call-row' : 'call-row over'}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-call={call.id}
      tabIndex={isReachable ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className="cell-who">
        <Icon name={call.callType === 'VIDEO' ? 'video' : 'phone'} />
        <span className="visually-hidden">{call.callType === 'VIDEO' ? 'Video call,' : 'Voice call,'}</span>
        <span className="who" title={`${call.initiatorId} calls ${calledName(call)}`}>
          <strong className="clip">{call.initiatorId}</strong>
          <span className="verb quiet">calls</span>
          <span className="clip">{calledName(call)}</span>
        </span>
      </span>
      <span role="gridcell" className="cell-status">
        <StatusBadge call={call} />
      </span>
      <span role="gridcell" className="cell-for">
        <TimeInStatus call={call} />
      </span>
      <span role="gridcell" className="cell-devices clip quiet" title={devicesLine(call.devices)}>
        {call.endReason === null ? devicesLine(call.devices) : reasonName(call.endReason)}
      </span>
      <span role="gridcell" className="cell-silo clip quiet" title={silo}>
        {silo}
      </span>
    </div>
  );
});

export function StatusBadge({ call }: { call: MonitorCall }): ReactElement {
  return <span className={badgeClass(call)}>{statusText(call)}</span>;
}

/** How long the call has had its present status; updated once a second. */
export function TimeInStatus({ call }: { call: MonitorCall }): string {
  return timeInStatus(call, useServiceTime());
}
