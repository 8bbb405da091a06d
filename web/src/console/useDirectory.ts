import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CallsRest, DirectoryUser } from '@fayo/calls';
import { withPage, type Found } from './found';

const typingMs = 250;
const presenceEveryMs = 5_000;

export interface Directory {
  readonly search: string;
  readonly setSearch: (search: string) => void;
  /** The users found; undefined until there is an answer. */
  readonly users: readonly DirectoryUser[] | undefined;
  /** All users found since the page was opened, by id. */
  readonly seen: ReadonlyMap<string, DirectoryUser>;
  readonly error: unknown;
  readonly more: (() => void) | null;
  readonly retry: () => void;
}

/**
 * The users who match the search. Who is online is refreshed regularly while the page is visible: one of the loaded pages at a time, in
 * turn.
 */
export function useDirectory(rest: CallsRest): Directory {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState({ search: '', page: 1, round: 0 });
  const [found, setFound] = useState<Found>();
  const [seen, setSeen] = useState<ReadonlyMap<string, DirectoryUser>>(new Map());
  const [error, setError] = useState<unknown>(null);
  const isAsking = useRef(false);

  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(before => (before.search === search.trim() ? before : { search: search.trim(), page: 1, round: 0 }));
    }, typingMs);
    return () => clearTimeout(timer);
  }, [search]);

  useEffect(() => {
    const asking = new AbortController();
    isAsking.current = true;
    rest.users(asked.search, asked.page, asking.signal).then(
      answer => {
        isAsking.current = false;
        setFound(before => withPage(before, asked, answer));
        setError(null);
        setSeen(before => new Map([...before, ...answer.items.map(user => [user.id, user] as const)]));
      },
      (thrown: unknown) => {
        if (!asking.signal.aborted) {
          isAsking.current = false;
          setError(thrown);
        }
      },
    );
    return () => asking.abort();
  }, [rest, asked]);

  const loaded = found?.pages.length ?? 0;
  const retry = useCallback(() => setAsked(before => ({ ...before, round: before.round + 1 })), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !isAsking.current) {
        setAsked(before => ({ ...before, page: before.page < loaded ? before.page + 1 : 1, round: before.round + 1 }));
      }
    }, presenceEveryMs);
    return () => clearInterval(timer);
  }, [loaded]);

  const more = useCallback(() => setAsked(before => ({ ...before, page: loaded + 1 })), [loaded]);
  return useMemo(
    () => ({ search, setSearch, users: found?.users, seen, error, more: found?.more === true ? more : null, retry }),
    [search, found, seen, error, more, retry],
  );
}
