import { useEffect, useMemo } from 'react';
import type { CallsClient } from '@fayo/calls';
import { useObserved } from '../ui/useObserved';
import type { Directory } from './useDirectory';

/** The directory with who is online as the service tells it from moment to moment, where it does. */
export function usePresence(client: CallsClient, directory: Directory): Directory {
  const devices = useObserved(client.presence.devices);
  const { users } = directory;
  const ids = users?.map(user => user.id).join('\n') ?? '';
  useEffect(() => client.presence.watch(ids === '' ? [] : ids.split('\n')), [client, ids]);
  return useMemo(() => {
    const now = users?.map(user => {
      const count = devices.get(user.id);
      return count === undefined || count === user.devices ? user : { ...user, devices: count, online: count > 0 };
    });
    return { ...directory, users: now };
  }, [directory, users, devices]);
}
