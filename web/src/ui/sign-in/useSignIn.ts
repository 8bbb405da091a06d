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
  | { readonly kind: 'signed-in'; readonly me: Me; readonly rest: CallsRest; readonly token: () => string };

const retryEveryMs = 8_000;

export interface SignIn {
  readonly state: SignInState;
  readonly signIn: (token: string) => void;
  /** With the reason, where it was not the user's wish. */
  readonly signOut: (problem?: string) => void;
}

/** One visit of one user: a newer token of theirs is put into it, and calls go on. */
class Visit {
  token: string;
  userId: string | null = null;
  readonly rest: CallsRest;

  constructor(token: string) {
    this.token = token;
    this.rest = new CallsRest({ base: serviceBase(), token: this.latest, renew: () => this.#renew() });
  }

  readonly latest = (): string => this.token;

  take(token: string): void {
    this.token = token;
    keepToken(token);
  }

  /** In the local demo, whose users anybody may be; false elsewhere. */
  async #renew(): Promise<boolean> {
    if (this.userId === null) {
      return false;
    }

    try {
      const anyone = new CallsRest({ base: serviceBase(), token: () => null, attempts: 1 });
      this.take((await anyone.demoToken(this.userId)).token);
      return true;
    } catch {
      return false;
    }
  }
}

/** Who is signed in. The service is asked: a token that it refuses is forgotten. */
export function useSignIn(): SignIn {
  const [visit, setVisit] = useState(() => {
    const token = takeToken();
    return token === null ? null : new Visit(token);
  });
  const [problem, setProblem] = useState<string | null>(null);
  const [me, setMe] = useState<Me | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  const signIn = useCallback((handed: string) => {
    keepToken(handed.trim());
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
    const handed = (): void => {
      const before = visit?.token;
      const now = takeToken();
      if (now === null || now === before) {
        return;
      }

      const signInAnew = (): void => signIn(now);
      new CallsRest({ base: serviceBase(), token: () => now }).me().then(({ id }) => {
        if (id === visit?.userId) {
          visit.take(now);
        } else {
          signInAnew();
        }
      }, signInAnew);
    };
    window.addEventListener('hashchange', handed);
    return () => window.removeEventListener('hashchange', handed);
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
        setFailure(wordsFor(error));
      }
    });
    return () => {
      asking.abort();
      // What a visit that is over still asks for is not to sign anybody in again.
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
