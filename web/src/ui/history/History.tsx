import type { ReactElement } from 'react';
import type { CallsClient } from '../../calls/client';
import { isOpen, otherParticipant, type CallSession, type CallType } from '../../calls/types';
import { Button } from '../Button';
import { otherName, type Names } from '../call/names';
import { Icon } from '../Icon';
import { EmptyState, ErrorState, LoadingRows } from '../States';
import { duration, endOf, isMissed, moment, statusOf, wordsFor } from '../words';
import { useHistory } from './useHistory';

interface HistoryProps {
  client: CallsClient;
  names: Names;
  missedOnly?: boolean;
  onCall: (userId: string, callType: CallType) => void;
}

/** A user's calls, newest first. */
export function History({ client, names, missedOnly = false, onCall }: HistoryProps): ReactElement {
  const { calls, error, more, retry } = useHistory(client);
  const shown = calls?.filter(session => !missedOnly || isMissed(session, client.userId));
  if (error !== null && shown === undefined) {
    return (
      <ErrorState title="Your calls could not be loaded" onRetry={retry}>
        {wordsFor(error)}
      </ErrorState>
    );
  }

  if (shown === undefined) {
    return <LoadingRows count={4} />;
  }

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
      <ul>
        {shown.map(session => (
          <li key={session.id}>
            <Entry session={session} client={client} names={names} onCall={onCall} />
          </li>
        ))}
      </ul>
      {more !== null && (
        <div className="row">
          <Button label="Earlier calls" look="plain" onClick={more} />
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
  const lasted = since === null || session.endedAt === null ? null : duration((Date.parse(session.endedAt) - Date.parse(since)) / 1_000);
  const how = isOpen(session)
    ? statusOf(session)
    : lasted === null
      ? endOf(session, userId)
      : `${outgoing ? 'Outgoing' : 'Incoming'}, ${lasted}`;
  return (
    <div className="row">
      <span className={missed ? 'history-mark missed' : 'history-mark'}>
        <Icon name={missed ? 'missed' : outgoing ? 'outgoing' : 'incoming'} />
      </span>
      <span className="row-text">
        <span className="row-title clip">{name}</span>
        <span className={missed ? 'small clip history-missed' : 'small clip quiet'} title={endOf(session, userId)}>
          {`${how} · ${moment(session.createdAt)}`}
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
