import { useCallback, useEffect, useMemo, useState } from 'react';
import type { CallsRest } from '../calls/rest';
import type { DirectoryUser } from '../calls/types';

const typingMs = 250;
const presenceEveryMs = 5_000;

export interface Directory {
  readonly search: string;
  readonly setSearch: (search: string) => void;
  /** What has been found; undefined until there is an answer. */
  readonly users: readonly DirectoryUser[] | undefined;
  /** Everybody who has been found since the page was opened, by id. */
  readonly seen: ReadonlyMap<string, DirectoryUser>;
  readonly error: unknown;
  readonly more: (() => void) | null;
  readonly retry: () => void;
}

/** The users, as far as they have been looked for; who is online is asked again and again while the page is seen. */
export function useDirectory(rest: CallsRest): Directory {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState({ search: '', pages: 1, round: 0 });
  const [found, setFound] = useState<{ readonly users: readonly DirectoryUser[]; readonly more: boolean }>();
  const [seen, setSeen] = useState<ReadonlyMap<string, DirectoryUser>>(new Map());
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(before => (before.search === search.trim() ? before : { search: search.trim(), pages: 1, round: 0 }));
    }, typingMs);
    return () => clearTimeout(timer);
  }, [search]);

  useEffect(() => {
    const asking = new AbortController();
    load(rest, asked.search, asked.pages, asking.signal).then(
      answer => {
        setFound(answer);
        setError(null);
        setSeen(before => new Map([...before, ...answer.users.map(user => [user.id, user] as const)]));
      },
      (thrown: unknown) => {
        if (!asking.signal.aborted) {
          setError(thrown);
        }
      },
    );
    return () => asking.abort();
  }, [rest, asked]);

  const again = useCallback(() => setAsked(before => ({ ...before, round: before.round + 1 })), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') {
        again();
      }
    }, presenceEveryMs);
    return () => clearInterval(timer);
  }, [again]);

  const more = useCallback(() => setAsked(before => ({ ...before, pages: before.pages + 1 })), []);
  return useMemo(
    () => ({ search, setSearch, users: found?.users, seen, error, more: found?.more === true ? more : null, retry: again }),
    [search, found, seen, error, more, again],
  );
}

async function load(
  rest: CallsRest,
  search: string,
  pages: number,
  signal: AbortSignal,
): Promise<{ users: DirectoryUser[]; more: boolean }> {
  const users: DirectoryUser[] = [];
  let next: number | null = 1;
  for (let page = 0; page < pages && next !== null; page++) {
    const answer = await rest.users(search, next, signal);
    users.push(...answer.items);
    next = answer.nextPage;
  }

  return { users, more: next !== null };
}
