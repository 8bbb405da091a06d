import { useCallback, useEffect, useMemo, useState } from 'react';
import { CallError, type CallsRest, type Me } from '@fayo/calls';
import { errorText } from '../texts';
import { forgetToken, takeTokenFromAddress, saveToken, loadToken } from './token';
import { retryEveryMs, Visit } from './visit';

export type SignInState =
  | { readonly kind: 'signed-out'; readonly problem: string | null }
  | { readonly kind: 'checking' }
  | { readonly kind: 'failed'; readonly problem: string; readonly retry: () => void }
  | { readonly kind: 'signed-in'; readonly me: Me; readonly rest: CallsRest; readonly token: () => string };

export interface SignIn {
  readonly state: SignInState;
  readonly signIn: (token: string) => void;
  /** With the reason, if it was not the user's wish. */
  readonly signOut: (problem?: string) => void;
}

/** Who is signed in, as the service says. A token that it refuses is forgotten. */
export function useSignIn(): SignIn {
  const [visit, setVisit] = useState(() => {
    const token = loadToken();
    return token === null ? null : new Visit(token);
  });
  const [problem, setProblem] = useState<string | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  const signIn = useCallback((handed: string) => {
    saveToken(handed.trim());
    setProblem(null);
    setFailure(null);
    setMe(null);
    setVisit(new Visit(handed.trim()));
  }, []);
  const signOut = useCallback((reason?: string) => {
    forgetToken();
    setProblem(reason ?? null);
    setMe(null);
    setVisit(null);
  }, []);

  useEffect(() => {
    let asking = new AbortController();
    const handed = (): void => {
      const token = takeTokenFromAddress();
      if (token === null) {
        return;
      }

      // The newest token counts, even if the service answers about an older one later.
      asking.abort();
      asking = new AbortController();
      if (typeof visit?.userId !== 'string') {
        signIn(token);
      } else if (token !== visit.token) {
        visit.adoptToken(token, asking.signal).then(
          isTheirs => {
            if (!isTheirs) {
              signIn(token);
            }
          },
          () => undefined,
        );
      }
    };
    window.addEventListener('hashchange', handed);
    return () => {
      window.removeEventListener('hashchange', handed);
      asking.abort();
    };
  }, [signIn, visit]);

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

      if (error instanceof CallError && error.status === 401) {
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
      return { kind: 'signed-out', problem };
    }

    if (me !== null) {
      return { kind: 'signed-in', me, rest: visit.rest, token: visit.latest };
    }

    return failure === null ? { kind: 'checking' } : { kind: 'failed', problem: failure, retry };
  }, [visit, problem, me, failure, retry]);
  return { state, signIn, signOut };
}
