import type { ReactElement } from 'react';
import { type CallsClient, type CallSession, type CallType, isOpen, otherParticipant } from '@fayo/calls';
import { Button } from '../Button';
import { otherName, type Names } from '../call/names';
import { Icon } from '../Icon';
import { EmptyState, ErrorState, LoadingRows, Notice } from '../States';
import { formatDuration, endReasonText, isMissed, formatTime, statusText, errorText } from '../texts';
import { useHistory } from './useHistory';
import './history.css';

interface HistoryProps {
  client: CallsClient;
  names: Names;
  missedOnly?: boolean;
  onCall: (userId: string, callType: CallType) => void;
}

/** A user's calls, newest first. */
export function History({ client, names, missedOnly = false, onCall }: HistoryProps): ReactElement {
  const { calls, error, more, loadingMore, retry } = useHistory(client);
  if (error !== null && calls === undefined) {
    return (
      <ErrorState title="Your calls could not be loaded" onRetry={retry}>
        {errorText(error)}
      </ErrorState>
    );
  }

  if (calls === undefined) {
    return <LoadingRows count={4} />;
  }

  const shown = missedOnly ? calls.filter(session => isMissed(session, client.userId)) : calls;
  if (shown.length === 0 && more === null) {
    return missedOnly ? (
      <EmptyState icon="missed" title="No missed calls">
        Whoever tries to reach you in vain appears here.
      </EmptyState>
    ) : (
      <EmptyState icon="clock" title="No calls yet">
        Calls you make and receive appear here.
      </EmptyState>
    );
  }

  return (
    <>
      {shown.length === 0 ? (
        <EmptyState icon="missed" title="No recent missed calls">
          {`There is none among your last ${calls.length} calls.`}
        </EmptyState>
      ) : (
        <ul>
          {shown.map(session => (
            <li key={session.id}>
              <Entry session={session} client={client} names={names} onCall={onCall} />
            </li>
          ))}
        </ul>
      )}
      {error !== null && (
        <Notice bad>
          <p>{`This may be out of date. ${errorText(error)}`}</p>
        </Notice>
      )}
      {more !== null && (
        <div className="row">
          <Button label={shown.length === 0 ? 'Look further back' : 'Earlier calls'} look="plain" disabled={loadingMore} onClick={more} />
        </div>
      )}
    </>
  );
}

interface EntryProps {
  session: CallSession;
  client: CallsClient;
  names: Names;
  onCall: (userId: string, callType: CallType) => void;
}

function Entry({ session, client, names, onCall }: EntryProps): ReactElement {
  const { userId } = client;
  const missed = isMissed(session, userId);
  const outgoing = session.initiatorId === userId;
  const name = otherName(session, userId, names);
  const otherId = otherParticipant(session, userId);
  const since = session.startedAt ?? session.answeredAt;
  const lasted =
    since === null || session.endedAt === null ? null : formatDuration((Date.parse(session.endedAt) - Date.parse(since)) / 1_000);
  const how = isOpen(session)
    ? statusText(session)
    : lasted === null
      ? endReasonText(session, userId)
      : `${outgoing ? 'Outgoing' : 'Incoming'}, ${lasted}`;
  return (
    <div className="row">
      <span className={missed ? 'history-mark missed' : 'history-mark'}>
        <Icon name={missed ? 'missed' : outgoing ? 'outgoing' : 'incoming'} />
      </span>
      <span className="row-text">
        <span className="row-title clip">{name}</span>
        <span className={missed ? 'small clip history-missed' : 'small clip quiet'} title={endReasonText(session, userId)}>
          {`${how} · ${formatTime(session.createdAt)}`}
        </span>
      </span>
      {otherId !== null && (
        <Button
          label={`Call ${name} again by ${session.callType === 'VIDEO' ? 'video' : 'voice'}`}
          icon={session.callType === 'VIDEO' ? 'video' : 'phone'}
          iconOnly
          onClick={() => onCall(otherId, session.callType)}
        />
      )}
    </div>
  );
}
