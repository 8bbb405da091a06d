import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CallPage, CallsClient, CallSession } from '@fayo/calls';
import { useStore } from '../call/useCalls';

const pageLength = 30;

export interface LoadedHistory {
  /** Newest first; undefined until there is an answer. */
  readonly calls: readonly CallSession[] | undefined;
  readonly error: unknown;
  /** Loads earlier calls; null where there are none. */
  readonly more: (() => void) | null;
  readonly loadingMore: boolean;
  readonly retry: () => void;
}

interface Recorded {
  readonly calls: readonly CallSession[];
  /** Where the earlier ones begin; null where there are none. */
  readonly cursor: string | null;
}

/**
 * What the service has on record, with what is known newer here. It is asked again whenever the connection is back: of a call that
 * came and ended meanwhile nothing else tells.
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
        // Where the newest were loaded anew meanwhile, and do not reach as far, this page does not go on from them.
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

/** The newest page before what has been loaded already; alone where it does not reach that, for there would be a gap. */
function withNewest(before: Recorded | undefined, { items, nextCursor }: CallPage): Recorded {
  const newest = new Set(items.map(({ id }) => id));
  return before?.calls.some(({ id }) => newest.has(id)) === true
    ? { calls: [...items, ...before.calls.filter(({ id }) => !newest.has(id))], cursor: before.cursor }
    : { calls: items, cursor: nextCursor };
}
