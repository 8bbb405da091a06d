import { useCallback, useEffect, useMemo, useState } from 'react';
import { CallError } from '../../calls/errors';
import { CallsRest, serviceBase } from '../../calls/rest';
import type { Me } from '../../calls/types';
import { wordsFor } from '../words';
import { forgetToken, keepToken, takeToken } from './token';

export type SignInState =
  | { readonly kind: 'signed-out'; readonly problem: string | null }
  | { readonly kind: 'checking' }
  | { readonly kind: 'failed'; readonly problem: string; readonly retry: () => void }
  | { readonly kind: 'signed-in'; readonly me: Me; readonly rest: CallsRest; readonly token: string };

const retryEveryMs = 8_000;

export interface SignIn {
  readonly state: SignInState;
  readonly signIn: (token: string) => void;
  /** With the reason, where it was not the user's wish. */
  readonly signOut: (problem?: string) => void;
}

/** Who is signed in. The service is asked: a token that it refuses is forgotten. */
export function useSignIn(): SignIn {
  const [token, setToken] = useState(takeToken);
  const [problem, setProblem] = useState<string | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const rest = useMemo(() => new CallsRest({ base: serviceBase(), token: () => token }), [token]);

  const signIn = useCallback((handed: string) => {
    keepToken(handed.trim());
    setProblem(null);
    setFailure(null);
    setMe(null);
    setToken(handed.trim());
  }, []);
  const signOut = useCallback((reason?: string) => {
    forgetToken();
    setProblem(reason ?? null);
    setMe(null);
    setToken(null);
  }, []);

  useEffect(() => {
    const handed = (): void => {
      const before = token;
      const now = takeToken();
      if (now !== null && now !== before) {
        signIn(now);
      }
    };
    window.addEventListener('hashchange', handed);
    return () => window.removeEventListener('hashchange', handed);
  }, [signIn, token]);

  useEffect(() => {
    if (token === null) {
      return undefined;
    }

    const asking = new AbortController();
    rest.me(asking.signal).then(setMe, (error: unknown) => {
      if (asking.signal.aborted) {
        return;
      }

      if (error instanceof CallError && error.status === 401) {
        signOut('This sign-in is not valid, or has run out.');
      } else {
        setFailure(wordsFor(error));
      }
    });
    return () => asking.abort();
  }, [rest, token, attempt, signOut]);

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
    if (token === null) {
      return { kind: 'signed-out', problem };
    }

    if (me !== null) {
      return { kind: 'signed-in', me, rest, token };
    }

    return failure === null ? { kind: 'checking' } : { kind: 'failed', problem: failure, retry };
  }, [token, problem, me, rest, failure, retry]);
  return { state, signIn, signOut };
}
