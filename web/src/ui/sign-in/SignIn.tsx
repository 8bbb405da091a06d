import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { CallsRest, type Me, type Person, serviceBase } from '@fayo/calls';
import { Avatar } from '../Avatar';
import { Button } from '../Button';
import { ErrorState, Notice } from '../States';
import { personName, roleName, errorText } from '../texts';
import { useSignIn } from './useSignIn';
import './sign-in.css';

interface Session {
  readonly me: Me;
  readonly rest: CallsRest;
  /** The newest one. */
  readonly token: () => string;
  readonly signOut: (problem?: string) => void;
}

/** A page for a user who is signed in; before that, the form to sign in. */
export function SignedIn({ title, children }: { title: string; children: (session: Session) => ReactNode }): ReactNode {
  const { state, signIn, signOut } = useSignIn();
  switch (state.kind) {
    case 'signed-out':
      return <SignInForm title={title} problem={state.problem} onSignIn={signIn} />;
    case 'checking':
      return (
        <main className="sign-in">
          <p className="sign-in-wait" role="status">
            Connecting …
          </p>
        </main>
      );
    case 'failed':
      return (
        <main className="sign-in">
          <ErrorState title="Not signed in yet" onRetry={state.retry}>
            {state.problem} This page tries again by itself.
          </ErrorState>
        </main>
      );
    case 'signed-in':
      return children({ me: state.me, rest: state.rest, token: state.token, signOut });
  }
}

interface SignInFormProps {
  title: string;
  problem: string | null;
  onSignIn: (token: string) => void;
}

function SignInForm({ title, problem, onSignIn }: SignInFormProps): ReactElement {
  const people = useDemoUsers();
  const [failure, setFailure] = useState<string | null>(null);
  const [token, setToken] = useState('');
  const rest = useMemo(() => new CallsRest({ base: serviceBase(), token: () => null }), []);
  const choose = (person: Person): void => {
    rest.demoToken(person.id).then(
      answer => onSignIn(answer.token),
      (error: unknown) => setFailure(errorText(error)),
    );
  };
  const shown = failure ?? problem;
  // Nothing is shown until the demo users are known, so that nothing moves while somebody is about to click.
  if (people === undefined) {
    return <main className="sign-in" aria-busy="true" />;
  }

  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-head">
          <img src="./icon.svg" width="48" height="48" alt="" />
          <h1>{title}</h1>
          {people.length > 0 && <p className="quiet">This is a demo on this computer. Who would you like to be?</p>}
        </div>
        {shown !== null && (
          <Notice bad>
            <p>{shown}</p>
          </Notice>
        )}
        {people.length > 0 && (
          <ul className="card" aria-label="Demo users">
            {people.map(person => (
              <li key={person.id}>
                <button type="button" className="person-choice" onClick={() => choose(person)}>
                  <Avatar name={personName(person)} />
                  <span className="row-text">
                    <span className="row-title">{personName(person)}</span>
                    <span className="quiet small">{roleName(person.role)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <form
          className="card sign-in-form"
          onSubmit={event => {
            event.preventDefault();
            if (token.trim() !== '') {
              onSignIn(token);
            }
          }}
        >
          <div className="field">
            <label htmlFor="token">Access token</label>
            <textarea
              id="token"
              className="input"
              value={token}
              onChange={event => setToken(event.target.value)}
              spellCheck={false}
              autoComplete="off"
              aria-describedby="token-help"
            />
            <p id="token-help" className="quiet small">
              Usually the program that opened this page signs you in. Otherwise, paste the token you were given.
            </p>
          </div>
          <Button type="submit" label="Sign in" look={people.length > 0 ? 'ordinary' : 'primary'} disabled={token.trim() === ''} />
        </form>
      </div>
    </main>
  );
}

/** The users of the local demo; empty if this is not the demo, undefined until that is known. */
function useDemoUsers(): readonly Person[] | undefined {
  const [people, setPeople] = useState<readonly Person[]>();
  useEffect(() => {
    const asking = new AbortController();
    const rest = new CallsRest({ base: serviceBase(), token: () => null, attempts: 1 });
    rest.demoUsers(asking.signal).then(setPeople, () => {
      if (!asking.signal.aborted) {
        setPeople([]);
      }
    });
    return () => asking.abort();
  }, []);
  return people;
}
