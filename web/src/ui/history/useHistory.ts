import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CallPage, CallsClient, CallSession } from '@fayo/calls';
import { useStore } from '../call/useCalls';

const pageLength = 30;

export interface LoadedHistory {
  /** Newest first; undefined until there is an answer. */
  readonly calls: readonly CallSession[] | undefined;
  readonly error: unknown;
  /** Loads earlier calls; null if there are none. */
  readonly more: (() => void) | null;
  readonly loadingMore: boolean;
  readonly retry: () => void;
}

interface Recorded {
  readonly calls: readonly CallSession[];
  /** The cursor for earlier calls; null if there are none. */
  readonly cursor: string | null;
}

/**
 * The recorded calls of the service, updated by newer versions that are known here. They are loaded again whenever the connection is back,
 * because nothing else reports a call that came and ended meanwhile.
 */
export function useHistory(client: CallsClient): LoadedHistory {
  const { calls: live } = useStore(client);
  const [recorded, setRecorded] = useState<Recorded>();
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt(count => count + 1), []);
  useEffect(
    () =>
      client.hub.state.subscribe(() => {
        if (client.hub.state.getSnapshot() === 'connected') {
          retry();
        }
      }),
    [client, retry],
  );
  useEffect(() => {
    const asking = new AbortController();
    client.rest.calls({ userId: client.userId, limit: pageLength }, asking.signal).then(
      page => {
        setRecorded(before => withNewest(before, page));
        setError(null);
      },
      (thrown: unknown) => {
        if (!asking.signal.aborted) {
          setError(thrown);
        }
      },
    );
    return () => asking.abort();
  }, [client, attempt]);
  const [loadingMore, setLoadingMore] = useState(false);
  const cursor = recorded?.cursor ?? null;
  const more = useCallback(() => {
    setLoadingMore(true);
    client.rest
      .calls({ userId: client.userId, limit: pageLength, cursor })
      .then(page => {
        // If the list was loaded again meanwhile and is shorter now, this page does not continue it.
        setRecorded(before => (before?.cursor === cursor ? { calls: [...before.calls, ...page.items], cursor: page.nextCursor } : before));
        setError(null);
      }, setError)
      .finally(() => setLoadingMore(false));
  }, [client, cursor]);
  const calls = useMemo(() => {
    if (recorded === undefined) {
      return undefined;
    }

    const all = new Map(recorded.calls.map(session => [session.id, session]));
    for (const session of live.values()) {
      if ((all.get(session.id)?.version ?? 0) < session.version) {
        all.set(session.id, session);
      }
    }

    return [...all.values()].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  }, [recorded, live]);
  return { calls, error, more: cursor === null ? null : more, loadingMore, retry };
}

/** The newest page, followed by what has been loaded already. If the two do not meet there would be a gap, so it is only the newest page. */
function withNewest(before: Recorded | undefined, { items, nextCursor }: CallPage): Recorded {
  const newest = new Set(items.map(({ id }) => id));
  return before?.calls.some(({ id }) => newest.has(id)) === true
    ? { calls: [...items, ...before.calls.filter(({ id }) => !newest.has(id))], cursor: before.cursor }
    : { calls: items, cursor: nextCursor };
}
