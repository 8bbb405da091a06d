import type { ReactElement } from 'react';
import type { CallType, DirectoryUser, Me } from '@fayo/calls';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { EmptyState, ErrorState, LoadingRows, Notice } from '../ui/States';
import { personName, roleName, errorText } from '../ui/texts';
import type { Directory } from './useDirectory';

interface UsersProps {
  directory: Directory;
  me: Me;
  onCall: (userId: string, callType: CallType) => void;
}

/** The people whom the user can call. */
export function Users({ directory, me, onCall }: UsersProps): ReactElement {
  const { search, setSearch, users, error, more } = directory;
  const others = users?.filter(user => user.id !== me.id);
  return (
    <section className="card" aria-labelledby="users-title">
      <div className="card-head">
        <h2 id="users-title">People</h2>
        <div className="search" role="search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            aria-label="Search people"
            placeholder="Name or number"
            value={search}
            onChange={event => setSearch(event.target.value)}
          />
        </div>
      </div>
      <p className="visually-hidden" role="status">
        {others !== undefined && search !== '' && `${others.length} found`}
      </p>
      {others !== undefined && error !== null && (
        <Notice>
          <p>{`Who is online may be out of date. ${errorText(error)}`}</p>
        </Notice>
      )}
      <div className="people">
        <Found {...{ others, search, onCall }} error={error} retry={directory.retry} />
        {more !== null && (
          <div className="row">
            <Button label="Show more people" look="plain" onClick={more} />
          </div>
        )}
      </div>
    </section>
  );
}

interface FoundProps {
  others: readonly DirectoryUser[] | undefined;
  search: string;
  error: unknown;
  retry: () => void;
  onCall: UsersProps['onCall'];
}

function Found({ others, search, error, retry, onCall }: FoundProps): ReactElement {
  if (others === undefined) {
    return error === null ? (
      <LoadingRows count={6} />
    ) : (
      <ErrorState title="The list of people could not be loaded" onRetry={retry}>
        {errorText(error)}
      </ErrorState>
    );
  }

  if (others.length === 0) {
    return search === '' ? (
      <EmptyState icon="people" title="Nobody here yet">
        People appear here as soon as they have opened their page for the first time.
      </EmptyState>
    ) : (
      <EmptyState icon="search" title="Nobody found">{`No name or number matches “${search}”.`}</EmptyState>
    );
  }

  return (
    <ul>
      {others.map(user => (
        <li key={user.id}>
          <UserRow user={user} onCall={onCall} />
        </li>
      ))}
    </ul>
  );
}

function UserRow({ user, onCall }: { user: DirectoryUser; onCall: UsersProps['onCall'] }): ReactElement {
  const name = personName(user);
  const devices = user.devices === 1 ? '1 device' : `${user.devices} devices`;
  return (
    <div className="row">
      <Avatar name={name} />
      <span className="row-text">
        <span className="row-title clip">{name}</span>
        <span className="small quiet clip">
          <span className={user.online ? 'presence online' : 'presence'}>{user.online ? `Online, ${devices}` : 'Offline'}</span>
          {user.role !== null && ` · ${roleName(user.role)}`}
          {user.phone !== null && ` · ${user.phone}`}
        </span>
      </span>
      <span className="row-actions">
        <Button label={`Call ${name} by video`} icon="video" iconOnly onClick={() => onCall(user.id, 'VIDEO')} />
        <Button label={`Call ${name} by voice`} icon="phone" iconOnly onClick={() => onCall(user.id, 'VOICE')} />
      </span>
    </div>
  );
}
