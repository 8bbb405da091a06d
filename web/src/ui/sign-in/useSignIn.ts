import { useCallback, useEffect, useMemo, useState } from 'react';
import { CallError, type CallsRest, type Me } from '@fayo/calls';
import { errorText } from '../texts';
import { forgetToken, loadTokens, rememberedKey, rememberToken, saveToken, takeTokenFromAddress } from './token';
import { retryEveryMs, Visit } from './visit';

export type SignInState =
  | { readonly kind: 'signed-out'; readonly problem: string | null; readonly ranOut: boolean }
  | { readonly kind: 'checking' }
  | { readonly kind: 'failed'; readonly problem: string; readonly retry: () => void }
  | { readonly kind: 'signed-in'; readonly me: Me; readonly rest: CallsRest; readonly token: () => string };

/** Somebody else's token that was handed over to a page on which somebody is signed in. */
export interface SignInOffer {
  readonly me: Me;
  readonly accept: () => void;
  readonly decline: () => void;
}

export interface SignIn {
  readonly state: SignInState;
  readonly offer: SignInOffer | null;
  readonly signIn: (token: string) => void;
  /** Keeps who is signed in so also for when the page is opened again. */
  readonly remember: () => void;
  /** With the reason, if it was not the user's wish. */
  readonly signOut: (problem?: string) => void;
}

/**
 * Who is signed in, as the service says. A token that it refuses is forgotten.
 *
 * @param remembers Whether this is a page whose users may stay signed in.
 */
export function useSignIn(remembers = false): SignIn {
  const [loaded] = useState(() => loadTokens(remembers));
  const [visit, setVisit] = useState(() => (loaded.token === null ? null : new Visit(loaded.token)));
  // A token that was handed over while somebody was signed in, until the service has said whose it is.
  const [handed, setHanded] = useState(loaded.handed);
  const [offered, setOffered] = useState<{ readonly token: string; readonly me: Me } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  const signIn = useCallback((token: string) => {
    saveToken(token.trim());
    setProblem(null);
    setFailure(null);
    setMe(null);
    setHanded(null);
    setOffered(null);
    setVisit(new Visit(token.trim()));
  }, []);
  const signOut = useCallback((reason?: string) => {
    forgetToken();
    setProblem(reason ?? null);
    setMe(null);
    setVisit(null);
  }, []);

  const remember = useCallback(() => {
    if (visit !== null) {
      rememberToken(visit.token);
    }
  }, [visit]);

  useEffect(() => {
    // Signing out is for all tabs of whoever is remembered here.
    const forgotten = (event: StorageEvent): void => {
      if (event.key === rememberedKey && event.newValue === null && visit !== null && event.oldValue === visit.token) {
        signOut();
      }
    };
    window.addEventListener('storage', forgotten);
    return () => window.removeEventListener('storage', forgotten);
  }, [visit, signOut]);

  useEffect(() => {
    const take = (): void => {
      const token = takeTokenFromAddress();
      if (token !== null) {
        setOffered(null);
        setHanded(token);
      }
    };
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  useEffect(() => {
    if (handed === null || (visit !== null && me === null)) {
      return undefined;
    }

    // The newest token counts, even if the service answers about an older one later.
    const asking = new AbortController();
    const whose = visit === null || handed === visit.token ? Promise.resolve(null) : visit.adoptToken(handed, asking.signal);
    whose.then(
      other => {
        if (asking.signal.aborted) {
          return;
        }

        if (visit === null) {
          signIn(handed);
        } else {
          setHanded(null);
          setOffered(other === null ? null : { token: handed, me: other });
        }
      },
      () => undefined,
    );
    return () => asking.abort();
  }, [handed, visit, me, signIn]);

  useEffect(() => {
    if (visit === null) {
      return undefined;
    }

    const asking = new AbortController();
    const found = (who: Me): void => {
      visit.userId = who.id;
      setMe(who);
    };
    visit.rest.me(asking.signal).then(found, (error: unknown) => {
      if (asking.signal.aborted) {
        return;
      }

      if (error instanceof CallError && error.isUnauthorized) {
        signOut('This sign-in is not valid, or has run out.');
      } else {
        setFailure(errorText(error));
      }
    });
    return () => {
      asking.abort();
      // A request of this visit that is still under way must not sign anybody in again.
      visit.userId = null;
    };
  }, [visit, attempt, signOut]);

  const retry = useCallback(() => setAttempt(count => count + 1), []);
  useEffect(() => {
    if (failure === null || me !== null) {
      return undefined;
    }

    const timer = setInterval(retry, retryEveryMs);
    window.addEventListener('online', retry);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', retry);
    };
  }, [failure, me, retry]);
  const state = useMemo<SignInState>(() => {
    if (visit === null) {
      return { kind: 'signed-out', problem, ranOut: problem !== null };
    }

    if (me !== null) {
      return { kind: 'signed-in', me, rest: visit.rest, token: visit.latest };
    }

    return failure === null ? { kind: 'checking' } : { kind: 'failed', problem: failure, retry };
  }, [visit, problem, me, failure, retry]);
  const offer = useMemo<SignInOffer | null>(
    () =>
      offered === null || me === null ? null : { me: offered.me, accept: () => signIn(offered.token), decline: () => setOffered(null) },
    [offered, me, signIn],
  );
  return { state, offer, signIn, remember, signOut };
}
